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

// The chart's own coordinates. SVG scales them to the width of the page; nothing depends on real pixels.
const (
	chartWidth  = 720
	chartHeight = 160
	chartLeft   = 0
	chartBottom = 22 // room for the days' names
	chartTop    = 14 // room for the highest line's label
)

type bar struct {
	x, y, w, h string
	day        DaySpend
}

type gridLine struct {
	y, labelY string
	label     string
}

type axisLabel struct {
	x, anchor, text string
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

func plotHeight() int { return chartHeight - chartTop - chartBottom }

func bars(days []DaySpend) []bar {
	if len(days) == 0 {
		return nil
	}
	top := ceiling(highest(days))
	slot := chartWidth * 10 / len(days)
	out := make([]bar, 0, len(days))
	for i, d := range days {
		h := scale(d.Spent.Nano, top, plotHeight())
		if d.Spent.Nano > 0 && h < 15 {
			h = 15 // a day with any spend is seen
		}
		out = append(out, bar{
			x: tenths(i*slot + slot/6), w: tenths(slot * 2 / 3),
			y: tenths((chartHeight-chartBottom)*10 - h), h: tenths(h), day: d,
		})
	}
	return out
}

// gridLines are the top and the middle; the base line is drawn apart.
func gridLines(days []DaySpend) []gridLine {
	max := highest(days)
	if max == 0 {
		return nil
	}
	top := ceiling(max)
	currency := days[0].Spent.Currency
	line := func(value int64) gridLine {
		y := (chartHeight-chartBottom)*10 - scale(value, top, plotHeight())
		return gridLine{y: tenths(y), labelY: tenths(y - 40), label: Amount{value, currency}.Exact()}
	}
	return []gridLine{line(top), line(top / 2)}
}

// axisLabels name the first day, the last one and what lies between them at even steps.
func axisLabels(days []DaySpend) []axisLabel {
	n := len(days)
	if n == 0 {
		return nil
	}
	slot := chartWidth * 10 / n
	label := func(i int, anchor string, x int) axisLabel {
		return axisLabel{x: tenths(x), anchor: anchor, text: days[i].Day.Format("2 Jan")}
	}
	out := []axisLabel{label(0, "start", chartLeft)}
	if n >= 15 {
		out = append(out, label(n/3, "middle", n/3*slot+slot/2), label(2*n/3, "middle", 2*n/3*slot+slot/2))
	}
	if n > 1 {
		out = append(out, label(n-1, "end", chartWidth*10))
	}
	return out
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
