package stripepay

import (
	"context"

	"github.com/stripe/stripe-go/v76"

	"github.com/faregate/faregate/billing"
)

// Payment fetches a checkout with its payment intent. See billing.Payments; ErrNoPayment if Stripe does not know the id.
func (c *Client) Payment(ctx context.Context, checkoutID string) (billing.Payment, error) {
	if checkoutID == "" { // the request would become the list of all sessions
		return billing.Payment{}, billing.ErrNoPayment
	}
	p := &stripe.CheckoutSessionParams{}
	p.Context = ctx
	p.AddExpand("payment_intent")
	s, err := c.api.CheckoutSessions.Get(checkoutID, p)
	if err != nil {
		return billing.Payment{}, translateLookup("fetch checkout", err)
	}
	return payment(s), nil
}

func payment(s *stripe.CheckoutSession) billing.Payment {
	p := billing.Payment{
		CheckoutID:  s.ID,
		TopupID:     s.Metadata[metaTopup],
		TeamID:      s.Metadata[metaTeam],
		Currency:    string(s.Currency),
		AmountMinor: s.AmountSubtotal,
		Status:      status(s),
	}
	if s.PaymentIntent != nil {
		p.PaymentIntentID = s.PaymentIntent.ID
		p.DeclineCode = declineCode(s.PaymentIntent.LastPaymentError)
	}
	return p
}

// status reads the three places in which Stripe says how a payment stands. The session's payment_status comes first and
// is the only one that can mean "paid".
func status(s *stripe.CheckoutSession) billing.PaymentStatus {
	switch {
	case s.PaymentStatus == stripe.CheckoutSessionPaymentStatusPaid:
		return billing.PaymentPaid
	case s.Status == stripe.CheckoutSessionStatusExpired:
		return billing.PaymentExpired
	case s.Status == stripe.CheckoutSessionStatusComplete:
		return delayedStatus(s.PaymentIntent)
	default:
		return billing.PaymentOpen
	}
}

// delayedStatus is for a session that was completed without being paid: a bank debit, say, that takes days. The intent
// goes back to asking for a payment method when such a debit fails.
func delayedStatus(i *stripe.PaymentIntent) billing.PaymentStatus {
	if i == nil {
		return billing.PaymentFailed // nothing to pay and so nothing that could ever arrive
	}
	switch i.Status {
	case stripe.PaymentIntentStatusRequiresPaymentMethod, stripe.PaymentIntentStatusCanceled:
		return billing.PaymentFailed
	default:
		return billing.PaymentProcessing
	}
}

// declineCode prefers the bank's reason; Stripe names only its own code where the bank's would add nothing (a wrong CVC).
func declineCode(e *stripe.Error) string {
	switch {
	case e == nil:
		return ""
	case e.DeclineCode != "":
		return string(e.DeclineCode)
	default:
		return string(e.Code)
	}
}
