package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi/match"
)

// BenchmarkFollow measures what indexing and counting a call costs in processor time, when one team calls and when 10,000 call
// at random, and what it costs more where a document has 1,000 operations that are called at random. One transaction takes 200 of them.
func BenchmarkFollow(b *testing.B) {
	for _, row := range []struct {
		name       string
		teams      int
		operations int
	}{{"1 teams", 1, 0}, {"10000 teams", 10_000, 0}, {"1 teams, 1000 operations", 1, 1_000}, {"10000 teams, 1000 operations", 10_000, 1_000}} {
		b.Run(row.name, func(b *testing.B) {
			r, teams, release := newRig(b), row.teams, ""
			r.addTeams(teams)
			if row.operations > 0 {
				var all []match.Operation
				for i := range row.operations {
					all = append(all, match.Operation{Method: "GET", Path: fmt.Sprintf("/things%d/{id}/parts/{part}", i)})
				}
				release = described{}.add(r, all...)
			}
			n, taken, used := 0, time.Duration(0), time.Duration(0)
			for b.Loop() {
				var calls []*models.Call
				for range 200 {
					call := r.call(teamNumber(n*7919%teams), 1)
					call.KeyID = "key" + call.TeamID[4:]
					if row.operations > 0 {
						call.ReleaseID, call.Path = release, fmt.Sprintf("/things%d/%d/parts/7", n*7907%row.operations, n)
					}
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
