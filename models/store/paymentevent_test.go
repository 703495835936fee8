package store_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

func TestPaymentEvents(t *testing.T) {
	r := newRig(t)
	event := models.PaymentEvent{ID: "evt_2", Type: "x", Raw: []byte("{}"), State: models.EventReceived, ReceivedAt: r.clock.Now(), CheckoutID: "cs", PaymentIntentID: "pi", TopupID: "tu"}
	r.must(r.SaveEvent(ctx, event))
	copied := event
	copied.Raw = []byte("another")
	r.must(r.SaveEvent(ctx, copied)) // the first one stays
	older := event
	older.ID = "evt_1"
	r.must(r.SaveEvent(ctx, older))
	waiting, err := r.WaitingEvents(ctx, "evt_1", 10)
	if diff := cmp.Diff([]models.PaymentEvent{event}, waiting); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	r.must(r.FinishEvent(ctx, "evt_2", models.EventReceived, errors.New("away")))
	waiting, err = r.WaitingEvents(ctx, "", 10)
	if err != nil || len(waiting) != 2 || waiting[1].Attempts != 1 || waiting[1].LastError != "away" || waiting[1].HandledAt != nil {
		t.Errorf("%+v, %v", waiting, err)
	}
	r.must(r.FinishEvent(ctx, "evt_2", models.EventHandled, nil))
	r.must(r.FinishEvent(ctx, "evt_2", models.EventReceived, errors.New("too late")))
	r.must(r.FinishEvent(ctx, "evt_1", models.EventFailed, errors.New("mismatch")))
	if waiting, err := r.WaitingEvents(ctx, "", 10); err != nil || len(waiting) != 0 {
		t.Errorf("%+v, %v", waiting, err)
	}
	if n := r.number(`SELECT COUNT(*) FROM payment_events WHERE state = 'handled' AND last_error = '' AND handled_at > 0`); n != 1 {
		t.Errorf("%d are handled", n)
	}
}
