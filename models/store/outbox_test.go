package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

func TestOutboxMessagesComeAgainUntilTheyAreDoneOrDead(t *testing.T) {
	r := newRig(t)
	done, err := r.CreditTopup(ctx, r.topup("cs_1", 100).ID, "pi_1")
	if !done || err != nil {
		t.Fatal(done, err)
	}
	due := func(want int) models.OutboxMessage {
		t.Helper()
		got, err := r.DueMessages(ctx, 10)
		if err != nil || len(got) != want {
			t.Fatalf("%d are due, want %d; %v", len(got), want, err)
		}
		return append(got, models.OutboxMessage{})[0]
	}
	message := due(1)
	r.must(r.RetryMessage(ctx, message, errors.New("no mail today"), time.Minute, false))
	due(0)
	r.clock.Move(time.Minute - time.Millisecond)
	due(0)
	r.clock.Move(time.Millisecond)
	again := due(1)
	if again.Attempts != 1 || again.LastError != "no mail today" || again.ID != message.ID || string(again.Payload) != string(message.Payload) {
		t.Errorf("%+v", again)
	}
	r.must(r.RetryMessage(ctx, again, errors.New("never"), 0, true))
	due(0)
	r.clock.Move(1000 * time.Hour)
	due(0)
	if n := r.number(`SELECT COUNT(*) FROM outbox_messages WHERE state = 'dead' AND attempts = 2`); n != 1 {
		t.Errorf("%d are dead", n)
	}
	r.exec(`UPDATE outbox_messages SET state = 'queued', due_at = 1`)
	r.must(r.FinishMessage(ctx, due(1).ID))
	due(0)
	r.must(r.KeepMail(ctx, models.Mail{ID: "msg_1", Recipient: "a@b", Subject: "first"}))
	r.must(r.KeepMail(ctx, models.Mail{ID: "msg_1", Subject: "second"}))
	mails, err := r.Mails(ctx, models.Page{})
	if err != nil || len(mails.Rows) != 1 || mails.Rows[0].Mail.Subject != "first" || !mails.Rows[0].Mail.CreatedAt.Equal(r.clock.Now()) {
		t.Errorf("%+v, %v", mails, err)
	}
}

// Who waits for a link to get in does not wait behind what a provider tells its subscribers.
func TestMailsOfSecurityGoBeforeOthers(t *testing.T) {
	r := newRig(t)
	for i, kind := range []models.OutboxKind{models.SubscriptionNews, models.NotificationMail, models.PasswordChanged, models.TeamInvitation, models.PasswordReset} {
		r.exec(`INSERT INTO outbox_messages (id, unique_key, kind, payload, state, attempts, last_error, created_at, due_at) VALUES (?, ?, ?, '{}', 'queued', 0, '', 1, ?)`,
			models.NewID("msg"), string(kind), kind, i+1)
	}
	for limit, want := range map[int]string{
		1: "password_changed", 2: "password_changed password_reset", 3: "password_changed password_reset subscription_news",
		9: "password_changed password_reset subscription_news notification team_invitation",
	} {
		due, err := r.DueMessages(ctx, limit)
		r.must(err)
		got := ""
		for _, m := range due {
			got += " " + string(m.Kind)
		}
		if got != " "+want {
			t.Errorf("%d of them are%s, want %s", limit, got, want)
		}
	}
}
