package store_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// hook adds an endpoint to a team.
func (r *rig) hook(actor models.Actor, teamID string, events ...models.WebhookType) models.Webhook {
	r.Helper()
	form, err := models.WebhookForm{URL: "https://hooks.example.test/in", Events: events}.Validate(false)
	r.must(err)
	w, err := r.AddWebhook(ctx, actor, teamID, form, "sealed")
	r.must(err)
	return w
}

func (r *rig) hookState(w models.Webhook) models.Webhook {
	r.Helper()
	w, err := r.TeamWebhook(ctx, w.TeamID, w.ID)
	r.must(err)
	return w
}

// sent are the deliveries to an endpoint, the oldest first, with what they say.
func (r *rig) sent(w models.Webhook) (types []models.WebhookType, payloads []models.WebhookPayload) {
	r.Helper()
	list, err := r.WebhookDeliveries(ctx, w.TeamID, w.ID, models.WebhookDeliveryFilter{}, models.Page{Limit: 200})
	r.must(err)
	for i := len(list.Rows) - 1; i >= 0; i-- {
		d, err := r.WebhookDelivery(ctx, w.TeamID, w.ID, list.Rows[i].ID)
		r.must(err)
		var p models.WebhookPayload
		r.must(json.Unmarshal([]byte(d.Message.Payload), &p))
		types, payloads = append(types, d.Delivery.Type), append(payloads, p)
	}
	return types, payloads
}

// due is the one delivery whose time has come.
func (r *rig) due() models.DueWebhook {
	r.Helper()
	due, err := r.DueWebhooks(ctx, 4)
	if err != nil || len(due) != 1 {
		r.Fatalf("%d due, %v", len(due), err)
	}
	return due[0]
}

func TestAnActIsToldToTheEndpointsThatWantIt(t *testing.T) {
	r := newRig(t)
	all, keys := r.hook(r.carl, r.consumer), r.hook(r.carl, r.consumer, "key.revoked", "key.created")
	off := r.hook(r.carl, r.consumer)
	r.must(r.DisableWebhook(ctx, r.carl, r.consumer, off.ID))
	stranger := r.hook(r.pia, r.provider)
	r.grant(r.consumer, 25*models.Unit)
	r.must(r.RevokeKey(ctx, r.carl, r.consumer, r.world.Key.ID))
	r.must(r.RenameTeam(ctx, r.carl, r.consumer, "Carl & <Co>"))

	if types, _ := r.sent(all); len(types) != 3 || types[0] != "credit.granted" || types[1] != "key.revoked" || types[2] != "team.renamed" {
		t.Errorf("the endpoint that wants all hears %v", types)
	}
	types, said := r.sent(keys)
	if len(types) != 1 || types[0] != "key.revoked" {
		t.Fatalf("the endpoint that wants keys hears %v", types)
	}
	want := models.WebhookPayload{Type: "key.revoked", Timestamp: r.clock.Now(), Data: models.WebhookData{
		Team: models.WebhookTeam{ID: r.consumer, Slug: "consumers", Name: "Consumers"}, ID: r.world.Key.ID, Name: "test key", By: r.carl.UserID, Details: r.world.Key.Hint,
	}}
	got, _ := json.Marshal(said[0])
	if expected, _ := json.Marshal(want); string(got) != string(expected) {
		t.Errorf("it says\n%s, want\n%s", got, expected)
	}
	for what, w := range map[string]models.Webhook{"a disabled endpoint": off, "another team's": stranger} {
		if types, _ := r.sent(w); len(types) != 0 {
			t.Errorf("%s hears %v", what, types)
		}
	}
}

func TestWhatAnEventSaysIsNobodysBusiness(t *testing.T) {
	r := newRig(t)
	w := r.hook(r.carl, r.consumer)
	secret, err := r.invite(r.carl, "pia@example.test", models.RoleDeveloper)
	r.must(err)
	r.must(r.accept(r.pia, secret))
	if _, err := r.GrantCredit(ctx, r.pia, models.Gift{TeamID: r.consumer, Key: "grant", Reason: "Welcome", Amount: models.Unit}); err != nil {
		t.Fatal(err)
	}
	types, said := r.sent(w)
	if len(types) != 2 || types[0] != "member.joined" || types[1] != "credit.granted" {
		t.Fatalf("%v", types)
	}
	if joined := said[0].Data; joined.ID != r.pia.UserID || joined.Details != "" || joined.Name != "" {
		t.Errorf("who joined is told as %+v", joined)
	}
	if granted := said[1].Data; granted.By != "" || granted.Details != "1.00 Welcome" {
		t.Errorf("what an operator did is told as %+v", granted)
	}
	if n := r.number(`SELECT COUNT(*) FROM webhook_events WHERE payload LIKE '%@%' OR payload LIKE '%Pia%'`); n != 0 {
		t.Errorf("%d events name a person", n)
	}
}

