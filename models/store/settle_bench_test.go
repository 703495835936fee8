package store_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// What a call costs in a commit of many, in microseconds of processor time, which a busy machine stretches less than the
// clock: call rows, wallets, budgets and hours, without waiting for the disk. Twelve calls are what comes together when 64
// connections call without a pause.
func BenchmarkSettleCalls(b *testing.B) {
	for _, teams := range []int{1, 10_000} {
		for _, keys := range []int{1, 10} { // of each team
			for _, size := range []int{1, 12, 64} {
				b.Run(fmt.Sprintf("teams=%d/keys=%d/batch=%d", teams, keys, size), func(b *testing.B) { benchmarkSettle(b, teams, keys, size) })
			}
		}
	}
}

func benchmarkSettle(b *testing.B, teams, keys, size int) {
	r := newRig(b)
	r.addTeams(teams)
	s := r.relax()
	made := 0
	batch := make([]*models.Call, size)
	b.ReportAllocs()
	before := processorTime(b)
	for b.Loop() {
		r.clock.Move(time.Millisecond)
		for i := range batch {
			call := r.call(teamNumber(made*7919%teams), 20)
			call.KeyID, call.SubscriptionID, call.ReleaseID = fmt.Sprint("key", call.TeamID[4:], made%keys), "sub"+call.TeamID[4:], "rel"
			call.DurationMicros, call.RequestBytes, call.ResponseBytes, call.Windows = 1234, 1024, 512, models.CallWindows{Day: 86400, Month: 86400}
			batch[i] = call
			made++
		}
		if _, err := s.SettleCalls(ctx, batch, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((processorTime(b)-before).Nanoseconds())/1000/float64(made), "µs/call")
}

// addTeams makes teams that can pay a great many calls; teamNumber is one's id.
func (r *rig) addTeams(n int) {
	r.exec(`WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)
		INSERT INTO teams (id, slug, name, created_at) SELECT 'team_01k9q3v7d2m8x5t1aaaaaa' || (100000 + i), 's' || i, 'n', 0 FROM n`, n)
	r.exec(`INSERT INTO wallets (team_id, balance) SELECT id, 1000000000000 FROM teams WHERE true ON CONFLICT DO UPDATE SET balance = 1000000000000`)
}

func teamNumber(i int) string { return fmt.Sprint("team_01k9q3v7d2m8x5t1aaaaaa", 100000+i) }

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
