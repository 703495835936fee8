package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// webhooks is where a team hears of events, and the log of what was sent.
func webhooks(theme layout.Theme) []Story {
	r := as(theme, acme)
	long := "https://hooks.acme.example/a/path/that/goes/on/for/rather/longer/than/anybody/would/like/to/read/it?team=acme&environment=production"
	deliveries := []pages.WebhookDeliveryRow{
		{ID: "dlv_1", Type: "key.revoked", State: pages.DeliveryWaiting, At: ago(time.Second), NextAt: now},
		{ID: "dlv_2", Type: "subscription.approved", State: pages.DeliveryRetrying, At: ago(time.Hour), Attempts: 3, Status: 503, Failure: "It answered 503.", NextAt: now.Add(20 * time.Minute)},
		{ID: "dlv_3", Type: "topup.credited", State: pages.DeliveryDelivered, At: ago(3 * time.Hour), Attempts: 1, Status: 204},
		{ID: "dlv_4", Type: "plan.revision_withdrawn", State: pages.DeliveryGivenUp, At: ago(100 * time.Hour), Attempts: 10, Failure: "The certificate of the host is not valid for it."},
	}
	list := pages.WebhooksProps{Webhooks: []pages.WebhookRow{
		{ID: "whk_1", URL: long, Hears: "every event", State: "enabled", Last: &deliveries[2]},
		{ID: "whk_2", URL: "https://example.com/in", Hears: "3 kinds of events", State: pages.WebhookFailing, Last: &deliveries[1]},
		{ID: "whk_3", URL: "http://10.0.0.7:9000/", Hears: "1 kind of event", State: "disabled", Why: "It answered 410 Gone, which says that nothing is wanted there any more."},
	}}
	full := list
	full.Full = true
	form := pages.WebhookForm{URL: "https://example.com/in", Currency: "USD", LowBalance: "25", Groups: []pages.EventGroup{
		{Label: "Keys", Events: []ui.Choice{{Value: "key.created", Label: "key.created", Hint: "A key was created.", Selected: true}, {Value: "key.revoked", Label: "key.revoked", Hint: "A key was revoked."}}},
		{Label: "Money", Events: []ui.Choice{{Value: "topup.credited", Label: "topup.credited", Hint: "A top-up was credited."}}},
	}}
	wrong := form
	wrong.URL, wrong.Errors = "http://example.com/in", ui.Errors{"url": "Use https://. This portal sends nothing over connections that others can read.", "low_balance": "Write an amount such as 12.50, or leave it empty."}
	budget := usd(25 * unit)
	log := pages.WebhookProps{
		ID: "whk_1", URL: long, State: "enabled", Enabled: true, Events: []string{"key.created", "key.revoked", "topup.credited"}, LowBalance: &budget, OldUntil: now.Add(20 * time.Hour),
		Deliveries: deliveries, States: []ui.Choice{{Label: "All states"}}, Types: []ui.Choice{{Label: "All events"}}, Pager: ui.Pager{Next: "/t/acme/settings/webhooks/whk_1?after=x"},
	}
	filtered, none, nothing, beyond, failing, off := log, log, log, log, log, log
	filtered.Filter, filtered.Deliveries = pages.WebhookFilter{State: "failed", Type: "subscription.approved"}, deliveries[1:2]
	filtered.States, filtered.Types = []ui.Choice{{Value: "failed", Label: "retrying", Selected: true}}, []ui.Choice{{Value: "subscription.approved", Label: "subscription.approved", Selected: true}}
	nothing.Filter, nothing.Deliveries, nothing.Pager = filtered.Filter, nil, ui.Pager{}
	nothing.States, nothing.Types = filtered.States, filtered.Types
	none.Deliveries, none.Events, none.Pager = nil, nil, ui.Pager{}
	beyond.Deliveries, beyond.Pager = nil, ui.Pager{First: "/t/acme/settings/webhooks/whk_1"}
	failing.State, failing.FailingSince = pages.WebhookFailing, ago(30*time.Hour)
	off.State, off.Enabled, off.Why = "disabled", false, "It failed for 5 days without one success."
	delivery := pages.WebhookDeliveryProps{
		Webhook: "whk_1", URL: long, EventID: "evt_01k9q3v7d2m8x", Row: deliveries[1], LastAt: ago(10 * time.Minute), Took: 231 * time.Millisecond, MayResend: true,
		Headers: []pages.WebhookHeader{{Name: "Content-Type", Value: "application/json"}, {Name: "webhook-id", Value: "evt_01k9q3v7d2m8x"}, {Name: "webhook-timestamp", Value: "1795356187"}},
		Body:    "{\n  \"type\": \"subscription.approved\",\n  \"timestamp\": \"2026-11-22T13:03:07Z\",\n  \"data\": {\n    \"id\": \"sub_01k9q3v7d2m8x\"\n  }\n}",
		Answer:  "<html><body>Service Unavailable</body></html>",
	}
	fresh := delivery
	fresh.Row, fresh.LastAt, fresh.Headers, fresh.Answer, fresh.MayResend = deliveries[0], time.Time{}, nil, "", false
	secret := pages.WebhookSecretProps{ID: "whk_1", URL: "https://example.com/in", Secret: "whsec_c2FtcGxlIHNlY3JldCBvZiBhIHN0b3J5IG9ubHk=", New: true}
	rotated := secret
	rotated.New, rotated.OldUntil = false, now.Add(24*time.Hour)
	return []Story{
		{"webhooks", pages.Webhooks(r, list)},
		{"webhooks-full", pages.Webhooks(r, full)},
		{"webhooks-empty", pages.Webhooks(r, pages.WebhooksProps{})},
		{"webhook-new", pages.NewWebhook(r, form)},
		{"webhook-new-wrong", pages.NewWebhook(r, wrong)},
		{"webhook-edit", pages.EditWebhook(r, pages.EditWebhookProps{ID: "whk_1", WebhookForm: form})},
		{"webhook-secret", pages.WebhookSecret(r, secret)},
		{"webhook-secret-rotated", pages.WebhookSecret(r, rotated)},
		{"webhook", pages.Webhook(r, log)},
		{"webhook-filtered", pages.Webhook(r, filtered)},
		{"webhook-no-such", pages.Webhook(r, nothing)},
		{"webhook-beyond", pages.Webhook(r, beyond)},
		{"webhook-empty", pages.Webhook(r, none)},
		{"webhook-failing", pages.Webhook(r, failing)},
		{"webhook-disabled", pages.Webhook(r, off)},
		{"webhook-delivery", pages.WebhookDelivery(r, delivery)},
		{"webhook-delivery-fresh", pages.WebhookDelivery(r, fresh)},
		{"webhook-delete", pages.DeleteWebhook(r, pages.DeleteWebhookProps{ID: "whk_1", URL: long, Host: "hooks.acme.example"})},
	}
}
