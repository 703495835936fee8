package billing

import (
	"time"

	"github.com/faregate/faregate/models"
)

// window counts what is spent in one calendar window. A window only ever moves on, so a clock that is set back reopens
// none; a new time zone holds from the next boundary, for the end is stored too.
type window struct {
	start, end  int64 // seconds since the Unix epoch; an end of 0 is none yet, or none ever
	spent, held models.Nano
}

// roll moves on to the window that now lies in, if it is a later one.
func (w *window) roll(p models.Period, now time.Time, zone *time.Location) {
	if w.end != 0 && now.Unix() < w.end {
		return
	}
	start, end := p.Window(now, zone)
	if start > w.start {
		w.start, w.spent, w.held = start, 0, 0
	}
	w.end = end
}

// spending is what a key or a team has spent and holds, in each period that a budget may have.
type spending struct{ day, month, total window }

// newSpending continues from what is stored.
func newSpending(s models.Spend) spending {
	return spending{
		day:   window{start: s.DayStart, end: s.DayEnd, spent: s.DaySpent},
		month: window{start: s.MonthStart, end: s.MonthEnd, spent: s.MonthSpent},
		total: window{spent: s.TotalSpent},
	}
}

func (s *spending) of(p models.Period) *window {
	switch p {
	case models.PerDay:
		return &s.day
	case models.PerMonth:
		return &s.month
	}
	return &s.total
}

func (s *spending) roll(now time.Time, zone *time.Location) {
	s.day.roll(models.PerDay, now, zone)
	s.month.roll(models.PerMonth, now, zone)
}

// follow moves a key's windows on to those of its team: a call counts in the same for both. A key that comes later, after the
// clock was set back, would else begin an earlier one, and the books would count the call there for the team too.
func (s *spending) follow(team *spending) {
	s.day.follow(&team.day)
	s.month.follow(&team.month)
}

func (w *window) follow(other *window) {
	if other.start > w.start {
		w.start, w.spent, w.held = other.start, 0, 0
	}
	w.end = other.end
}

// windows are those that a call is admitted in now.
func (s *spending) windows() models.CallWindows {
	return models.CallWindows{Day: s.day.start, DayEnd: s.day.end, Month: s.month.start, MonthEnd: s.month.end}
}

// move changes what is held and spent, each in the window that the call was admitted in; one that is over counts no more.
func (s *spending) move(at *models.CallWindows, held, spent models.Nano) {
	for _, w := range [...]struct {
		*window
		at int64
	}{{&s.day, at.Day}, {&s.month, at.Month}, {&s.total, 0}} {
		if w.start == w.at {
			w.held += held
			w.spent += spent
		}
	}
}

// quotaCount counts a subscription's calls in one calendar period.
type quotaCount struct {
	start, end int64
	used, held int64
	period     models.Period
}

// newQuotaCount continues from what is stored.
func newQuotaCount(u models.QuotaUse) quotaCount {
	return quotaCount{start: u.PeriodStart, end: u.PeriodEnd, used: u.Calls, period: u.Period}
}

// roll moves on to the period that now lies in, if it is a later one. Under a plan whose quota has a longer period than
// before, what is counted so far goes on to count.
func (q *quotaCount) roll(p models.Period, now time.Time, zone *time.Location) {
	if q.period == p && q.end != 0 && now.Unix() < q.end {
		return
	}
	start, end := p.Window(now, zone)
	if start > q.start {
		q.start, q.used, q.held = start, 0, 0
	}
	q.end, q.period = end, p
}

func (q *quotaCount) move(at int64, held, used int64) {
	if q.start == at {
		q.held += held
		q.used += used
	}
}
