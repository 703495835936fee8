package main

import (
	"fmt"
	"math"
	"slices"
)

// series are values of one side: one a round, or one an answer.
type series []float64

func (s series) median() float64 {
	sorted := slices.Sorted(slices.Values(s))
	if len(sorted) == 0 {
		return math.NaN()
	}
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2
	}
	return sorted[middle]
}

// percentile is the value that this share of them does not exceed; they are sorted.
func (s series) percentile(share float64) float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	return s[min(len(s)-1, int(share*float64(len(s))))]
}

// over divides round by round, so that what slowed a whole round is in neither.
func (s series) over(base series) series {
	return s.with(base, func(x, y float64) float64 { return x / y })
}

// minus subtracts round by round.
func (s series) minus(base series) series {
	return s.with(base, func(x, y float64) float64 { return x - y })
}

func (s series) with(other series, combine func(x, y float64) float64) series {
	out := make(series, min(len(s), len(other)))
	for i := range out {
		out[i] = combine(s[i], other[i])
	}
	return out
}

// text is the median and, in parentheses, the least and the greatest.
func (s series) text(format string) string {
	if len(s) == 0 {
		return "–"
	}
	return fmt.Sprintf(format+" ("+format+"–"+format+")", s.median(), slices.Min(s), slices.Max(s))
}
