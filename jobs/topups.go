package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// TopupBooks is where top-ups and stored payment events wait. Package store implements it.
type TopupBooks interface {
	OpenTopups(ctx context.Context, after string, limit int) ([]models.Topup, error)
	MoveTopup(ctx context.Context, topupID string, state models.TopupState, declineCode string) error
	WaitingEvents(ctx context.Context, after string, limit int) ([]models.PaymentEvent, error)
}

const visitSlice = 100

// VisitTopups returns the job by which money arrives without webhook and without the payer's return: it asks the provider
// about every top-up that may still be paid, and does again the work of events that failed.
func VisitTopups(books TopupBooks, fulfiller *billing.Fulfiller, clock models.Clock) Job {
	return Job{Name: "top-ups", Every: time.Minute, Do: func(ctx context.Context) error {
		return errors.Join(visitOpen(ctx, books, fulfiller, clock), visitEvents(ctx, books, fulfiller))
	}}
}

func visitOpen(ctx context.Context, books TopupBooks, fulfiller *billing.Fulfiller, clock models.Clock) error {
	var errs []error
	for after := ""; ; {
		open, err := books.OpenTopups(ctx, after, visitSlice)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		for _, topup := range open {
			after = topup.ID
			errs = append(errs, visit(ctx, books, fulfiller, clock, topup))
		}
		if len(open) < visitSlice {
			return errors.Join(errs...)
		}
	}
}

// visit asks about one top-up. One without a hosted page was never shown to anybody who could pay it.
//
// Two answers end the visits, or they would come each minute for ever. A page that the provider does not know (another
// account, another key) is left until its time is over and has then expired. A payment that does not match has failed: the
// error is told once, a person has to look. Both stay open to a late event, which asks again.
func visit(ctx context.Context, books TopupBooks, fulfiller *billing.Fulfiller, clock models.Clock, topup models.Topup) error {
	if topup.CheckoutID == "" {
		if clock.Now().Before(topup.ExpiresAt) {
			return nil
		}
		return books.MoveTopup(ctx, topup.ID, models.TopupExpired, "")
	}
	_, err := fulfiller.Fulfil(ctx, topup.ID)
	switch {
	case errors.Is(err, billing.ErrNoPayment) && clock.Now().Before(topup.ExpiresAt):
		return nil
	case errors.Is(err, billing.ErrNoPayment):
		return books.MoveTopup(ctx, topup.ID, models.TopupExpired, "")
	case errors.Is(err, billing.ErrMismatch):
		return errors.Join(err, books.MoveTopup(ctx, topup.ID, models.TopupFailed, billing.DeclineMismatch))
	}
	return err
}

// visitEvents does the work of stored events again. What the fulfiller gives up, it marks as failed and tells once.
func visitEvents(ctx context.Context, books TopupBooks, fulfiller *billing.Fulfiller) error {
	var errs []error
	for after := ""; ; {
		waiting, err := books.WaitingEvents(ctx, after, visitSlice)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		for _, event := range waiting {
			after = event.ID
			errs = append(errs, fulfiller.Handle(ctx, event))
		}
		if len(waiting) < visitSlice {
			return errors.Join(errs...)
		}
	}
}
