package gateway

import (
	"net/http"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/models/seal"
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
	console      *seal.ConsoleGrant // nil but for calls that a member sends from the portal's console
	target       target
	route        *route
	now          time.Time // of admission: price, quota and budget follow it
	subscription billing.SubscriptionTerms
	plan         *billing.PlanTerms // of the subscription; nil for the owner's own calls and where there is none
	decision     billing.Decision
	hold         *billing.Hold // nil until the call was admitted
	committed    bool          // the call is in the books
	delivered    bool          // and they know that its last byte has gone out

	lines lines // of the header fields that are ours
	passage
	fate fate
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
	w.Header()["Faregate-Request-Id"] = c.lines.of(c.name)
	serve := c.serve
	if r.URL.Path == mePath {
		serve = c.serveMe
	}
	if no := serve(); no != nil {
		c.answerRefusal(no)
	}
}

// leave is the call's end, whatever the way. Whoever finishes a call has ended its money's part by then; only a panic has not.
func (c *call) leave() {
	if c.hold != nil {
		c.hold.Leave()
	}
	c.g.flight.leave(c.id)
	if c.committed && !c.delivered {
		c.awaitEnd()
	}
}

// serve is one call's life. Each step returns a refusal or lets the call go on; once forward has begun to answer, there is
// nothing left to refuse.
func (c *call) serve() *refusal {
	for _, step := range [...]func(*call) *refusal{
		(*call).method,   // 405: is it one that is forwarded?
		(*call).identify, // 401, 400: whose key is it?
		(*call).match,    // 404: which version, which path?
		(*call).entitle,  // the subscription that the decision needs
		(*call).fits,     // 413: is the body within the version's limit?
		(*call).admit,    // 403, 404, 410, 402: decide and hold in one critical section
		(*call).forward,  // 502, 503, 504, or the upstream's answer
	} {
		if no := step(c); no != nil {
			return no
		}
	}
	return nil
}

// entitle finds the team's subscription; whether it is enough is the decision's matter. Plan and price are pinned here: those
// of the routes this call was matched in, as they are in effect at this instant.
func (c *call) entitle() *refusal {
	c.now = c.g.Clock.Now()
	if c.key.TeamID == c.route.Terms.OwnerTeamID {
		return nil
	}
	terms, err := c.g.subscriptions.get(c.r.Context(), subscriptionKey{c.key.TeamID, c.route.Terms.APIID})
	if err != nil {
		return c.unavailable("read the subscription", err)
	}
	terms = terms.At(c.now)
	c.subscription = terms
	if terms.PlanID == "" {
		return nil
	}
	if c.plan = c.route.Plans[terms.PlanID].At(c.now); c.plan == nil {
		c.g.Log.Error("a call could not be priced: no terms of its plan are in effect", "call", c.name, "plan", terms.PlanID)
		return refuse(problem.PriceUnknown) // a plan without a price must not become a free one
	}
	return nil
}

// admit decides, and takes the call's share of every limit and the hold if it may go ahead.
func (c *call) admit() *refusal {
	if c.g.Draining() {
		return refuse(problem.Draining)
	}
	facts := billing.Case{Now: c.now, Key: c.key, Version: c.route.Terms, Subscription: c.subscription, Plan: c.plan, Method: c.r.Method, Path: c.target.rest}
	if c.plan != nil {
		facts.Price = c.plan.PriceOf(c.r.Method, c.target.rest)
	}
	decision, hold, err := c.g.Accounts.Admit(c.r.Context(), &facts)
	if err != nil {
		return c.unavailable("read the team's account", err)
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
