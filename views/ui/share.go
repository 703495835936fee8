package ui

import (
	"strconv"
	"time"
)

// DayShare is how many of one day's calls failed, the point of a ShareChart.
type DayShare struct {
	Day           time.Time
	Calls, Failed int64
	Answered      string // the share that did not fail, in words; "" on a day without calls
}

// shareBar is one day of the chart: a whole column, and how much of it failed.
type shareBar struct {
	x, w  string
	y, h  string // of what failed; "" if nothing did
	empty bool   // no calls
	words string
}

// The plot's own coordinates; it is stretched to the room there is.
const (
	shareWidth  = 720
	shareHeight = 32
)

func shareBars(c Clock, days []DayShare) []shareBar {
	if len(days) == 0 {
		return nil
	}
	slot := shareWidth * 10 / len(days)
	bars := make([]shareBar, len(days))
	for i, d := range days {
		bars[i] = shareBar{x: tenths(i * slot), w: tenths(slot * 3 / 4), empty: d.Calls == 0, words: c.Day(d.Day) + ": " + d.sentence()}
		if d.Failed > 0 {
			h := max(scale(d.Failed, d.Calls, shareHeight), shareHeight*10/5) // a day with a failure is seen
			bars[i].y, bars[i].h = tenths(shareHeight*10-h), tenths(h)
		}
	}
	return bars
}

func (d DayShare) sentence() string {
	if d.Calls == 0 {
		return "no calls"
	}
	return d.Answered + " of " + Plural(d.Calls, "call") + " answered"
}

// Percent writes hundredths of a percent: 9998 is "99.98%", 10000 is "100%".
func Percent(hundredths int64) string {
	whole, part := hundredths/100, hundredths%100
	switch {
	case part == 0:
		return strconv.FormatInt(whole, 10) + "%"
	case part < 10:
		return strconv.FormatInt(whole, 10) + ".0" + strconv.FormatInt(part, 10) + "%"
	}
	return strconv.FormatInt(whole, 10) + "." + strconv.FormatInt(part, 10) + "%"
}
