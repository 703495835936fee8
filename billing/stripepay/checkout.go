package stripepay

import (
	"context"
	"time"

	"github.com/stripe/stripe-go/v76"

	"github.com/faregate/faregate/billing"
)

// Metadata keys. They stand on the session and again on the payment intent, because Stripe does not copy them, and
// refunds and disputes know only the payment intent.
const (
	metaTopup = "topup_id"
	metaTeam  = "team_id"
)

// OpenCheckout makes the hosted page of a top-up. See billing.Payments.
//
// No card is saved for later (setup_future_usage): that needs the payer's consent, which a top-up does not ask for.
func (c *Client) OpenCheckout(ctx context.Context, r billing.CheckoutRequest) (billing.Checkout, error) {
	p := checkoutParams(r)
	p.Context = ctx
	p.SetIdempotencyKey("topup-cs-" + r.TopupID + "-" + r.CustomerID)
	made, err := c.api.CheckoutSessions.New(p)
	if err != nil {
		return billing.Checkout{}, translateCheckout("open checkout", err)
	}
	return billing.Checkout{ID: made.ID, URL: made.URL, ExpiresAt: time.Unix(made.ExpiresAt, 0).UTC()}, nil
}

// checkoutParams must depend on the request alone: a second request under the same idempotency key that differs in a
// single parameter is an error, not a replay.
func checkoutParams(r billing.CheckoutRequest) *stripe.CheckoutSessionParams {
	meta := map[string]string{metaTopup: r.TopupID, metaTeam: r.TeamID}
	return &stripe.CheckoutSessionParams{
		Mode:              stripe.String(string(stripe.CheckoutSessionModePayment)),
		Customer:          stripe.String(r.CustomerID),
		ClientReferenceID: stripe.String(r.TopupID),
		ExpiresAt:         stripe.Int64(r.ExpiresAt.Unix()),
		SuccessURL:        stripe.String(r.SuccessURL),
		CancelURL:         stripe.String(r.CancelURL),
		LineItems: []*stripe.CheckoutSessionLineItemParams{{
			Quantity: stripe.Int64(1),
			PriceData: &stripe.CheckoutSessionLineItemPriceDataParams{
				Currency:   stripe.String(r.Currency),
				UnitAmount: stripe.Int64(r.AmountMinor),
				ProductData: &stripe.CheckoutSessionLineItemPriceDataProductDataParams{
					Name: stripe.String(r.Description),
				},
			},
		}},
		Metadata:          meta,
		PaymentIntentData: &stripe.CheckoutSessionPaymentIntentDataParams{Metadata: meta},
	}
}
