package ui

import (
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// DaySpend is one day's spend, the point of a SpendChart.
type DaySpend struct {
	Day   time.Time
	Spent Amount
	Calls int64
}

// DayCount is how many there were on one day, the point of a CountChart.
type DayCount struct {
	Day   time.Time
	Count int64
}

// column is one bar of a chart: how high it is, and what is said of it.
type column struct {
	value int64
	words string
}

func spendColumns(c Clock, days []DaySpend) []column {
	columns := make([]column, len(days))
	for i, d := range days {
		columns[i] = column{d.Spent.Nano, c.Day(d.Day) + ": " + d.Spent.Exact() + ", " + Plural(d.Calls, "call")}
	}
	return columns
}

func countColumns(c Clock, days []DayCount, noun string) []column {
	columns := make([]column, len(days))
	for i, d := range days {
		columns[i] = column{d.Count, c.Day(d.Day) + ": " + Plural(d.Count, noun)}
	}
	return columns
}

// The plot's own coordinates. The SVG holds shapes only and is stretched to the room there is; words stand beside it as
// text, so they keep their size on a phone.
const (
	plotWidth  = 720
	plotHeight = 124
)

type bar struct {
	x, y, w, h string
	words      string
}

// ceiling is the round amount at the chart's top: the next 1, 2 or 5 of a power of ten, at least a nano-unit.
func ceiling(max int64) int64 {
	for step := int64(1); step <= 1<<60; step *= 10 {
		for _, m := range []int64{1, 2, 5} {
			if step*m >= max {
				return step * m
			}
		}
	}
	return max
}

func highest(columns []column) int64 {
	var most int64
	for _, c := range columns {
		most = max(most, c.value)
	}
	return most
}

// scale is value/max × length in tenths of a unit, exact to the tenth and without floating point or overflow.
func scale(value, max int64, length int) int {
	if value <= 0 || max <= 0 {
		return 0
	}
	if value > max {
		value = max
	}
	hi, lo := bits.Mul64(uint64(value), uint64(length*10))
	q, _ := bits.Div64(hi, lo, uint64(max)) // hi < max because value ≤ max and length is small
	return int(q)
}

// tenths writes a number of tenths as SVG reads it: 125 is "12.5".
func tenths(n int) string {
	return strconv.Itoa(n/10) + "." + strconv.Itoa(n%10)
}

func bars(columns []column) []bar {
	if len(columns) == 0 {
		return nil
	}
	top := ceiling(highest(columns))
	slot := plotWidth * 10 / len(columns)
	out := make([]bar, 0, len(columns))
	for i, c := range columns {
		h := scale(c.value, top, plotHeight)
		if c.value > 0 && h < 15 {
			h = 15 // a day with anything is seen
		}
		out = append(out, bar{
			x: tenths(i*slot + slot/6), w: tenths(slot * 2 / 3),
			y: tenths(plotHeight*10 - h), h: tenths(h), words: c.words,
		})
	}
	return out
}

// yAxis holds the figures at the plot's top and middle, where the stylesheet puts them.
type yAxis struct {
	top, middle string
}

func yLabels(columns []column, write func(int64) string) yAxis {
	highest := highest(columns)
	if highest == 0 {
		return yAxis{}
	}
	top := ceiling(highest)
	axis := yAxis{top: write(top)}
	if top%2 == 0 {
		axis.middle = write(top / 2)
	}
	return axis
}

// xLabels name the first day and the last, and two between them if there is room; they are spread evenly.
func xLabels(c Clock, days []time.Time) []string {
	n := len(days)
	var at []int
	switch {
	case n >= 15:
		at = []int{0, n / 3, 2 * n / 3, n - 1}
	case n > 1:
		at = []int{0, n - 1}
	case n == 1:
		at = []int{0}
	}
	var names []string
	for _, i := range at {
		names = append(names, c.in(days[i]).Format("2 Jan"))
	}
	return names
}

func spendDays(days []DaySpend) []time.Time {
	out := make([]time.Time, len(days))
	for i, d := range days {
		out[i] = d.Day
	}
	return out
}

func countDays(days []DayCount) []time.Time {
	out := make([]time.Time, len(days))
	for i, d := range days {
		out[i] = d.Day
	}
	return out
}

// spendIn writes amounts of the days' currency.
func spendIn(days []DaySpend) func(int64) string {
	return func(n int64) string { return Amount{n, total(days).Currency}.Exact() }
}

func totalCount(days []DayCount) (sum int64) {
	for _, d := range days {
		sum += d.Count
	}
	return sum
}

// total adds the days up; a sum beyond int64 cannot happen with money that exists, and is capped if it does.
func total(days []DaySpend) Amount {
	var sum Amount
	for _, d := range days {
		sum.Currency = d.Spent.Currency
		if s := sum.Nano + d.Spent.Nano; s >= sum.Nano {
			sum.Nano = s
		}
	}
	return sum
}

// sparkline is the area under the days' spend as SVG path data, in a box of the given size.
func sparkline(days []DaySpend, width, height int) string {
	if len(days) < 2 {
		return ""
	}
	top := highest(spendColumns(Clock{}, days))
	var b strings.Builder
	b.WriteString("M0 " + strconv.Itoa(height))
	for i, d := range days {
		b.WriteString(" L" + tenths(i*width*10/(len(days)-1)) + " " + tenths(height*10-scale(d.Spent.Nano, top, height-2)))
	}
	b.WriteString(" L" + strconv.Itoa(width) + " " + strconv.Itoa(height) + " Z")
	return b.String()
}

// Share is one of two amounts that are compared: how much of the longer bar it fills.
func share(part, whole int64) string {
	if part < 0 {
		part = 0
	}
	n := scale(part, whole, 100)
	if part > 0 && n < 5 {
		n = 5 // something is not nothing
	}
	return tenths(n)
}
