package gateway

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// detail is the sentence about this very call.
func (c *call) detail(d *billing.Denial) string {
	switch d.Kind.Code {
	case problem.InsufficientCredits, problem.CreditsHeld:
		return c.creditDetail(d)
	case problem.SubscriptionRequired:
		return c.noSubscription(d) + howToEnter(d)
	case problem.SubscriptionPaused:
		return c.pausedDetail(d)
	case problem.SubscriptionPending:
		return "The team asked for access on " + c.subscription.Since.Format(time.RFC3339) +
			", and the provider of " + d.APIName + " has not decided yet."
	case problem.InsufficientScope:
		if len(c.key.APIs) == 0 || slices.Contains(c.key.APIs, d.APIID) {
			return "The key " + strconv.Quote(d.KeyName) + " may not call " + d.Method + " " + shorten(cmp.Or(c.target.rest, "/"), 256) + " of " + d.APIName + "."
		}
		return "The key " + strconv.Quote(d.KeyName) + " may not call " + d.APIName + "."
	case problem.APIRetired:
		if text := c.route.lifecycle.detail; text != "" {
			return text
		}
	case problem.RateLimited, problem.LimitHeld, problem.QuotaExceeded, problem.KeyBudgetExceeded, problem.TeamBudgetExceeded:
		if text := c.limitDetail(d); text != "" {
			return text
		}
	}
	return d.Kind.Meaning
}

// noSubscription says that there is none, and if it is so, that there was one until a moment ago.
func (c *call) noSubscription(d *billing.Denial) string {
	if c.subscription.Over(c.now) {
		return "The subscription to " + d.APIName + " of the team that owns this key ended at " + c.subscription.EndsAt.Format(time.RFC3339) + "."
	}
	return "The team that owns this key has no subscription to " + d.APIName + "."
}

// howToEnter says what to do about it.
func howToEnter(d *billing.Denial) string {
	switch d.Entry {
	case billing.EntryPaid:
		return " Every plan has to be paid for when it is taken. Take one at " + d.ActionURL
	case billing.EntryAsked:
		return " The provider approves each subscriber. Ask for access at " + d.ActionURL
	case billing.EntryClosed:
		return " The API takes no new subscribers at the moment; its page is " + d.ActionURL
	}
	return " Take one at " + d.ActionURL
}

// pausedDetail says who has paused the subscription: that side alone can resume it.
func (c *call) pausedDetail(d *billing.Denial) string {
	if c.subscription.PausedByProvider {
		return "The provider of " + d.APIName + " has paused the team's subscription: " + c.subscription.PauseReason
	}
	return "The team has paused its own subscription to " + d.APIName + "; its owners, admins and developers can resume it."
}

// creditDetail tells of the balance only if the key may.
func (c *call) creditDetail(d *billing.Denial) string {
	rest := ""
	switch held := d.Kind.Code == problem.CreditsHeld; {
	case !d.ReadBilling && held:
		rest = "calls in flight hold what is left."
	case !d.ReadBilling:
		rest = "the team's wallet holds less."
	case held:
		rest = c.money(d.Available) + " is available while " + c.money(d.HeldNow) + " is held by calls in flight."
	default:
		rest = c.money(d.Available) + " is available."
	}
	return "This call needs " + c.money(d.Required) + "; " + rest
}

// money is an amount with its currency.
func (c *call) money(n models.Nano) string { return n.Decimal(4) + " " + c.g.phrases.currency }

// limitDetail tells which limit refused, with its numbers.
func (c *call) limitDetail(d *billing.Denial) string {
	rate := models.Rate{Calls: d.Limit.Most, Seconds: d.Limit.Window}
	switch d.Limit.Policy {
	case billing.PolicyAttempts:
		return "This key asks more often than " + rate.String() + ", refused calls counted."
	case billing.PolicyKeyRate:
		return "The key may make " + rate.String() + "."
	case billing.PolicyPlanRate:
		return "The plan allows " + rate.String() + "."
	case billing.PolicyKeyConcurrency:
		return "The key may run " + atTheSameTime(d.Limit)
	case billing.PolicyPlanConcurrency:
		return "The plan allows " + atTheSameTime(d.Limit)
	case billing.PolicyQuota:
		return c.quotaDetail(d)
	case "":
		return ""
	}
	return c.budgetDetail(d)
}

func atTheSameTime(l billing.Standing) string {
	return count(l.Most) + " at the same time, and " + count(l.Held) + " are running."
}

func count(n int64) string { return strconv.FormatInt(n, 10) }

func (c *call) quotaDetail(d *billing.Denial) string {
	quota := c.plan.Quota.String()
	if d.Kind.Code == problem.LimitHeld {
		return "The plan includes " + quota + "; " + count(d.Limit.Used) + " are used and " + count(d.Limit.Held) + " more are running."
	}
	return "The plan includes " + quota + ", and all are used. The quota begins anew at " + d.ResetsAt.Format(time.RFC3339) + "."
}

// budgetDetail tells of the team's figures only if the key may; those of the key's own budget are the key's to know.
func (c *call) budgetDetail(d *billing.Denial) string {
	whose := "The key's budget"
	if d.OfTeam() {
		whose = "The team's budget"
	}
	again := ""
	if !d.ResetsAt.IsZero() {
		again = " It begins anew at " + d.ResetsAt.Format(time.RFC3339) + "."
	}
	if !d.TellsBudget() {
		return whose + " does not allow this call." + again
	}
	l, held := d.Limit, ""
	if l.Held > 0 {
		held = " and " + models.Nano(l.Held).Decimal(2) + " held by calls in flight"
	}
	return whose + " is " + models.Nano(l.Most).Decimal(2) + " " + c.g.phrases.currency + ", of which " + models.Nano(l.Used).Decimal(2) + " is spent" + held +
		"; this call costs " + d.Price.Decimal(4) + "." + again
}

// message is what most users of an SDK see, so it carries the link.
func (c *call) message(d *billing.Denial) string {
	switch {
	case d.Kind.Code == problem.InsufficientCredits && d.ReadBilling:
		return d.Kind.Title + ": needs " + c.money(d.Required) + ", " + d.Available.Decimal(4) + " available. Top up at " + d.ActionURL
	case d.PaysOff() && d.Kind.Code != problem.SubscriptionRequired: // whose detail has the link
		return d.Kind.Title + ": " + d.Detail + " Top up at " + d.ActionURL
	case d.Kind.Status == 429 && d.RetryAfter > 0 && d.RetryAfter <= retrySoon:
		return d.Kind.Title + ": " + d.Detail + " Try again in " + strconv.FormatInt(d.RetryAfter, 10) + " s."
	}
	return d.Kind.Title + ": " + d.Detail
}
