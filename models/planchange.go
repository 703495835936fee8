package models

import "time"

// PlanChange is what a team chooses when it changes the plan of a subscription.
type PlanChange struct {
	PlanChoice
	AtPeriodEnd bool // of the quota's calendar period; false is now
}

// PlanChanged is what came of it.
type PlanChanged struct {
	Asked bool       // the provider decides; the running plan goes on until then
	At    *time.Time // when the plan changes; nil if it has changed already, or waits for the provider
}

// PlanChangeTimes are the instants at which a plan may change. What is used of a quota goes on counting under the next plan:
// its counter runs to the end of its period, and one of a shorter period would begin at nothing.
type PlanChangeTimes struct {
	Now       bool      // it may change at once
	PeriodEnd time.Time // or then; zero if no period runs
}

// PlanChangeTimesOf works them out, from the quota of the plan that runs and of the one that is wanted, and from what is counted
// so far. A change now to a quota of a shorter period than the counter's would forget the calls that were made, and changing
// back would begin a fresh period; so such a change waits for the period's end.
func PlanChangeTimesOf(running, wanted Quota, use QuotaUse, now time.Time, zone *time.Location) PlanChangeTimes {
	counting := use.PeriodEnd > now.Unix()
	times := PlanChangeTimes{Now: !counting || !wanted.Limited() || !wanted.Period.shorterThan(use.Period)}
	switch {
	case counting && (running.Limited() || !times.Now):
		times.PeriodEnd = time.Unix(use.PeriodEnd, 0).UTC()
	case running.Limited():
		_, end := running.Period.Window(now, zone)
		times.PeriodEnd = time.Unix(end, 0).UTC()
	}
	return times
}

// shorterThan says whether a period is shorter than another one that a quota may have.
func (p Period) shorterThan(other Period) bool {
	rank := map[Period]int{PerHour: 1, PerDay: 2, PerMonth: 3}
	return rank[p] < rank[other]
}

// At is the instant of a change that is wanted now or at the period's end: zero is now. ok is false if it cannot be then.
func (t PlanChangeTimes) At(periodEnd bool) (at time.Time, ok bool) {
	if periodEnd {
		return t.PeriodEnd, !t.PeriodEnd.IsZero()
	}
	return time.Time{}, t.Now
}

// The refusals of a change of plan.
const (
	ErrChangePending = Sentence("Another change of plan is pending. Withdraw it first.")
	ErrSamePlan      = Sentence("This is the plan that the team has. Choose another one.")
	ErrNoPeriod      = Sentence("The plan that runs has no quota, so there is no period to wait for. Choose now.")
	ErrNotNow        = Sentence("The calls of this period are counted by a longer quota, which the new plan's would forget. Choose the end of the period.")
)
