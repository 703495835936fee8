package models

import (
	"strconv"
	"time"
)

// The four limits are kept apart, for each has its own remedy. A rate limit and a concurrency limit bound how fast calls
// come, a quota how many a plan includes in a period, a budget how much may be spent in one, and the wallet what is there
// to be spent.

// Rate is a rate limit of Calls in Seconds. All of them may come at once; they come back one by one, evenly over the time. So
// within any Seconds fewer than twice as many pass, and over a long time exactly so many. The zero value is no limit.
type Rate struct {
	Calls   int64
	Seconds int64
}

// Limited says whether there is a limit at all.
func (r Rate) Limited() bool { return r.Calls > 0 && r.Seconds > 0 }

// String is the rate in words, such as "100 calls a minute".
func (r Rate) String() string {
	calls := countCalls(r.Calls)
	switch r.Seconds {
	case 1:
		return calls + " a second"
	case 60:
		return calls + " a minute"
	case 3600:
		return calls + " an hour"
	}
	return calls + " in " + strconv.FormatInt(r.Seconds, 10) + " seconds"
}

// Quota is how many calls a plan includes in a calendar period of the subscriber's time zone. The zero value is no limit.
type Quota struct {
	Calls  int64
	Period Period
}

// Limited says whether there is a limit at all.
func (q Quota) Limited() bool { return q.Calls > 0 }

// String is the quota in words, such as "10,000 calls a month".
func (q Quota) String() string {
	if q.Period == PerHour {
		return countCalls(q.Calls) + " an hour"
	}
	return countCalls(q.Calls) + " a " + string(q.Period)
}

func countCalls(n int64) string {
	if n == 1 {
		return "1 call"
	}
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text + " calls"
}

// Budgets are the most that a key or a team may spend, in each period at once. nil is no budget; a budget of zero is one
// that allows nothing but free calls.
type Budgets struct {
	Day   *Nano
	Month *Nano
	Total *Nano
}

// Of is the budget of a period, nil if there is none.
func (b Budgets) Of(p Period) *Nano {
	switch p {
	case PerDay:
		return b.Day
	case PerMonth:
		return b.Month
	case InTotal:
		return b.Total
	}
	return nil
}

// Period is a stretch of a time zone's calendar.
type Period string

// The periods. A quota has one of the first three, a budget one of the last three.
const (
	PerHour  Period = "hour"
	PerDay   Period = "day"
	PerMonth Period = "month"
	InTotal  Period = "total" // from the beginning to the end of time
)

// BudgetPeriods are those that a budget can be set for, shortest first.
var BudgetPeriods = [...]Period{PerDay, PerMonth, InTotal}

// Window is the half-open stretch [start, end) of the period that t lies in, in the calendar of the zone, in seconds since
// the Unix epoch. As every zone's offset is a number of quarter hours, so are both. The window of InTotal has no end, which
// is written as 0.
func (p Period) Window(t time.Time, zone *time.Location) (start, end int64) {
	local := t.In(zone)
	year, month, day := local.Date()
	switch p {
	case PerHour:
		return hourOf(local)
	case PerDay:
		return dayStart(year, month, day, zone), dayStart(year, month, day+1, zone)
	case PerMonth:
		return dayStart(year, month, 1, zone), dayStart(year, month+1, 1, zone)
	}
	return 0, 0
}

// hourOf is the hour that the clock shows. It may show one twice, so the zone's offset counts, not the digits; and where it is
// changed by half an hour, it cuts one short.
func hourOf(local time.Time) (start, end int64) {
	_, offset := local.Zone()
	start = local.Unix() - ((local.Unix()+int64(offset))%3600+3600)%3600
	end = start + 3600
	since, until := local.ZoneBounds() // it may name an instant at which nothing changes
	if _, before := since.Add(-1).Zone(); !since.IsZero() && before != offset {
		start = max(start, since.Unix())
	}
	if _, after := until.Zone(); !until.IsZero() && after != offset {
		end = min(end, until.Unix())
	}
	return start, end
}

// dayStart is a calendar day's first instant. A clock that is changed near midnight may show it twice, or not at all; then
// time.Date alone gives an instant of the day before, or the second midnight.
func dayStart(year int, month time.Month, day int, zone *time.Location) int64 {
	midnight := time.Date(year, month, day, 0, 0, 0, 0, zone)
	want := time.Date(year, month, day, 0, 0, 0, 0, time.UTC) // with the day of a month that has fewer carried over
	since, until := midnight.ZoneBounds()
	switch {
	case dateOf(midnight).Before(want):
		return until.Unix() // midnight was left out
	case since.IsZero() || dateOf(since).Before(want):
		return midnight.Unix()
	}
	before := since.Add(-1)
	if dateOf(before).Before(want) {
		return since.Unix()
	}
	_, offset := before.Zone()
	return want.Unix() - int64(offset) // the first of two
}

// dateOf is the calendar day that an instant lies in, as midnight in UTC.
func dateOf(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// Spend is what a key or a team has spent: in the day and the month that its last charged call was admitted in, and ever.
// The starts and ends say which day and month those are, in seconds since the Unix epoch; an end of 0 is not known.
type Spend struct {
	DayStart   int64
	DayEnd     int64
	DaySpent   Nano
	MonthStart int64
	MonthEnd   int64
	MonthSpent Nano
	TotalSpent Nano
}

// Add counts an amount that was admitted in a day and a month. A window only ever moves on: what belongs to one that is
// over counts no more for it. One that was prolonged has its later end, in whichever order its calls come.
func (s *Spend) Add(amount Nano, at CallWindows) {
	advance(&s.DayStart, &s.DayEnd, &s.DaySpent, at.Day, at.DayEnd, amount)
	advance(&s.MonthStart, &s.MonthEnd, &s.MonthSpent, at.Month, at.MonthEnd, amount)
	s.TotalSpent += amount
}

func advance(start, end *int64, spent *Nano, atStart, atEnd int64, amount Nano) {
	switch {
	case atStart > *start:
		*start, *end, *spent = atStart, atEnd, amount
	case atStart == *start:
		*end = max(*end, atEnd)
		*spent += amount
	}
}

// QuotaUse is how many calls of a subscription counted in a period from start to end, in seconds since the Unix epoch. An end
// of 0 is not known, and the period neither.
type QuotaUse struct {
	PeriodStart int64
	PeriodEnd   int64
	Period      Period
	Calls       int64
}

// Add counts calls that were admitted in a period, by the rule of Spend.
func (u *QuotaUse) Add(calls int64, at CallWindows) {
	switch {
	case at.Quota > u.PeriodStart:
		*u = QuotaUse{at.Quota, at.QuotaEnd, at.QuotaPeriod, calls}
	case at.Quota == u.PeriodStart:
		if at.QuotaEnd > u.PeriodEnd {
			u.PeriodEnd, u.Period = at.QuotaEnd, at.QuotaPeriod
		}
		u.Calls += calls
	}
}
