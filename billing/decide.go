package billing

import (
	"slices"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// Case is everything that a decision is made from.
type Case struct {
	Now          time.Time
	Key          KeyTerms
	Version      VersionTerms
	Subscription SubscriptionTerms
	Plan         *PlanTerms  // of the subscription, in effect now; nil for the owner's own calls and where there is none
	Price        models.Nano // of this very call under the plan
	Method, Path string      // of this very call, the path as it follows the version; Method "" where no call is asked about

	// What follows is the account's; Admit fills it in.
	Team  TeamTerms
	Funds Funds
	Live  Live
}

// Decision is the answer to a case: allowed with a price and a hold, or refused with a code and what would be needed.
type Decision struct {
	Code      problem.Code // "" if the call may go ahead
	Entry     Entry        // how the team would get in, where a subscription is what is missing
	Own       bool         // the team calls its own API: free, and no subscription is needed
	Price     models.Nano
	Hold      models.Nano
	Required  models.Nano // what the wallet must hold for this very call
	Available models.Nano
	Held      models.Nano

	Limit      Standing    // the limit that refused, if one did
	RetryAfter int64       // seconds until the limit may let the call through; 0 if time alone does not
	Standings  [5]Standing // of the policies that callers are told of, judged before this call took its share
	told       int
}

// Allowed says whether the call may go ahead.
func (d *Decision) Allowed() bool { return d.Code == "" }

// Told are the policies that apply to the call, for its RateLimit fields. Budgets are not among them: not every key may know
// of the team's money.
func (d *Decision) Told() []Standing { return d.Standings[:d.told] }

// Decide says whether a call may go ahead. It is pure: the gateway runs it inside the account's critical section, and
// pages run it to say beforehand what a call would meet. The first failure in the order of checks wins; see the order in
// docs/architecture.md.
func Decide(c *Case) Decision {
	d := Decision{Own: c.Key.TeamID == c.Version.OwnerTeamID}
	if d.Code = entitled(c, d.Own); d.Code != "" {
		if d.Code == problem.SubscriptionRequired {
			d.Entry = EntryOf(c.Version.StateAt(c.Now), c.Version.Offers, c.Now)
		}
		return d
	}
	if !d.Own {
		d.Price = c.Price
	}
	if limited(&d, c); d.Code == "" {
		afford(&d, c.Funds)
	}
	return d
}

// entitled is the part of the decision that depends neither on limits nor on money.
func entitled(c *Case, own bool) problem.Code {
	switch {
	case c.Key.State == models.KeyRevoked, !c.Key.ReplacedUntil.IsZero() && !c.Now.Before(c.Key.ReplacedUntil):
		return problem.KeyRevoked
	case !c.Key.ExpiresAt.IsZero() && !c.Now.Before(c.Key.ExpiresAt):
		return problem.KeyExpired
	case !c.Version.MaySee(c.Key.TeamID), c.Version.State == models.Draft, c.Version.State == models.InReview:
		return problem.NotFound
	case len(c.Key.APIs) > 0 && !slices.Contains(c.Key.APIs, c.Version.APIID):
		return problem.InsufficientScope
	case c.Method != "" && !c.Key.MayCall(c.Version.APIID, c.Method, c.Path):
		return problem.InsufficientScope
	case c.Version.StateAt(c.Now) == models.Retired:
		return problem.APIRetired
	case c.Version.Blocked:
		return problem.APIBlocked
	case c.Team.Suspended:
		return problem.TeamSuspended
	case own:
		return ""
	}
	return subscribed(c.Subscription, c.Now)
}

// subscribed maps a subscription's state to its refusal. One that is past due is served until its grace is over. Whether paying
// would bring a missing one is Entry's matter.
func subscribed(s SubscriptionTerms, now time.Time) problem.Code {
	if s.Over(now) {
		return problem.SubscriptionRequired
	}
	switch s.State {
	case models.Active:
		return ""
	case models.PastDue:
		if s.GraceUntil.IsZero() || now.Before(s.GraceUntil) {
			return ""
		}
		return problem.PaymentPastDue
	case models.Suspended:
		return problem.PaymentPastDue
	case models.Requested:
		return problem.SubscriptionPending
	case models.Paused:
		return problem.SubscriptionPaused
	}
	return problem.SubscriptionRequired
}

// afford compares the price with the wallet. Required includes the hole of a wallet below zero, for topping up by the
// price alone would not be enough.
func afford(d *Decision, f Funds) {
	d.Required, d.Available, d.Held = d.Price, f.Available(), f.Held
	if d.Price == 0 {
		return
	}
	switch {
	case d.Available >= d.Price:
		d.Hold = d.Price
	case f.Posted() >= d.Price:
		d.Code = problem.CreditsHeld
	default:
		d.Code = problem.InsufficientCredits
		if posted := f.Posted(); posted < 0 {
			d.Required = d.Price - posted
		}
	}
}
