package gateway

import (
	"context"
	"net/http"
	"sync/atomic"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// call is one request on its way through the gateway. It belongs to the handler's goroutine; what other goroutines may
// touch is at the end.
type call struct {
	g     *Gateway
	w     http.ResponseWriter
	r     *http.Request
	id    models.CallID
	name  string // the id as callers see it
	watch models.Stopwatch

	credential   credential
	key          billing.KeyTerms
	target       target
	route        *route
	subscription billing.SubscriptionTerms
	decision     billing.Decision
	hold         *billing.Hold // nil until the call was admitted
	body         *callerBody   // nil if the request has none

	sent    atomic.Bool                        // the upstream has been sent the header
	flowing atomic.Bool                        // the caller has been sent the header, and the rest goes as it comes
	stop    atomic.Pointer[context.CancelFunc] // ends the upstream's request; nil until there is one
	fate    fate
}

// refusal is why a call does not go on.
type refusal struct {
	code   problem.Code
	detail string // "" for the kind's own words
}

func refuse(code problem.Code) *refusal { return &refusal{code: code} }

// ServeHTTP implements http.Handler.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{g: g, w: w, r: r, watch: models.StartStopwatch()}
	g.flight.enter(c, func() models.CallID { return g.CallIDs.Next(g.Clock.Now()) })
	defer c.leave()
	c.name = c.id.String()
	w.Header()["Faregate-Request-Id"] = []string{c.name}
	if no := c.serve(); no != nil {
		c.answerRefusal(no)
	}
}

// leave is the call's end, whatever the way. Whoever finishes a call has ended its hold by then; only a panic has not.
func (c *call) leave() {
	if c.hold != nil {
		c.hold.Release()
	}
	c.g.flight.leave(c.id)
}

// serve is one call's life. Each step returns a refusal or lets the call go on; once forward has begun to answer, there is
// nothing left to refuse.
func (c *call) serve() *refusal {
	for _, step := range [...]func(*call) *refusal{
		(*call).identify, // 401, 400: whose key is it?
		(*call).match,    // 404: which version, which path?
		(*call).entitle,  // the subscription that the decision needs
		(*call).admit,    // 403, 404, 410, 402: decide and hold in one critical section
		(*call).forward,  // 502, 503, 504, or the upstream's answer
	} {
		if no := step(c); no != nil {
			return no
		}
	}
	return nil
}

// entitle finds the team's subscription; whether it is enough is the decision's matter. The price is pinned here: that of
// the routes this call was matched in.
func (c *call) entitle() *refusal {
	if c.key.TeamID == c.route.Terms.OwnerTeamID {
		return nil
	}
	terms, err := c.g.subscriptions.get(c.r.Context(), subscriptionKey{c.key.TeamID, c.route.Terms.APIID})
	if err != nil {
		return c.unavailable("read the subscription", err)
	}
	price, known := c.route.Prices[terms.PlanID]
	if !known && terms.PlanID != "" {
		// A plan without a price must not become a free one.
		return c.unavailable("find the price of "+terms.PlanID, nil)
	}
	terms.Price = price
	c.subscription = terms
	return nil
}

// admit decides, and takes the hold if the call may go ahead.
func (c *call) admit() *refusal {
	if c.g.Draining() {
		return refuse(problem.Draining)
	}
	decision, hold, err := c.g.Accounts.Admit(c.r.Context(), billing.Case{
		Now: c.g.Clock.Now(), Key: c.key, Version: c.route.Terms, Subscription: c.subscription,
	})
	if err != nil {
		return c.unavailable("read the wallet", err)
	}
	c.decision, c.hold = decision, hold
	if !decision.Allowed() {
		return refuse(decision.Code)
	}
	if decision.Price > 0 && !c.g.Settler.Healthy() {
		hold.Release()
		return refuse(problem.BillingUnavailable)
	}
	return nil
}

// unavailable refuses because something of ours does not work.
func (c *call) unavailable(what string, err error) *refusal {
	c.g.Log.Error("a call could not be decided: cannot "+what, "call", c.name, "err", err)
	return refuse(problem.BillingUnavailable)
}
