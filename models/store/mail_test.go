package store_test

import (
	"errors"
	"testing"

	"github.com/faregate/faregate/models"
)

// promised is a mail that a top-up promised, and the message that promises it.
func promised(r *rig) models.OutboxMessage {
	r.Helper()
	_, err := r.CreditTopup(ctx, r.topup("cs_1", 100).ID, "pi_1")
	r.must(err)
	due, err := r.DueMessages(ctx, 1)
	if err != nil || len(due) != 1 {
		r.Fatalf("%+v, %v", due, err)
	}
	return due[0]
}

func (r *rig) onlyMail() models.MailListing {
	r.Helper()
	mails, err := r.Mails(ctx, models.Page{})
	if err != nil || len(mails.Rows) != 1 {
		r.Fatalf("%+v, %v", mails, err)
	}
	return mails.Rows[0]
}

func TestASentMailIsListedWithWhatBecameOfItAndWithoutItsText(t *testing.T) {
	r := newRig(t)
	message := promised(r)
	mail := models.Mail{ID: message.ID, Recipient: "a@b.test", Subject: "Receipt", Text: "secret link", HTML: "<a>secret link</a>"}
	r.must(r.ListMail(ctx, mail))
	r.must(r.ListMail(ctx, mail))
	if got := r.onlyMail(); got.State != models.OutboxQueued || got.Attempts != 0 || got.Mail.Kept || got.Mail.Text+got.Mail.HTML != "" || got.Mail.Recipient != "a@b.test" {
		t.Errorf("before the first try: %+v", got)
	}
	r.must(r.RetryMessage(ctx, message, errors.New("busy"), 0, false))
	if got := r.onlyMail(); got.State != models.OutboxQueued || got.Attempts != 1 || got.Failure != "busy" {
		t.Errorf("after it: %+v", got)
	}
	if n, err := r.CountFailedMails(ctx); n != 0 || err != nil {
		t.Errorf("%d failed, %v", n, err)
	}
	message.Attempts = 1
	r.must(r.RetryMessage(ctx, message, errors.New("no such mailbox"), 0, true))
	if got := r.onlyMail(); got.State != models.OutboxDead || got.Failure != "no such mailbox" {
		t.Errorf("given up: %+v", got)
	}
	if n, err := r.CountFailedMails(ctx); n != 1 || err != nil {
		t.Errorf("%d failed, %v", n, err)
	}
	r.must(r.RetryMail(ctx, r.carl, message.ID))
	if err := r.RetryMail(ctx, r.carl, message.ID); !is(err, models.ErrNotFound) {
		t.Errorf("queued twice: %v", err)
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'mail.retried' AND subject = ? AND user_id = ?`, message.ID, r.carl.UserID); n != 1 {
		t.Errorf("%d audit entries", n)
	}
	due, err := r.DueMessages(ctx, 1)
	if err != nil || len(due) != 1 || due[0].Attempts != 0 {
		t.Fatalf("%+v, %v", due, err)
	}
	r.must(r.FinishMessage(ctx, message.ID))
	if got := r.onlyMail(); got.State != models.OutboxDone || got.Failure != "" {
		t.Errorf("sent: %+v", got)
	}
	r.exec(`DELETE FROM outbox_messages`)
	if got := r.onlyMail(); got.State != models.OutboxDone {
		t.Errorf("once its message is forgotten: %+v", got)
	}
}

func TestAKeptMailIsKeptWhole(t *testing.T) {
	r := newRig(t)
	r.must(r.KeepMail(ctx, models.Mail{ID: promised(r).ID, Recipient: "a@b.test", Subject: "Receipt", Text: "all of it", HTML: "<p>all of it</p>"}))
	if got := r.onlyMail(); !got.Mail.Kept || got.Mail.Text != "all of it" || got.Mail.HTML != "<p>all of it</p>" {
		t.Errorf("%+v", got)
	}
}
