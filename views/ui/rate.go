package ui

import "time"

// SpanCount is how many calls there were between two instants, the point of a RateChart.
type SpanCount struct {
	From, To        time.Time
	Calls, Failures int64
	TenthsPerSecond int64 // calls in ten seconds
}

func rateColumns(c Clock, spans []SpanCount) []column {
	columns := make([]column, len(spans))
	for i, s := range spans {
		columns[i] = column{s.TenthsPerSecond, c.time(s.To) + ": " + perSecond(s.TenthsPerSecond) + " calls per second, " + Count(s.Failures) + " failed"}
	}
	return columns
}

// perSecond writes tenths as a rate: "12", "12.5".
func perSecond(tenths int64) string {
	if tenths%10 == 0 {
		return Count(tenths / 10)
	}
	return Count(tenths/10) + "." + Count(tenths%10)
}

// rateLabel is what the chart says to those who do not see it.
func rateLabel(c Clock, spans []SpanCount) string {
	var calls, failures int64
	for _, s := range spans {
		calls, failures = calls+s.Calls, failures+s.Failures
	}
	return Plural(calls, "call") + " from " + c.time(spans[0].From) + " to " + c.time(spans[len(spans)-1].To) + ", " + Count(failures) + " failed"
}

// rateTimes name the first instant, the middle and the last.
func rateTimes(c Clock, spans []SpanCount) []string {
	return []string{c.time(spans[0].From), c.time(spans[len(spans)/2].From), c.time(spans[len(spans)-1].To)}
}

// time is "14:03:07".
func (c Clock) time(t time.Time) string { return c.in(t).Format("15:04:05") }
