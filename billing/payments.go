package billing

import (
	"context"
	"errors"
	"time"
)

// Payments is what the product asks of the payment provider. stripepay implements it over stripe-go; nothing else may
// know Stripe's types. Every method makes at least one network call and so is never called inside a transaction.
type Payments interface {
	// CreateCustomer makes the provider's customer for a team and returns its id ("cus_…"). The same request, sent
	// again within a day, gives the same customer, even one that was deleted meanwhile: to get another, name it in Replaces.
	CreateCustomer(ctx context.Context, r CustomerRequest) (string, error)
	// OpenCheckout makes the hosted payment page of a top-up. All parameters come from the stored row and its customer, so
	// a retry under the same idempotency key ("topup-cs-" + top-up id + "-" + customer id) finds the page made before. The
	// customer is part of the key because ErrNoCustomer is followed by a second try with another one, and the provider
	// refuses an old key that comes with other parameters.
	OpenCheckout(ctx context.Context, r CheckoutRequest) (Checkout, error)
	// Payment fetches what the provider knows of a checkout now. Only this answer is trusted; events are hints.
	Payment(ctx context.Context, checkoutID string) (Payment, error)
	// ParseEvent verifies a webhook's signature over the raw body and reads the few fields that are needed. A wrong or
	// old signature is ErrBadSignature; a body that is no event is ErrBadEvent.
	ParseEvent(raw []byte, signature string) (Event, error)
}

// Errors of Payments, for errors.Is.
var (
	ErrBadSignature = errors.New("billing: the event's signature does not match")
	ErrBadEvent     = errors.New("billing: the event cannot be read")
	ErrNoPayment    = errors.New("billing: no such payment")
	// ErrNoCustomer says that the customer of a checkout is gone, or was made in another account or mode of the provider.
	ErrNoCustomer = errors.New("billing: no such customer")
	// ErrPaymentsUnavailable wraps every transient failure of the provider: network, 409, 429, 5xx. Trying later helps.
	ErrPaymentsUnavailable = errors.New("billing: the payment provider cannot be reached")
)

// CustomerRequest names the team that the customer stands for.
type CustomerRequest struct {
	TeamID, TeamName, Email string
	Replaces                string // the customer that the provider does not know any more, if there was one
}

// CheckoutRequest describes the hosted page of one top-up. Amounts are in the currency's minor unit (cents).
type CheckoutRequest struct {
	TopupID, TeamID, CustomerID string
	Currency                    string // lower-case ISO 4217, as Stripe writes it
	AmountMinor                 int64
	Description                 string // the line item's name
	ExpiresAt                   time.Time
	SuccessURL, CancelURL       string // SuccessURL contains {CHECKOUT_SESSION_ID}
}

// Checkout is a hosted payment page.
type Checkout struct {
	ID, URL   string
	ExpiresAt time.Time
}

// PaymentStatus says how far a payment has come.
type PaymentStatus string

// The states of a payment as the product sees them. Paid is the only one that gives credit.
const (
	PaymentOpen       PaymentStatus = "open"       // nobody has paid yet; the page can still be used
	PaymentProcessing PaymentStatus = "processing" // completed with a delayed method: the money is on its way
	PaymentPaid       PaymentStatus = "paid"
	PaymentFailed     PaymentStatus = "failed"  // a delayed method failed after completion
	PaymentExpired    PaymentStatus = "expired" // the page was closed by time
)

// Payment is the provider's own word about one checkout.
type Payment struct {
	CheckoutID      string
	PaymentIntentID string // "" until the provider made one
	TopupID, TeamID string // from our metadata; "" on objects that are not ours
	Currency        string
	AmountMinor     int64 // subtotal, before tax and currency conversion
	Status          PaymentStatus
	DeclineCode     string // of the last failed attempt, "" if none
}

// Event is the part of a webhook that is used: a hint that an object may have changed.
type Event struct {
	ID, Type        string // "evt_…", "checkout.session.completed"
	CheckoutID      string // "cs_…" if the event is about one
	PaymentIntentID string // "pi_…" if the event names one
	TopupID         string // from the object's metadata
	Created         time.Time
}
