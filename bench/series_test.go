package main

import "testing"

func TestSeriesAreShownByTheirMedianAndSpread(t *testing.T) {
	for _, c := range []struct {
		name string
		is   series
		want string
	}{
		{"nothing was measured", nil, "–"},
		{"one round", series{2}, "2.0 (2.0–2.0)"},
		{"an odd number of rounds has a middle one", series{9, 1, 2}, "2.0 (1.0–9.0)"},
		{"an even number has two", series{4, 1, 2, 9}, "3.0 (1.0–9.0)"},
		{"ratios are taken round by round", series{1, 8, 9}.over(series{2, 4, 3}), "2.0 (0.5–3.0)"},
		{"so are differences", series{1, 8, 9}.minus(series{2, 4, 3}), "4.0 (-1.0–6.0)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.is.text("%.1f"); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