// Both sides of a subscription hear of it, and who has a plan hears what it will cost, without what is the provider's own.
func TestEventsReachTheTeamsThatTheyConcern(t *testing.T) {
	r := newRig(t)
	theirs, ours := r.hook(r.pia, r.provider), r.hook(r.carl, r.consumer)
	plan := r.world.API.Plan.ID
	if _, err := r.RevisePlan(ctx, r.pia, r.provider, r.api, plan, models.PlanRevision{Price: models.Unit, ChargeOn: models.ChargeAnswered}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.PublishAPI(ctx, r.pia, r.provider, r.api, "Second release"); err != nil {
		t.Fatal(err)
	}
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, r.world.Subscription.ID))
	if _, err := r.RevisePlan(ctx, r.pia, r.provider, r.api, plan, models.PlanRevision{Price: 2 * models.Unit, ChargeOn: models.ChargeAnswered}); err != nil {
		t.Fatal(err)
	}
	types, said := r.sent(ours)
	if len(types) != 3 || types[0] != "plan.revised" || types[1] != "version.published" || types[2] != "subscription.ended" {
		t.Fatalf("the subscribers hear %v", types)
	}
	if d := said[0].Data; d.Team.ID != r.provider || d.API != "quotes" || d.By != "" || len(d.Changes) == 0 {
		t.Errorf("new terms are told to subscribers as %+v", d)
	}
	if d := said[1].Data; d.By != "" || len(d.Changes) != 0 {
		t.Errorf("a release is told to subscribers as %+v", d)
	}
	types, said = r.sent(theirs)
	if len(types) != 4 || types[2] != "subscription.ended" || said[2].Data.By != "" {
		t.Errorf("the provider hears %v", types)
	}
	if said[0].Data.By != r.pia.UserID {
		t.Errorf("the provider is told its own doing as %+v", said[0].Data)
	}
}

func TestAnActThatFailsIsNotTold(t *testing.T) {
	r := newRig(t)
	w := r.hook(r.carl, r.consumer)
	r.exec(`CREATE TRIGGER refuse BEFORE INSERT ON webhook_deliveries BEGIN SELECT RAISE(ABORT, 'no'); END`)
	if err := r.RevokeKey(ctx, r.carl, r.consumer, r.world.Key.ID); err == nil {
		t.Error("the key was revoked and nobody told")
	}
	r.exec(`DROP TRIGGER refuse`)
	key, err := r.TeamKey(ctx, r.consumer, r.world.Key.ID)
	if types, _ := r.sent(w); err != nil || key.State != models.KeyActive || len(types) != 0 || r.number(`SELECT COUNT(*) FROM webhook_events`) != 0 {
		t.Errorf("%s, %v, %v", key.State, types, err)
	}
}

