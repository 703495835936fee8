package billing

import (
	"context"
	"errors"
	"fmt"

	"github.com/faregate/faregate/models"
)

// Books is where top-ups and the events about them are kept. Package store implements it; each method is one transaction.
type Books interface {
	Topup(ctx context.Context, topupID string) (models.Topup, error)
	// CreditTopup posts the top-up's amount to the ledger and marks it as credited, once: false, and no error, if that was
	// done before. Unique keys on the top-up and on the payment intent hold this against any number of callers.
	CreditTopup(ctx context.Context, topupID, paymentIntentID string) (bool, error)
	// MoveTopup notes how far a payment has come; it never touches a credited top-up.
	MoveTopup(ctx context.Context, topupID string, state models.TopupState, declineCode string) error
	// SaveEvent stores a webhook as received, once.
	SaveEvent(ctx context.Context, event models.PaymentEvent) error
	// FinishEvent notes what became of a stored event. A failure keeps it for another try.
	FinishEvent(ctx context.Context, eventID string, state models.PaymentEventState, failure error) error
	// TopupByPayment finds the top-up of a checkout or payment intent; models.ErrNotFound if it is not one of ours.
	TopupByPayment(ctx context.Context, checkoutID, paymentIntentID string) (models.Topup, error)
}

// Fulfiller turns paid top-ups into credit. Webhook, return page and the job that visits open top-ups all call Fulfil, in
// any order, any number of times and at once.
type Fulfiller struct {
	payments Payments
	books    Books
}

// NewFulfiller joins a payment provider with the books.
func NewFulfiller(payments Payments, books Books) *Fulfiller { return &Fulfiller{payments, books} }

// ErrMismatch says that a payment differs from the top-up it claims to pay. Nothing is credited; a person has to look.
var ErrMismatch = errors.New("billing: the payment does not match the top-up")

// DeclineMismatch stands in the place of a bank's reason on a top-up that failed by ErrMismatch: something was paid, so nobody
// may be told that nothing was.
const DeclineMismatch = "payment_mismatch"

// Fulfil asks the provider how far the top-up's payment has come and, if it is paid, credits it. Network and transaction
// never overlap. The credited amount is that of our own row, after comparing it with what was paid.
func (f *Fulfiller) Fulfil(ctx context.Context, topupID string) (models.Topup, error) {
	t, err := f.books.Topup(ctx, topupID)
	if err != nil || t.State == models.TopupCredited || t.CheckoutID == "" {
		return t, err
	}
	p, err := f.payments.Payment(ctx, t.CheckoutID)
	if err != nil {
		return t, fmt.Errorf("fulfil %s: %w", t.ID, err)
	}
	if p.Status == PaymentPaid {
		if err := matches(t, p); err != nil {
			return t, err
		}
		_, err = f.books.CreditTopup(ctx, t.ID, p.PaymentIntentID)
	} else {
		err = f.books.MoveTopup(ctx, t.ID, stateOf(p.Status), p.DeclineCode)
	}
	if err != nil {
		return t, fmt.Errorf("fulfil %s: %w", t.ID, err)
	}
	return f.books.Topup(ctx, t.ID)
}

// matches compares a payment with our row. Foreign metadata must never create credit.
func matches(t models.Topup, p Payment) error {
	minor, err := t.Currency.Minor(t.Amount)
	if err != nil {
		return err
	}
	if p.TopupID != t.ID || p.TeamID != t.TeamID || p.Currency != string(t.Currency) || p.AmountMinor != minor || p.PaymentIntentID == "" {
		return fmt.Errorf("%w: %s expects %d %s, %s paid %d %s for %s", ErrMismatch,
			t.ID, minor, t.Currency, p.CheckoutID, p.AmountMinor, p.Currency, p.TopupID)
	}
	return nil
}

func stateOf(status PaymentStatus) models.TopupState {
	switch status {
	case PaymentProcessing:
		return models.TopupProcessing
	case PaymentFailed:
		return models.TopupFailed
	case PaymentExpired:
		return models.TopupExpired
	}
	return models.TopupCheckoutOpen
}
