package ui

import (
	"math"
	"testing"
	"time"
)

func days(spent ...int64) []DaySpend {
	var out []DaySpend
	for i, s := range spent {
		out = append(out, DaySpend{Day: time.Date(2026, 11, 1+i, 0, 0, 0, 0, time.UTC), Spent: Amount{s, "USD"}})
	}
	return out
}

func TestCeilingIsARoundAmount(t *testing.T) {
	for max, want := range map[int64]int64{0: 1, 1: 1, 3: 5, 19_440_000_000: 20_000_000_000, 51: 100} {
		if got := ceiling(max); got != want {
			t.Errorf("ceiling(%d) = %d, want %d", max, got, want)
		}
	}
}

func TestScaleDoesNotOverflow(t *testing.T) {
	if got := scale(math.MaxInt64-1, math.MaxInt64, 124); got != 1239 {
		t.Errorf("got %d tenths, want 1239", got)
	}
	if scale(-5, 10, 100) != 0 || scale(20, 10, 100) != 1000 || scale(1, 0, 100) != 0 {
		t.Error("what lies outside must be cut to the box")
	}
}

func TestADayWithAnySpendIsSeen(t *testing.T) {
	got := bars(spendColumns(Clock{}, days(0, 1, 1_000_000_000)))
	if got[0].h != "0.0" || got[1].h == "0.0" || got[2].h != "124.0" {
		t.Errorf("heights %s, %s, %s", got[0].h, got[1].h, got[2].h)
	}
}

func TestChartsOfNothing(t *testing.T) {
	if bars(nil) != nil || xLabels(Clock{}, nil) != nil || sparkline(nil, 96, 24) != "" || yLabels([]column{{}, {}}, Count) != (yAxis{}) {
		t.Error("nothing to draw must draw nothing")
	}
}

// A chart of counts has no half a call at its middle.
func TestTheAxisNamesWholeFigures(t *testing.T) {
	for highest, want := range map[int64]yAxis{1: {top: "1"}, 4: {top: "5"}, 9: {"10", "5"}, 1_600: {"2,000", "1,000"}} {
		if got := yLabels([]column{{value: highest}}, Count); got != want {
			t.Errorf("%d: %+v, want %+v", highest, got, want)
		}
	}
	if got := yLabels(spendColumns(Clock{}, days(1_000_000_000)), spendIn(days(1))); got != (yAxis{"$1.00", "$0.50"}) {
		t.Errorf("a dollar: %+v", got)
	}
}
