// Package modeltest makes values of the domain for tests.
package modeltest

import (
	"sync"
	"time"
)

// Clock is a models.Clock that stands until it is moved. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock makes a clock that stands at the given instant, or at a fixed one if that is zero.
func NewClock(at time.Time) *Clock {
	if at.IsZero() {
		at = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
	}
	return &Clock{now: at}
}

// Now implements models.Clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Move moves the clock, backwards if d is negative.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
