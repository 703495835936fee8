package billing_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

func drawRate(t *rapid.T) models.Rate {
	return models.Rate{Calls: rapid.Int64Range(1, 40).Draw(t, "calls"), Seconds: rapid.SampledFrom([]int64{1, 7, 60, 3600}).Draw(t, "seconds")}
}

// In any stretch of time pass at most the calls of one window, and those that came back in that time. Counted by brute force
// over every pair of calls.
func TestARateIsNeverExceededInAnyStretchOfTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, a, now := drawRate(t), billing.Arrivals{}, int64(1e18)
		window := r.Seconds * int64(time.Second)
		var passed []int64
		for range rapid.IntRange(1, 300).Draw(t, "calls that are tried") {
			now += rapid.SampledFrom([]int64{0, 0, 0, 1, window / r.Calls / 3, window / r.Calls, window/r.Calls - 1, window / 2, window}).Draw(t, "later")
			if room, _ := a.Room(r, now); room > 0 {
				a.Take(r, now)
				passed = append(passed, now)
			}
		}
		for i := range passed {
			for j := i; j < len(passed); j++ {
				if n, back := int64(j-i+1), (passed[j]-passed[i])*r.Calls/window; n > r.Calls+back+1 || passed[j] == passed[i] && n > r.Calls {
					t.Fatalf("%d calls of %s passed within %s", n, r, time.Duration(passed[j]-passed[i]))
				}
			}
		}
	})
}

// All calls of a window may come at once; the refusal then names the very nanosecond at which one more passes.
func TestARateSaysWhenOneMoreCallPasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, a, now := drawRate(t), billing.Arrivals{}, int64(1e18)
		for want := r.Calls; want > 0; want-- {
			if room, _ := a.Room(r, now); room != want {
				t.Fatalf("%d of %s may come, want %d", room, r, want)
			}
			a.Take(r, now)
		}
		room, next := a.Room(r, now)
		if room != 0 || next <= 0 || next > r.Seconds*int64(time.Second) {
			t.Fatalf("%d may come, one more in %s", room, time.Duration(next))
		}
		if early, _ := a.Room(r, now+next-1); early != 0 {
			t.Fatalf("%d may come before the time that was named", early)
		}
		if later, _ := a.Room(r, now+next); later != 1 {
			t.Fatalf("%d may come at the time that was named", later)
		}
	})
}

// A clock that is set back, by however much, costs one window at most.
func TestAClockSetBackCostsOneWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, a, now := drawRate(t), billing.Arrivals{}, int64(1e18)
		for range rapid.Int64Range(0, r.Calls).Draw(t, "calls before") {
			a.Take(r, now)
		}
		now -= rapid.Int64Range(0, int64(1000*time.Hour)).Draw(t, "back")
		if room, next := a.Room(r, now); room == 0 && next > r.Seconds*int64(time.Second) {
			t.Fatalf("one more in %s", time.Duration(next))
		}
		if room, _ := a.Room(r, now+r.Seconds*int64(time.Second)); room != r.Calls {
			t.Fatalf("after a window %d of %s may come", room, r)
		}
	})
}
