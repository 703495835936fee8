package ui

import (
	"fmt"
	"time"
)

// Clock is the moment a page was drawn and the zone its times are told in. Components get it instead of asking the
// system, so the same props always give the same page.
type Clock struct {
	Now  time.Time
	Zone *time.Location // nil means UTC
}

func (c Clock) in(t time.Time) time.Time {
	if c.Zone == nil {
		return t.UTC()
	}
	return t.In(c.Zone)
}

// ZoneName is named once on a page that shows exact times.
func (c Clock) ZoneName() string {
	if c.Zone == nil {
		return "UTC"
	}
	return c.Zone.String()
}

// Exact is "22 Nov 2026, 14:03:07 UTC".
func (c Clock) Exact(t time.Time) string { return c.in(t).Format("2 Jan 2006, 15:04:05 MST") }

// Stamp is for tables that are read down: "22 Nov 14:03:07".
func (c Clock) Stamp(t time.Time) string {
	local := c.in(t)
	if local.Year() != c.in(c.Now).Year() {
		return local.Format("2 Jan 2006 15:04")
	}
	return local.Format("2 Jan 15:04:05")
}

// Span is "22 Nov 14:00 to 15:00".
func (c Clock) Span(from, to time.Time) string {
	return c.in(from).Format("2 Jan 15:04") + " to " + c.in(to).Format("15:04")
}

// Day is "22 Nov 2026".
func (c Clock) Day(t time.Time) string { return c.in(t).Format("2 Jan 2006") }

// Relative is "just now", "4 minutes ago", "in 3 days", and a date when that says more.
func (c Clock) Relative(t time.Time) string {
	d := c.Now.Sub(t)
	past := d >= 0
	if !past {
		d = -d
	}
	var s string
	switch {
	case d < 10*time.Second:
		return "just now"
	case d < time.Minute:
		s = Plural(int64(d/time.Second), "second")
	case d < time.Hour:
		s = Plural(int64(d/time.Minute), "minute")
	case d < 24*time.Hour:
		s = Plural(int64(d/time.Hour), "hour")
	case d < 14*24*time.Hour:
		s = Plural(int64(d/(24*time.Hour)), "day")
	default:
		return "on " + c.Day(t)
	}
	if past {
		return s + " ago"
	}
	return "in " + s
}

// Duration writes how long a call took: "840 µs", "12 ms", "1.84 s".
func Duration(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

func machine(t time.Time) string { return t.UTC().Format(time.RFC3339) }
