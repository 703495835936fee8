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

// The plot's own coordinates. The SVG holds shapes only and is stretched to the room there is; words stand beside it as
// text, so they keep their size on a phone.
const (
	plotWidth  = 720
	plotHeight = 124
)

type bar struct {
	x, y, w, h string
	day        DaySpend
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

func highest(days []DaySpend) int64 {
	var max int64
	for _, d := range days {
		if d.Spent.Nano > max {
			max = d.Spent.Nano
		}
	}
	return max
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

func bars(days []DaySpend) []bar {
	if len(days) == 0 {
		return nil
	}
	top := ceiling(highest(days))
	slot := plotWidth * 10 / len(days)
	out := make([]bar, 0, len(days))
	for i, d := range days {
		h := scale(d.Spent.Nano, top, plotHeight)
		if d.Spent.Nano > 0 && h < 15 {
			h = 15 // a day with any spend is seen
		}
		out = append(out, bar{
			x: tenths(i*slot + slot/6), w: tenths(slot * 2 / 3),
			y: tenths(plotHeight*10 - h), h: tenths(h), day: d,
		})
	}
	return out
}

// yAxis holds the amounts at the plot's top and middle, where the stylesheet puts them.
type yAxis struct {
	top, middle string
}

func yLabels(days []DaySpend) yAxis {
	highest := highest(days)
	if highest == 0 {
		return yAxis{}
	}
	c, currency := ceiling(highest), days[0].Spent.Currency
	return yAxis{top: Amount{c, currency}.Exact(), middle: Amount{c / 2, currency}.Exact()}
}

// xLabels name the first day and the last, and two between them if there is room; they are spread evenly.
func xLabels(days []DaySpend) []string {
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
		names = append(names, days[i].Day.Format("2 Jan"))
	}
	return names
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
	top := highest(days)
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
