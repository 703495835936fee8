package paths

import "net/url"

// Webhooks lists where a team wants to hear of events.
func Webhooks(team string) string { return TeamSettings(team) + "/webhooks" }

// NewWebhook is the form that adds one.
func NewWebhook(team string) string { return Webhooks(team) + "/new" }

// Webhook is one of them, with the log of what was sent.
func Webhook(team, id string) string { return Webhooks(team) + "/" + url.PathEscape(id) }

// WebhookOf is the same, with the deliveries that a filter leaves: a state, a type, or both. What is empty does not narrow the
// log.
func WebhookOf(team, id, state, kind string) string {
	return with(with(Webhook(team, id), QueryState, state), QueryType, kind)
}

// EditWebhook is the form for where it leads and what it hears of.
func EditWebhook(team, id string) string { return Webhook(team, id) + "/edit" }

// RotateWebhook asks before it gives a webhook a new secret.
func RotateWebhook(team, id string) string { return Webhook(team, id) + "/secret" }

// DeleteWebhook asks before it deletes a webhook.
func DeleteWebhook(team, id string) string { return Webhook(team, id) + "/delete" }

// TestWebhook is where a test event is sent from.
func TestWebhook(team, id string) string { return Webhook(team, id) + "/test" }

// EnableWebhook is where a webhook is enabled.
func EnableWebhook(team, id string) string { return Webhook(team, id) + "/enable" }

// DisableWebhook is where a webhook is disabled.
func DisableWebhook(team, id string) string { return Webhook(team, id) + "/disable" }

// WebhookDelivery is one delivery in detail.
func WebhookDelivery(team, id, delivery string) string {
	return Webhook(team, id) + "/deliveries/" + url.PathEscape(delivery)
}

// ResendWebhook is where it is sent again.
func ResendWebhook(team, id, delivery string) string {
	return WebhookDelivery(team, id, delivery) + "/resend"
}
