package billing_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// goodCase is a call that may go ahead: it costs 20 and the wallet holds 100.
func goodCase() billing.Case {
	return billing.Case{
		Now:          noon,
		Key:          billing.KeyTerms{TeamID: "consumer", State: models.KeyActive},
		Version:      billing.VersionTerms{OwnerTeamID: "provider", Visibility: models.Public, State: models.Published},
		Subscription: billing.SubscriptionTerms{ID: "sub", State: models.Active},
		Price:        20,
		Funds:        billing.Funds{Balance: 100},
	}
}

// spoilers are the refusals in the order of their check. Each spoils one thing of a good case; a case with several of them
// is refused for the first.
var spoilers = []struct {
	sentence string
	code     problem.Code
	spoil    func(*billing.Case)
}{
	{"the key was revoked", problem.KeyRevoked, func(c *billing.Case) { c.Key.State = models.KeyRevoked }},
	{"the key has expired", problem.KeyExpired, func(c *billing.Case) { c.Key.ExpiresAt = noon }},
	{"the API is shared, and not with the team", problem.NotFound, func(c *billing.Case) { c.Version.Visibility, c.Version.SharedWith = models.Shared, []string{"others"} }},
	{"the API is private to another team", problem.NotFound, func(c *billing.Case) { c.Version.Visibility = models.Private }},
	{"the version was retired", problem.APIRetired, func(c *billing.Case) { c.Version.State = models.Retired }},
	{"the version is blocked", problem.APIBlocked, func(c *billing.Case) { c.Version.Blocked = true }},
	{"the team is suspended", problem.TeamSuspended, func(c *billing.Case) { c.Team.Suspended = true }},
	{"the team has no subscription", problem.SubscriptionRequired, func(c *billing.Case) { c.Subscription.State = "" }},
	{"the wallet is empty", problem.InsufficientCredits, func(c *billing.Case) { c.Funds = billing.Funds{} }},
}

func TestTheFirstFailureWins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, want := goodCase(), problem.Code("")
		for _, s := range spoilers {
			if rapid.Bool().Draw(t, s.sentence) {
				s.spoil(&c)
				if want == "" {
					want = s.code
				}
			}
		}
		d := billing.Decide(&c)
		if d.Code != want || d.Allowed() != (want == "") {
			t.Fatalf("refused with %q, want %q", d.Code, want)
		}
		if !d.Allowed() && d.Hold != 0 {
			t.Fatalf("a refused call holds %d", d.Hold)
		}
	})
}

func TestDecide(t *testing.T) {
	for _, row := range []struct {
		sentence string
		change   func(*billing.Case)
		code     problem.Code
		hold     models.Nano
	}{
		{"a subscribed call is held at its price", func(*billing.Case) {}, "", 20},
		{"a key is good until the last instant before its end", func(c *billing.Case) { c.Key.ExpiresAt = noon.Add(time.Millisecond) }, "", 20},
		{"a key is over at its end", func(c *billing.Case) { c.Key.ExpiresAt = noon }, problem.KeyExpired, 0},
		{"a draft is not there, not even for its owner", func(c *billing.Case) { c.Version.State, c.Version.OwnerTeamID = models.Draft, "consumer" }, problem.NotFound, 0},
		{"nor is a version in review", func(c *billing.Case) { c.Version.State = models.InReview }, problem.NotFound, 0},
		{"a deprecated version goes on", func(c *billing.Case) { c.Version.State = models.Deprecated }, "", 20},
		{"a retired one is gone for its owner too", func(c *billing.Case) { c.Version.State, c.Version.OwnerTeamID = models.Retired, "consumer" }, problem.APIRetired, 0},
		{"a private API that was retired is not even known to have been", func(c *billing.Case) { c.Version.State, c.Version.Visibility = models.Retired, models.Private }, problem.NotFound, 0},
		{"an API that is shared with the team", func(c *billing.Case) {
			c.Version.Visibility, c.Version.SharedWith = models.Shared, []string{"others", "consumer"}
		}, "", 20},
		{"an internal API needs a key, and that is all", func(c *billing.Case) { c.Version.Visibility = models.Internal }, "", 20},
		{"the owner calls a private API for nothing, without subscription or credit", func(c *billing.Case) {
			c.Version.Visibility, c.Version.OwnerTeamID = models.Private, "consumer"
			c.Subscription, c.Funds = billing.SubscriptionTerms{}, billing.Funds{}
		}, "", 0},
		{"an owner in the red calls for nothing all the same", func(c *billing.Case) {
			c.Version.OwnerTeamID, c.Funds = "consumer", billing.Funds{Balance: -5}
		}, "", 0},
		{"an owner that is suspended does not call", func(c *billing.Case) { c.Version.OwnerTeamID, c.Team.Suspended = "consumer", true }, problem.TeamSuspended, 0},
		{"a free plan needs no credit", func(c *billing.Case) { c.Price, c.Funds = 0, billing.Funds{} }, "", 0},
		{"a free plan needs its subscription", func(c *billing.Case) { c.Subscription = billing.SubscriptionTerms{} }, problem.SubscriptionRequired, 0},
		{"a subscription that waits", func(c *billing.Case) { c.Subscription.State = models.Requested }, problem.SubscriptionPending, 0},
		{"one that was rejected", func(c *billing.Case) { c.Subscription.State = models.Rejected }, problem.SubscriptionRequired, 0},
		{"one that was withdrawn", func(c *billing.Case) { c.Subscription.State = models.Withdrawn }, problem.SubscriptionRequired, 0},
		{"one that has ended", func(c *billing.Case) { c.Subscription.State = models.Ended }, problem.SubscriptionRequired, 0},
		{"one that ends later than now", func(c *billing.Case) { c.Subscription.EndsAt = noon.Add(time.Millisecond) }, "", 20},
		{"one that ends now", func(c *billing.Case) { c.Subscription.EndsAt = noon }, problem.SubscriptionRequired, 0},
		{"one that is paused and whose end has come", func(c *billing.Case) { c.Subscription.State, c.Subscription.EndsAt = models.Paused, noon }, problem.SubscriptionRequired, 0},
		{"one that is paused", func(c *billing.Case) { c.Subscription.State = models.Paused }, problem.SubscriptionPaused, 0},
		{"one that is suspended", func(c *billing.Case) { c.Subscription.State = models.Suspended }, problem.PaymentPastDue, 0},
		{"one that is past due is served during its grace", func(c *billing.Case) { c.Subscription.State = models.PastDue }, "", 20},
	} {
		c := goodCase()
		row.change(&c)
		d := billing.Decide(&c)
		if d.Code != row.code || d.Hold != row.hold {
			t.Errorf("%s: %q and a hold of %d, want %q and %d", row.sentence, d.Code, d.Hold, row.code, row.hold)
		}
		if own := c.Key.TeamID == c.Version.OwnerTeamID; d.Own != own {
			t.Errorf("%s: own is %t", row.sentence, d.Own)
		}
	}
}

