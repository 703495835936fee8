package stripepay

import (
	"context"

	"github.com/stripe/stripe-go/v76"

	"github.com/faregate/faregate/billing"
)

// CreateCustomer makes the Stripe customer that stands for a team. See billing.Payments.
func (c *Client) CreateCustomer(ctx context.Context, r billing.CustomerRequest) (string, error) {
	p := &stripe.CustomerParams{Name: stripe.String(r.TeamName)}
	if r.Email != "" { // Stripe refuses an empty value: it would mean "unset this"
		p.Email = stripe.String(r.Email)
	}
	p.Context = ctx
	p.AddMetadata(metaTeam, r.TeamID)
	p.SetIdempotencyKey("customer-" + r.TeamID)
	made, err := c.api.Customers.New(p)
	if err != nil {
		return "", translate("create customer", err)
	}
	return made.ID, nil
}
