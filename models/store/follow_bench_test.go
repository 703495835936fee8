package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// BenchmarkFollow measures what indexing and counting a call costs in processor time, when one team calls and when 10,000 call
// at random. One transaction takes 200 of them.
func BenchmarkFollow(b *testing.B) {
	for _, teams := range []int{1, 10_000} {
		b.Run(fmt.Sprint(teams, " teams"), func(b *testing.B) {
			r := newRig(b)
			r.addTeams(teams)
			n, taken, used := 0, time.Duration(0), time.Duration(0)
			for b.Loop() {
				var calls []*models.Call
				for range 200 {
					call := r.call(teamNumber(n*7919%teams), 1)
					call.KeyID = "key" + call.TeamID[4:]
					calls = append(calls, call)
					n++
				}
				r.clock.Move(time.Second)
				r.settle(calls...)
				r.must(r.Checkpoint(ctx)) // as a job does; a long log is slow to read
				watch, before := models.StartStopwatch(), processorTime(b)
				r.must(r.FollowCalls(ctx, r.ids.Next(r.clock.Now())))
				taken += watch.Elapsed()
				used += processorTime(b) - before
			}
			b.ReportMetric(float64(used.Nanoseconds())/1000/float64(n), "µs/call")
			b.ReportMetric(float64(taken.Microseconds())/1000/float64(n/200), "ms/slice")
		})
	}
}