func TestWhatACallNeedsOfTheWallet(t *testing.T) {
	for _, row := range []struct {
		sentence            string
		funds               billing.Funds
		code                problem.Code
		required, available models.Nano
	}{
		{"just enough", billing.Funds{Balance: 20}, "", 20, 20},
		{"one nano-unit too little", billing.Funds{Balance: 19}, problem.InsufficientCredits, 20, 19},
		{"nothing", billing.Funds{}, problem.InsufficientCredits, 20, 0},
		{"enough beside a hold", billing.Funds{Balance: 40, Held: 20}, "", 20, 20},
		{"enough, but one nano-unit of it is held", billing.Funds{Balance: 20, Held: 1}, problem.CreditsHeld, 20, 19},
		{"too little even if the holds came back", billing.Funds{Balance: 19, Held: 1}, problem.InsufficientCredits, 20, 18},
		{"what is finished is spent and will not come back", billing.Funds{Balance: 39, Pending: 20}, problem.InsufficientCredits, 20, 19},
		{"enough beside what is finished", billing.Funds{Balance: 40, Pending: 20}, "", 20, 20},
		{"finished and held together", billing.Funds{Balance: 60, Pending: 20, Held: 21}, problem.CreditsHeld, 20, 19},
		{"below zero, the hole has to be filled too", billing.Funds{Balance: -5}, problem.InsufficientCredits, 25, -5},
		{"below zero by what is finished", billing.Funds{Balance: 5, Pending: 8}, problem.InsufficientCredits, 23, -3},
		{"below zero with a hold from before", billing.Funds{Balance: -5, Held: 7}, problem.InsufficientCredits, 25, -12},
		{"available below zero, but nothing is owed", billing.Funds{Balance: 19, Held: 25}, problem.InsufficientCredits, 20, -6},
	} {
		c := goodCase()
		c.Funds = row.funds
		d := billing.Decide(&c)
		if d.Code != row.code || d.Required != row.required || d.Available != row.available || d.Held != row.funds.Held {
			t.Errorf("%s: %+v", row.sentence, d)
		}
	}
}

// After topping up by what is missing, the very same call succeeds once nothing is held; with less it does not.
func TestRequiredIsWhatThisCallNeeds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := goodCase()
		c.Price = models.Nano(rapid.Int64Range(1, 50).Draw(t, "price"))
		c.Funds = billing.Funds{Balance: models.Nano(rapid.Int64Range(-50, 50).Draw(t, "balance")), Pending: models.Nano(rapid.Int64Range(0, 20).Draw(t, "pending"))}
		d := billing.Decide(&c)
		if d.Allowed() {
			return
		}
		missing := d.Required - max(d.Available, 0)
		c.Funds.Balance += missing
		if d := billing.Decide(&c); !d.Allowed() {
			t.Fatalf("%d more, and still %s", missing, d.Code)
		}
		c.Funds.Balance--
		if d := billing.Decide(&c); d.Allowed() {
			t.Fatalf("one less than %d was enough", missing)
		}
	})
}

func TestCharged(t *testing.T) {
	for status := range 1000 {
		free := status == 401 || status == 402 || status == 403 || status == 407 || status == 408 || status == 429
		want := !free && (status == 101 || status >= 200 && status <= 499)
		if models.ChargeAnswered.Charges(status) != want {
			t.Errorf("%d is charged: %t", status, !want)
		}
	}
}

func TestDenialPaysOffOnlyAt402(t *testing.T) {
	for _, kind := range problem.Kinds() {
		if got := (billing.Denial{Kind: kind}).PaysOff(); got != (kind.Status == 402) {
			t.Errorf("%s pays off: %t", kind.Code, got)
		}
	}
}
