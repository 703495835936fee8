package stripepay

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

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
	p.SetIdempotencyKey(customerKey(r))
	made, err := c.api.Customers.New(p)
	if err != nil {
		return "", translate("create customer", err)
	}
	return made.ID, nil
}

// customerKey is the same for the same request. Name and e-mail are part of it: Stripe refuses a key that comes again with
// other parameters, and another member's click, or a new name of the team, must not be locked out for the key's life of a
// day. The customer that such a second request makes is never used: the id that was stored first stays. A lost customer is
// part of it for the opposite reason: under its own key Stripe would answer with the very customer that is gone.
func customerKey(r billing.CustomerRequest) string {
	sum := sha256.Sum256([]byte(r.TeamName + "\x00" + r.Email + "\x00" + r.Replaces))
	return "customer-" + r.TeamID + "-" + hex.EncodeToString(sum[:8])
}
