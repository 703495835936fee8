package billing

import (
	"context"
	"errors"
	"time"

	"github.com/faregate/faregate/models"
)

// Receive takes a webhook: it verifies the signature, stores the event as received, and does its work. After nil the
// provider may forget the event. ErrBadSignature and ErrBadEvent mean that the event is refused and not stored, ErrMismatch that
// it is stored for a person to look at and sending it again is of no use; any other error that it is worth sending again.
// One of those, ErrNoPayment, is not tried again from here, for only other settings can help; sent again it is.
func (f *Fulfiller) Receive(ctx context.Context, raw []byte, signature string, now time.Time) error {
	event, err := f.payments.ParseEvent(raw, signature)
	if err != nil {
		return err
	}
	stored := models.PaymentEvent{
		ID: event.ID, Type: event.Type, Raw: raw, State: models.EventReceived, ReceivedAt: now,
		CheckoutID: event.CheckoutID, PaymentIntentID: event.PaymentIntentID, TopupID: event.TopupID,
	}
	if err := f.books.SaveEvent(ctx, stored); err != nil {
		return err
	}
	return f.Handle(ctx, stored)
}

// Handle does the work of a stored event. The event is only a hint at which top-up to look; doing it twice is harmless.
func (f *Fulfiller) Handle(ctx context.Context, event models.PaymentEvent) error {
	t, err := f.books.TopupByPayment(ctx, event.CheckoutID, event.PaymentIntentID)
	if errors.Is(err, models.ErrNotFound) && event.TopupID != "" {
		t, err = f.books.Topup(ctx, event.TopupID)
	}
	if errors.Is(err, models.ErrNotFound) {
		return f.books.FinishEvent(ctx, event.ID, models.EventIgnored, nil)
	}
	if err == nil {
		_, err = f.Fulfil(ctx, t.ID)
	}
	state := models.EventHandled
	switch {
	case errors.Is(err, ErrMismatch), errors.Is(err, ErrNoPayment):
		state = models.EventFailed
	case err != nil:
		state = models.EventReceived
	}
	return errors.Join(err, f.books.FinishEvent(ctx, event.ID, state, err))
}
