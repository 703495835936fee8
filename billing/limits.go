package billing

import (
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// Policy names a limit, the same in RateLimit fields, refusals, stored denials and pages.
type Policy string

// The policies, in the order in which they are judged.
const (
	PolicyAttempts        Policy = "attempts" // refused calls count too; keeps loops off
	PolicyKeyRate         Policy = "key-rate"
	PolicyPlanRate        Policy = "plan-rate"
	PolicyKeyConcurrency  Policy = "key-concurrency"
	PolicyPlanConcurrency Policy = "plan-concurrency"
	PolicyQuota           Policy = "quota"
	PolicyKeyDay          Policy = "key-budget-day"
	PolicyKeyMonth        Policy = "key-budget-month"
	PolicyKeyTotal        Policy = "key-budget-total"
	PolicyTeamDay         Policy = "team-budget-day"
	PolicyTeamMonth       Policy = "team-budget-month"
	PolicyTeamTotal       Policy = "team-budget-total"
)

var (
	keyBudgetPolicies  = [...]Policy{PolicyKeyDay, PolicyKeyMonth, PolicyKeyTotal}
	teamBudgetPolicies = [...]Policy{PolicyTeamDay, PolicyTeamMonth, PolicyTeamTotal}
)

// Standing is a limit and what a call leaves of it.
type Standing struct {
	Policy Policy
	Most   int64 // calls; nano-units for a budget
	Used   int64 // by what is finished; for a rate, what has not come back yet
	Held   int64 // by calls in flight
	// Window is a rate's length in seconds, and that of a quota's present period.
	Window int64
	// Reset is when more comes, in seconds from now, rounded up; 0 if nobody can say.
	Reset int64
}

// ResetsAt is when more comes, of a standing at now; zero if nobody can say.
func (s Standing) ResetsAt(now time.Time) time.Time {
	if s.Reset == 0 {
		return time.Time{}
	}
	return now.Add(time.Duration(s.Reset) * time.Second).Truncate(time.Second)
}

// Stored is the limit as it is stored with a denial; resetsAt is zero if it does not begin anew by itself.
func (s Standing) Stored(resetsAt time.Time) models.Limit {
	l := models.Limit{Policy: string(s.Policy), Most: s.Most, Used: s.Used, Held: s.Held, Seconds: s.Window}
	if !resetsAt.IsZero() {
		l.ResetsAt = &resetsAt
	}
	return l
}

// Concurrency says whether the limit is on calls at the same time.
func (s Standing) Concurrency() bool {
	return s.Policy == PolicyKeyConcurrency || s.Policy == PolicyPlanConcurrency
}

// Left is what may still be taken.
func (s Standing) Left() int64 { return max(s.Most-s.Used-s.Held, 0) }

// Live is what the limits are judged by: the counters of the team's account, as they stand inside its critical section.
type Live struct {
	KeyRate, PlanRate       gcra
	KeyRunning, PlanRunning int64
	Quota                   quotaCount
	KeySpend, TeamSpend     spending
}

// limited is the part of the decision that limits make, after entitlement and before money.
func limited(d *Decision, c *Case) {
	now := c.Now.UnixNano()
	d.rate(PolicyKeyRate, c.Key.Rate, c.Live.KeyRate, now)
	if c.Plan != nil && !d.Own {
		d.rate(PolicyPlanRate, c.Plan.Rate, c.Live.PlanRate, now)
	}
	d.concurrency(PolicyKeyConcurrency, c.Key.Concurrency, c.Live.KeyRunning)
	if c.Plan != nil && !d.Own {
		d.concurrency(PolicyPlanConcurrency, c.Plan.Concurrency, c.Live.PlanRunning)
		d.quota(c.Plan.Quota, c.Live.Quota, c.Now)
	}
	if d.Price > 0 {
		d.budgets(problem.KeyBudgetExceeded, keyBudgetPolicies, c.Key.Budgets, c.Live.KeySpend, c.Now)
		d.budgets(problem.TeamBudgetExceeded, teamBudgetPolicies, c.Team.Budgets, c.Live.TeamSpend, c.Now)
	}
}

// refuse notes the first limit that refuses.
func (d *Decision) refuse(code problem.Code, s Standing, after time.Duration) {
	if d.Code == "" {
		d.Code, d.Limit, d.RetryAfter = code, s, ceilSeconds(after)
	}
}

func (d *Decision) tell(s Standing) {
	d.Standings[d.told] = s
	d.told++
}

func (d *Decision) rate(policy Policy, r models.Rate, at gcra, now int64) {
	if !r.Limited() {
		return
	}
	room, next := at.room(r, now)
	s := Standing{Policy: policy, Most: r.Calls, Used: r.Calls - room, Window: r.Seconds, Reset: ceilSeconds(time.Duration(next))}
	if room < 1 {
		d.refuse(problem.RateLimited, s, time.Duration(next))
	}
	d.tell(s)
}

// concurrencyRetry is how long to wait for a call in flight to end: nobody knows, so soon.
const concurrencyRetry = time.Second

func (d *Decision) concurrency(policy Policy, most, running int64) {
	if most <= 0 {
		return
	}
	s := Standing{Policy: policy, Most: most, Held: running}
	if running >= most {
		d.refuse(problem.RateLimited, s, concurrencyRetry)
	}
	d.tell(s)
}

func (d *Decision) quota(q models.Quota, count quotaCount, now time.Time) {
	if !q.Limited() {
		return
	}
	s := Standing{Policy: PolicyQuota, Most: q.Calls, Used: count.used, Held: count.held, Window: count.end - count.start, Reset: untilEnd(count.end, now)}
	switch {
	case s.Used >= s.Most:
		d.refuse(problem.QuotaExceeded, s, time.Duration(s.Reset)*time.Second)
	case s.Used+s.Held >= s.Most:
		d.refuse(problem.LimitHeld, s, concurrencyRetry)
	}
	d.tell(s)
}

// budgets are judged by what is spent and held: the hold of a call in flight may become its charge.
func (d *Decision) budgets(code problem.Code, policies [3]Policy, b models.Budgets, spent spending, now time.Time) {
	price := int64(d.Price)
	for i, period := range models.BudgetPeriods {
		most := b.Of(period)
		if most == nil {
			continue
		}
		s := budgetStanding(policies[i], *most, spent.of(period), now)
		switch {
		case s.Used+price > s.Most:
			d.refuse(code, s, 0)
		case s.Used+s.Held+price > s.Most:
			d.refuse(problem.LimitHeld, s, concurrencyRetry)
		}
	}
}

// KeyStandings are the limits of a case's key and of its team's budgets, whatever it calls. The account's part of the case is
// filled in.
func KeyStandings(c *Case) []Standing {
	var d Decision
	d.rate(PolicyKeyRate, c.Key.Rate, c.Live.KeyRate, c.Now.UnixNano())
	d.concurrency(PolicyKeyConcurrency, c.Key.Concurrency, c.Live.KeyRunning)
	standings := d.Told()
	for i, period := range models.BudgetPeriods {
		for _, b := range [...]struct {
			policy Policy
			most   *models.Nano
			w      *window
		}{
			{keyBudgetPolicies[i], c.Key.Budgets.Of(period), c.Live.KeySpend.of(period)},
			{teamBudgetPolicies[i], c.Team.Budgets.Of(period), c.Live.TeamSpend.of(period)},
		} {
			if b.most != nil {
				standings = append(standings, budgetStanding(b.policy, *b.most, b.w, c.Now))
			}
		}
	}
	return standings
}

func budgetStanding(policy Policy, most models.Nano, w *window, now time.Time) Standing {
	return Standing{Policy: policy, Most: int64(most), Used: int64(w.spent), Held: int64(w.held), Reset: untilEnd(w.end, now)}
}

// untilEnd is the time to the end of a window in seconds, 0 for one that has none.
func untilEnd(end int64, now time.Time) int64 {
	if end == 0 {
		return 0
	}
	return max(end-now.Unix(), 1)
}

func ceilSeconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
