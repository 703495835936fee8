package main

import (
	"fmt"
	"math"
	"slices"
)

// series are the values of one side, one a round.
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
