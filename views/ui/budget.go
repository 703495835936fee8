package ui

import "time"

// Budget is what was spent in a period, and the most that may be.
type Budget struct {
	When  string // "today", "this month", "in total"
	Spent Amount
	Held  Amount
	Most  *Amount   // nil: there is no budget
	Ends  time.Time // when the period begins anew; zero: never
}

// full says whether nothing with a price fits any more.
func (b Budget) full() bool { return b.Most != nil && b.Spent.Nano+b.Held.Nano >= b.Most.Nano }
