package models

import "time"

// Clock tells the time. Everything that needs it is given one, so that a test can stand at any instant.
type Clock interface {
	// Now is the present in UTC, truncated to a millisecond, the precision of the database.
	Now() time.Time
}

// SystemClock is the machine's clock.
type SystemClock struct{}

// Now implements Clock.
func (SystemClock) Now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// Hour is a calendar hour in UTC, counted from the Unix epoch: the grain of usage in the ledger.
type Hour int64

// HourOf is the hour that t lies in.
func HourOf(t time.Time) Hour { return Hour(t.Unix() / 3600) }

// Start is the hour's first instant; the hour ends before the Start of the next.
func (h Hour) Start() time.Time { return time.Unix(int64(h)*3600, 0).UTC() }

// Stopwatch measures how long something takes on the monotonic clock, which no change of the machine's time disturbs.
type Stopwatch struct{ start time.Time }

// StartStopwatch begins measuring.
func StartStopwatch() Stopwatch { return Stopwatch{start: time.Now()} }

// Elapsed is the time since the start.
func (s Stopwatch) Elapsed() time.Duration { return time.Since(s.start) }
