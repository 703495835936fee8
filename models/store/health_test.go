package store_test

import (
	"testing"

	"github.com/faregate/faregate/models"
)

func TestBacklogCountsWhatIsNotDone(t *testing.T) {
	r := newRig(t)
	r.exec(`DELETE FROM outbox_messages`)
	for i, m := range []struct {
		state    string
		attempts int
	}{{"queued", 0}, {"queued", 2}, {"queued", 1}, {"dead", 9}, {"done", 1}} {
		r.exec(`INSERT INTO outbox_messages (id, unique_key, kind, payload, state, attempts, created_at, due_at) VALUES (?, ?, 'k', '', ?, ?, 0, 0)`, i, i, m.state, m.attempts)
	}
	for i, state := range []string{"received", "handled", "ignored", "failed", "failed"} {
		r.exec(`INSERT INTO payment_events (id, type, raw, state, attempts, last_error, received_at, checkout_id, payment_intent_id, topup_id) VALUES (?, '', '', ?, 0, '', 0, '', '', '')`, i, state)
	}
	got, err := r.Backlog(ctx)
	r.must(err)
	if want := (models.Backlog{MailsQueued: 3, MailsRetried: 2, MailsDead: 1, EventsWaiting: 1, EventsFailed: 2}); got != want {
		t.Errorf("the backlog is %+v, want %+v", got, want)
	}
	if d := r.Disk(); d.Total != 0 && (d.Free <= 0 || d.Free > d.Total) {
		t.Errorf("of %d bytes %d are free", d.Total, d.Free)
	}
}