func TestADeliveryIsDueUntilItsOutcomeIsNoted(t *testing.T) {
	r := newRig(t)
	w := r.hook(r.carl, r.consumer)
	r.must(r.SendTestWebhook(ctx, r.carl, r.consumer, w.ID))
	first := r.due()
	if first.Message.Type != models.WebhookTest || first.Endpoint.URL != w.URL || r.due().Delivery.ID != first.Delivery.ID {
		t.Errorf("%+v", first)
	}
	next := r.clock.Now().Add(5 * time.Minute)
	r.must(r.NoteWebhook(ctx, models.WebhookAttempt{DeliveryID: first.Delivery.ID, State: models.WebhookFailed, NextAt: next, Status: 500, Failure: "It answered 500.", Took: 3 * time.Second}))
	if due, err := r.DueWebhooks(ctx, 4); err != nil || len(due) != 0 {
		t.Errorf("it is due before its time: %v, %v", due, err)
	}
	if since := r.hookState(w).FailingSince; since == nil || !since.Equal(r.clock.Now()) {
		t.Errorf("failing since %v", since)
	}
	r.clock.Move(5 * time.Minute)
	if again := r.due(); again.Delivery.Attempts != 1 || again.Delivery.Took != 3000 || again.Message != first.Message {
		t.Errorf("%+v", again)
	}
	r.must(r.NoteWebhook(ctx, models.WebhookAttempt{DeliveryID: first.Delivery.ID, State: models.WebhookDelivered, Status: 204}))
	d, err := r.WebhookDelivery(ctx, r.consumer, w.ID, first.Delivery.ID)
	if err != nil || d.Delivery.State != models.WebhookDelivered || d.Delivery.Attempts != 2 || d.Delivery.Failure != "" || r.hookState(w).FailingSince != nil {
		t.Errorf("%+v, %v", d, err)
	}
	// What is over stays as it is, whoever says otherwise.
	r.must(r.NoteWebhook(ctx, models.WebhookAttempt{DeliveryID: first.Delivery.ID, State: models.WebhookDead}))
	if d, err := r.WebhookDelivery(ctx, r.consumer, w.ID, first.Delivery.ID); err != nil || d.Delivery.State != models.WebhookDelivered {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestALongQueueHidesNobodyElses(t *testing.T) {
	r := newRig(t)
	long, short := r.hook(r.carl, r.consumer), r.hook(r.pia, r.provider)
	for range 20 {
		r.must(r.SendTestWebhook(ctx, r.carl, r.consumer, long.ID))
	}
	r.must(r.SendTestWebhook(ctx, r.pia, r.provider, short.ID))
	due, err := r.DueWebhooks(ctx, 4)
	if err != nil || len(due) != 5 || due[4].Endpoint.ID != short.ID {
		t.Errorf("%d due, %v", len(due), err)
	}
}

func TestAnEndpointIsTurnedOff(t *testing.T) {
	for _, row := range []struct {
		what    string
		fail    func(r *rig, w models.Webhook)
		want    models.WebhookReason
		mails   int
		details string
	}{
		{"at once by 410", func(r *rig, _ models.Webhook) {
			r.must(r.NoteWebhook(ctx, models.WebhookAttempt{DeliveryID: r.due().Delivery.ID, State: models.WebhookDead, Status: 410, Gone: true}))
		}, models.DisabledGone, 1, "hooks.example.test: it answered 410 Gone"},
		{"after 5 days without a success", func(r *rig, _ models.Webhook) {
			r.failOnce()
			r.clock.Move(models.WebhookPatience)
			r.failOnce()
		}, models.DisabledFailing, 1, "hooks.example.test: it failed for 5 days without one success"},
		{"not a moment before", func(r *rig, _ models.Webhook) {
			r.failOnce()
			r.clock.Move(models.WebhookPatience - time.Millisecond)
			r.failOnce()
		}, "", 0, ""},
		{"not after a success", func(r *rig, w models.Webhook) {
			r.failOnce()
			r.clock.Move(models.WebhookPatience / 2)
			r.must(r.NoteWebhook(ctx, models.WebhookAttempt{DeliveryID: r.due().Delivery.ID, State: models.WebhookDelivered, Status: 200}))
			r.clock.Move(models.WebhookPatience / 2)
			r.must(r.SendTestWebhook(ctx, r.carl, w.TeamID, w.ID))
			r.failOnce()
		}, "", 0, ""},
		{"not at another address", func(r *rig, w models.Webhook) {
			r.failOnce()
			r.clock.Move(models.WebhookPatience)
			r.must(r.EditWebhook(ctx, r.carl, w.TeamID, w.ID, models.WebhookForm{URL: "https://other.example.test"}))
			r.failOnce()
		}, "", 0, ""},
	} {
		t.Run(row.what, func(t *testing.T) {
			r := newRig(t)
			w := r.hook(r.carl, r.consumer)
			r.must(r.SendTestWebhook(ctx, r.carl, r.consumer, w.ID))
			row.fail(r, w)
			if got := r.hookState(w); got.Reason != row.want || (got.State == models.WebhookDisabled) != (row.want != "") {
				t.Errorf("%s, %q", got.State, got.Reason)
			}
			due, err := r.DueMessages(ctx, 10)
			if err != nil || len(due) != row.mails {
				t.Fatalf("%d mails, %v", len(due), err)
			}
			for _, m := range due {
				var p models.WebhookOffPayload
				if m.Kind != models.WebhookOff || json.Unmarshal(m.Payload, &p) != nil || p.Email != "carl@example.test" || p.Host != "hooks.example.test" || p.Reason != row.want {
					t.Errorf("%s", m.Payload)
				}
			}
			if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'webhook.disabled' AND user_id = '' AND details = ?`, row.details); n != int64(row.mails) {
				t.Errorf("%d audit entries", n)
			}
		})
	}
}

// failOnce notes that the one delivery that is due has failed, and leaves it due.
func (r *rig) failOnce() {
	r.Helper()
	r.must(r.NoteWebhook(ctx, models.WebhookAttempt{DeliveryID: r.due().Delivery.ID, State: models.WebhookFailed, NextAt: r.clock.Now(), Failure: "No answer."}))
}

func TestADisabledEndpointGoesOnWhereItStopped(t *testing.T) {
	r := newRig(t)
	w := r.hook(r.carl, r.consumer)
	r.must(r.SendTestWebhook(ctx, r.carl, r.consumer, w.ID))
	r.must(r.DisableWebhook(ctx, r.carl, r.consumer, w.ID))
	r.grant(r.consumer, models.Unit)
	if due, err := r.DueWebhooks(ctx, 4); err != nil || len(due) != 0 {
		t.Errorf("%v, %v", due, err)
	}
	if err := r.SendTestWebhook(ctx, r.carl, r.consumer, w.ID); !is(err, models.ErrConflict) {
		t.Errorf("a test: %v", err)
	}
	if err := r.DisableWebhook(ctx, r.carl, r.consumer, w.ID); !is(err, models.ErrConflict) {
		t.Errorf("disabled twice: %v", err)
	}
	r.must(r.EnableWebhook(ctx, r.carl, r.consumer, w.ID))
	if got := r.due(); got.Message.Type != models.WebhookTest {
		t.Errorf("%+v", got.Message)
	}
}

func TestARotationSignsWithBothSecretsForADay(t *testing.T) {
	r := newRig(t)
	w := r.hook(r.carl, r.consumer)
	r.must(r.RotateWebhookSecret(ctx, r.carl, r.consumer, w.ID, "second"))
	r.clock.Move(time.Hour)
	r.must(r.RotateWebhookSecret(ctx, r.carl, r.consumer, w.ID, "third"))
	w = r.hookState(w)
	if got := strings.Join(w.Secrets(r.clock.Now()), ","); got != "third,second" {
		t.Errorf("it signs with %s", got)
	}
	if got := strings.Join(w.Secrets(r.clock.Now().Add(models.WebhookOverlap-time.Millisecond)), ","); got != "third,second" {
		t.Errorf("within the day it signs with %s", got)
	}
	if got := strings.Join(w.Secrets(r.clock.Now().Add(models.WebhookOverlap)), ","); got != "third" {
		t.Errorf("after a day it signs with %s", got)
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE details LIKE '%second%' OR changes LIKE '%second%' OR changes LIKE '%sealed%'`); n != 0 {
		t.Error("a secret is in the audit")
	}
}

func TestResending(t *testing.T) {
	r := newRig(t)
	w := r.hook(r.carl, r.consumer)
	r.must(r.SendTestWebhook(ctx, r.carl, r.consumer, w.ID))
	first := r.due()
	r.must(r.NoteWebhook(ctx, models.WebhookAttempt{DeliveryID: first.Delivery.ID, State: models.WebhookFailed, NextAt: r.clock.Now().Add(time.Hour)}))
	id, err := r.ResendWebhook(ctx, r.carl, r.consumer, w.ID, first.Delivery.ID)
	if err != nil || id != first.Delivery.ID || r.due().Delivery.ID != id {
		t.Errorf("one that waits: %s, %v", id, err)
	}
	r.must(r.NoteWebhook(ctx, models.WebhookAttempt{DeliveryID: id, State: models.WebhookDelivered}))
	again, err := r.ResendWebhook(ctx, r.carl, r.consumer, w.ID, id)
	if err != nil || again == id {
		t.Errorf("one that is over: %s, %v", again, err)
	}
	if got := r.due(); got.Delivery.ID != again || got.Message != first.Message || got.Delivery.Attempts != 0 {
		t.Errorf("%+v", got)
	}
	if _, err := r.ResendWebhook(ctx, r.pia, r.provider, w.ID, id); !is(err, models.ErrNotFound) {
		t.Errorf("by another team: %v", err)
	}
	r.must(r.DisableWebhook(ctx, r.carl, r.consumer, w.ID))
	if _, err := r.ResendWebhook(ctx, r.carl, r.consumer, w.ID, id); !is(err, models.ErrConflict) {
		t.Errorf("of a disabled endpoint: %v", err)
	}
}

func TestTheLogIsDroppedAfterAMonth(t *testing.T) {
	r := newRig(t)
	w, gone := r.hook(r.carl, r.consumer), r.hook(r.carl, r.consumer)
	r.grant(r.consumer, models.Unit)
	r.must(r.DeleteWebhook(ctx, r.carl, r.consumer, gone.ID))
	drop := func() {
		for {
			n, err := r.DropOldWebhooks(ctx)
			r.must(err)
			if n == 0 {
				return
			}
		}
	}
	count := func(table string) int64 { return r.number(`SELECT COUNT(*) FROM ` + table) }
	drop()
	if d, e, p := count("webhook_deliveries"), count("webhook_events"), count("webhook_endpoints"); d != 1 || e != 1 || p != 1 {
		t.Errorf("after the end of an endpoint: %d deliveries, %d events, %d endpoints", d, e, p)
	}
	r.clock.Move(models.WebhookLife)
	drop()
	if d := count("webhook_deliveries"); d != 1 {
		t.Errorf("after a month to the moment: %d deliveries", d)
	}
	r.clock.Move(time.Millisecond)
	drop()
	if d, e := count("webhook_deliveries"), count("webhook_events"); d != 0 || e != 0 || r.hookState(w).State != models.WebhookEnabled {
		t.Errorf("after a month: %d deliveries, %d events", d, e)
	}
}

func TestALowBalanceIsToldOnceUntilItWasBack(t *testing.T) {
	r := newRig(t)
	w := r.hook(r.carl, r.consumer)
	threshold := 5 * models.Unit
	r.must(r.EditWebhook(ctx, r.carl, r.consumer, w.ID, models.WebhookForm{URL: w.URL, Events: []models.WebhookType{"key.created"}, LowBalance: &threshold}))
	for i, step := range []struct {
		what    string
		balance models.Nano
		want    int
	}{
		{"nothing there", 0, 1}, {"still nothing", 0, 1}, {"back at the threshold", threshold, 1}, {"above it", 2 * threshold, 1},
		{"below it again", threshold - 1, 2}, {"lower still", 1, 2},
	} {
		r.exec(`UPDATE wallets SET balance = ? WHERE team_id = ?`, int64(step.balance), r.consumer)
		r.must(r.TellLowBalances(ctx))
		types, said := r.sent(w)
		if len(types) != step.want {
			t.Errorf("step %d, %s: told %d times", i+1, step.what, len(types))
		}
		if last := said[len(said)-1]; types[0] != models.BalanceLow || last.Data.Team.ID != r.consumer || last.Data.Details != "below 5.00" {
			t.Errorf("%+v", last)
		}
	}
}

func TestATeamHasTenEndpoints(t *testing.T) {
	r := newRig(t)
	var last models.Webhook
	for range models.MaxWebhooks {
		last = r.hook(r.carl, r.consumer)
	}
	if _, err := r.AddWebhook(ctx, r.carl, r.consumer, models.WebhookForm{URL: "https://a.test"}, "x"); !is(err, models.ErrTooManyWebhooks) {
		t.Errorf("an eleventh: %v", err)
	}
	r.must(r.DeleteWebhook(ctx, r.carl, r.consumer, last.ID))
	r.hook(r.carl, r.consumer)
	if list, err := r.TeamWebhooks(ctx, r.consumer); err != nil || len(list) != models.MaxWebhooks || list[0].Last != nil {
		t.Errorf("%d, %v", len(list), err)
	}
	if _, err := r.TeamWebhook(ctx, r.consumer, last.ID); !is(err, models.ErrNotFound) {
		t.Errorf("a deleted one: %v", err)
	}
}

func TestADeletedTeamIsToldNothing(t *testing.T) {
	r := newRig(t)
	w := r.hook(r.carl, r.consumer)
	r.must(r.SendTestWebhook(ctx, r.carl, r.consumer, w.ID))
	r.must(r.DeleteTeam(ctx, r.carl, r.consumer))
	if due, err := r.DueWebhooks(ctx, 4); err != nil || len(due) != 0 {
		t.Errorf("%v, %v", due, err)
	}
	if n := r.number(`SELECT COUNT(*) FROM webhook_endpoints WHERE secret <> ''`); n != 0 {
		t.Error("its secret is kept")
	}
}
