package gateway

import (
	"fmt"
	"strconv"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// detail is the sentence about this very call.
func (c *call) detail(d billing.Denial) string {
	switch d.Kind.Code {
	case problem.InsufficientCredits, problem.CreditsHeld:
		return c.creditDetail(d)
	case problem.SubscriptionRequired:
		return fmt.Sprintf("The team that owns this key has no subscription to %s. Take one at %s", d.APIName, d.ActionURL)
	case problem.SubscriptionPending:
		return fmt.Sprintf("The team asked for access on %s, and the provider of %s has not decided yet.",
			c.subscription.Since.Format(time.RFC3339), d.APIName)
	case problem.InsufficientScope:
		return fmt.Sprintf("The key %q may not call %s.", d.KeyName, d.APIName)
	case problem.RateLimited, problem.LimitHeld, problem.QuotaExceeded, problem.KeyBudgetExceeded, problem.TeamBudgetExceeded:
		if text := c.limitDetail(d); text != "" {
			return text
		}
	}
	return d.Kind.Meaning
}

// creditDetail tells of the balance only if the key may.
func (c *call) creditDetail(d billing.Denial) string {
	code := c.g.Currency.Code()
	need := fmt.Sprintf("This call needs %s %s; ", d.Required.Decimal(4), code)
	switch {
	case !d.ReadBilling && d.Kind.Code == problem.CreditsHeld:
		return need + "calls in flight hold what is left."
	case !d.ReadBilling:
		return need + "the team's wallet holds less."
	case d.Kind.Code == problem.CreditsHeld:
		return need + fmt.Sprintf("%s %s is available while %s %s is held by calls in flight.", d.Available.Decimal(4), code, d.HeldNow.Decimal(4), code)
	}
	return need + fmt.Sprintf("%s %s is available.", d.Available.Decimal(4), code)
}

// limitDetail tells which limit refused, with its numbers.
func (c *call) limitDetail(d billing.Denial) string {
	l := d.Limit
	switch l.Policy {
	case billing.PolicyAttempts:
		return fmt.Sprintf("This key asks more often than %s, refused calls counted.", models.Rate{Calls: l.Most, Seconds: l.Window})
	case billing.PolicyKeyRate:
		return fmt.Sprintf("The key may make %s.", models.Rate{Calls: l.Most, Seconds: l.Window})
	case billing.PolicyPlanRate:
		return fmt.Sprintf("The plan allows %s.", models.Rate{Calls: l.Most, Seconds: l.Window})
	case billing.PolicyKeyConcurrency:
		return fmt.Sprintf("The key may run %d at the same time, and %d are running.", l.Most, l.Held)
	case billing.PolicyPlanConcurrency:
		return fmt.Sprintf("The plan allows %d at the same time, and %d are running.", l.Most, l.Held)
	case billing.PolicyQuota:
		return c.quotaDetail(d)
	case "":
		return ""
	}
	return c.budgetDetail(d)
}

func (c *call) quotaDetail(d billing.Denial) string {
	quota := c.plan.Quota.String()
	if d.Kind.Code == problem.LimitHeld {
		return fmt.Sprintf("The plan includes %s; %d are used and %d more are running.", quota, d.Limit.Used, d.Limit.Held)
	}
	return fmt.Sprintf("The plan includes %s, and all are used. The quota begins anew at %s.", quota, d.ResetsAt.Format(time.RFC3339))
}

// budgetDetail tells of the team's figures only if the key may; those of the key's own budget are the key's to know.
func (c *call) budgetDetail(d billing.Denial) string {
	whose, code := "The key's budget", c.g.Currency.Code()
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
	l := d.Limit
	text := fmt.Sprintf("%s is %s %s, of which %s is spent", whose, models.Nano(l.Most).Decimal(2), code, models.Nano(l.Used).Decimal(2))
	if l.Held > 0 {
		text += fmt.Sprintf(" and %s held by calls in flight", models.Nano(l.Held).Decimal(2))
	}
	return text + fmt.Sprintf("; this call costs %s.", d.Price.Decimal(4)) + again
}

// message is what most users of an SDK see, so it carries the link.
func (c *call) message(d billing.Denial) string {
	switch {
	case d.Kind.Code == problem.InsufficientCredits && d.ReadBilling:
		return fmt.Sprintf("%s: needs %s %s, %s available. Top up at %s",
			d.Kind.Title, d.Required.Decimal(4), c.g.Currency.Code(), d.Available.Decimal(4), d.ActionURL)
	case d.PaysOff():
		return d.Kind.Title + ": " + d.Detail + " Top up at " + d.ActionURL
	case d.Kind.Status == 429 && d.RetryAfter > 0 && d.RetryAfter <= retrySoon:
		return d.Kind.Title + ": " + d.Detail + " Try again in " + strconv.FormatInt(d.RetryAfter, 10) + " s."
	}
	return d.Kind.Title + ": " + d.Detail
}
