package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"syscall"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
)

// What a call costs in a commit of many, in microseconds of processor time, which a busy machine stretches less than the
// clock: call rows, wallets, budgets and hours, without waiting for the disk.
func BenchmarkSettleCalls(b *testing.B) {
	for _, keys := range []int{1, 10, 1000} {
		for _, size := range []int{1, 12, 32} {
			b.Run(fmt.Sprintf("keys=%d/batch=%d", keys, size), func(b *testing.B) { benchmarkSettle(b, keys, size) })
		}
	}
}

func benchmarkSettle(b *testing.B, keys, size int) {
	clock := modeltest.NewClock(time.Time{})
	s, err := store.Open(b.Context(), store.Config{Dir: b.TempDir(), Relaxed: true, Clock: clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close(context.WithoutCancel(b.Context()))
	w := storetest.Fill(b, s, "http://upstream.test", 20)
	if _, err := s.GrantCredit(b.Context(), models.System, w.ConsumerTeam.ID, "bench", "Bench", 1<<60); err != nil {
		b.Fatal(err)
	}
	ids, made := models.NewCallIDs(0), 0
	batch := make([]*models.Call, size)
	b.ReportAllocs()
	before := processorTime(b)
	for b.Loop() {
		clock.Move(time.Millisecond)
		for i := range batch {
			batch[i] = &models.Call{
				ID: ids.Next(clock.Now()), TeamID: w.ConsumerTeam.ID, APIID: w.API.API.ID, VersionID: w.API.Version.ID, ReleaseID: "rel",
				PlanID: w.API.Plan.ID, RevisionID: "rev", SubscriptionID: w.Subscription.ID, KeyID: fmt.Sprintf("key_%024d", made%keys),
				Method: "POST", Path: "/v1/things", Status: 200, Origin: models.FromUpstream, Price: 20, Hold: 20, Charge: 20, Evidence: models.EvidenceStatus,
				DurationMicros: 1234, RequestBytes: 1024, ResponseBytes: 512, Windows: models.CallWindows{Day: 86400, Month: 86400},
			}
			made++
		}
		if _, err := s.SettleCalls(b.Context(), batch, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((processorTime(b)-before).Nanoseconds())/1000/float64(made), "µs/call")
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
