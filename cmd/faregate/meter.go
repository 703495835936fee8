package main

import (
	"fmt"
	"io"
	"time"
)

// meter tells people how far something is, on standard error. What ends within meterAfter says nothing; then every step
// has a line, and a long one another from time to time.
type meter struct {
	to        io.Writer
	began     time.Time
	said      time.Time
	last      string
	wholeStep bool // the step's line stands
}

const (
	meterAfter = 3 * time.Second
	meterEvery = 5 * time.Second
)

func newMeter(to io.Writer) *meter { return &meter{to: to, began: time.Now()} }

// progress is a store.Progress.
func (m *meter) progress(what string, done, total int64) {
	now := time.Now()
	if what != m.last {
		m.last, m.wholeStep = what, false
	}
	if now.Sub(m.began) < meterAfter || m.wholeStep && now.Sub(m.said) < meterEvery {
		return
	}
	m.said, m.wholeStep = now, true
	if total > 0 {
		what += fmt.Sprintf(", %d %%", 100*done/total)
	}
	fmt.Fprintln(m.to, what)
}

// took is how long it is since the start, as people say it.
func (m *meter) took() time.Duration { return time.Since(m.began).Round(10 * time.Millisecond) }
