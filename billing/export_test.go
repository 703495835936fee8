package billing

import "github.com/faregate/faregate/models"

// EndTogether is how the settler ends the holds of a team that one commit settled.
var EndTogether = endTogether

// Counter is what an account counts in one window, or of a quota.
type Counter struct{ Start, Used, Held int64 }

// Spending is what an account counts of a team's or a key's money.
type Spending struct{ Day, Month, Total Counter }

// KeyCounters are an account's of a key.
type KeyCounters struct {
	Spending
	Running int64
}

// PlanCounters are an account's of a subscription.
type PlanCounters struct {
	Quota   Counter
	Running int64
}

// Counters are all of an account's.
type Counters struct {
	Spending
	Keys  map[string]KeyCounters
	Plans map[string]PlanCounters
}

// Counted is what is in memory of a team; false if nothing is.
func (a *Accounts) Counted(teamID string) (Counters, bool) {
	s := a.shard(teamID)
	s.mu.Lock()
	acc := s.byTeam[teamID]
	s.mu.Unlock()
	if acc == nil {
		return Counters{}, false
	}
	acc.mu.Lock()
	defer acc.mu.Unlock()
	c := Counters{Spending: counted(acc.spend), Keys: map[string]KeyCounters{}, Plans: map[string]PlanCounters{}}
	for id, k := range acc.keys {
		c.Keys[id] = KeyCounters{counted(k.spend), k.running}
	}
	for id, p := range acc.plans {
		c.Plans[id] = PlanCounters{Counter{p.quota.start, p.quota.used, p.quota.held}, p.running}
	}
	return c, true
}

func counted(s spending) Spending {
	of := func(w window) Counter { return Counter{w.start, int64(w.spent), int64(w.held)} }
	return Spending{of(s.day), of(s.month), of(s.total)}
}

// Arrivals is the state of a rate limit.
type Arrivals struct{ at gcra }

// Room is how many calls are let through at an instant in nanoseconds, and after how long one more is. It looks as an account
// does.
func (a *Arrivals) Room(r models.Rate, now int64) (calls, next int64) {
	a.at.meet(r, now)
	return a.at.room(r, now)
}

// Take takes one.
func (a *Arrivals) Take(r models.Rate, now int64) { a.at.take(r, now) }
