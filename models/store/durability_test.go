package store_test

import (
	"log/slog"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
)

// SQLite's numbers for PRAGMA synchronous.
const (
	waitsForNobody = 1 // NORMAL: a commit survives the process, not a loss of power
	waitsForDisk   = 2 // FULL
)

func TestOnlyCommitsOfCallsMayLeaveTheDiskBehind(t *testing.T) {
	for _, row := range []struct {
		relaxed           bool
		ofCalls, ofOthers int
	}{
		{false, waitsForDisk, waitsForDisk},
		{true, waitsForNobody, waitsForDisk},
	} {
		clock := modeltest.NewClock(time.Time{})
		s, err := store.Open(ctx, store.Config{Dir: t.TempDir(), Relaxed: row.relaxed, Clock: clock, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close(ctx)
		w := storetest.Fill(t, s, "http://upstream.test", 1)
		if _, err := s.GrantCredit(ctx, models.System, models.Gift{TeamID: w.ConsumerTeam.ID, Key: "k", Reason: "r", Amount: 100}); err != nil {
			t.Fatal(err)
		}
		call := &models.Call{ID: 1, TeamID: w.ConsumerTeam.ID, APIID: w.API.API.ID, KeyID: w.Key.ID, Charge: 1}
		if _, err := s.SettleCalls(ctx, []*models.Call{call}, nil); err != nil {
			t.Fatal(err)
		}
		ofOthers, between, err := s.Synchronous(ctx)
		if err != nil || between != row.ofCalls || ofOthers != row.ofOthers {
			t.Errorf("relaxed %t: a commit of calls waits by %d, another by %d (%v), want %d and %d", row.relaxed, between, ofOthers, err, row.ofCalls, row.ofOthers)
		}
	}
}

// What fails after a transaction says nothing about it: whoever is told of an error would take the money back.
func TestASettingThatFailsAfterACommitIsNotTheCommitsError(t *testing.T) {
	s, err := store.Open(ctx, store.Config{Dir: t.TempDir(), Relaxed: true, Clock: modeltest.NewClock(time.Time{}), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(ctx)
	// In a transaction the setting cannot be changed.
	if err := s.Durably(ctx, func(db *gorm.DB) error { return db.Exec("BEGIN").Error }); err != nil {
		t.Errorf("the transaction succeeded, and its answer is %v", err)
	}
	if inside, between, err := s.Synchronous(ctx); err != nil || inside != waitsForDisk || between != waitsForNobody {
		t.Errorf("afterwards a commit of calls waits by %d, another by %d, %v", between, inside, err)
	}
}
