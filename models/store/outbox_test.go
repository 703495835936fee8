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
