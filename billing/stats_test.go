package billing_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
)

// Commits are counted with their sizes; a call holds until it leaves, and what it sets aside until its figure is known.
func TestCommitsAndHoldsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		books := newCallBooks("team")
		books.move("team", 1000)
		settler, stop := runSettler(books)
		defer stop()
		s := newSettling(t, books, settler)
		for id := range models.CallID(5) {
			s.call(id+1, "team")
		}
		synctest.Wait()
		s.running.Wait()
		got := settler.Stats()
		if got.BatchSize.Sum != 5 || got.BatchSize.Count() == 0 || got.CommitTime.Count() != got.BatchSize.Count() || got.Failed != 0 || got.Waiting != 0 || !got.Healthy {
			t.Errorf("%+v", got)
		}
		accounts := billing.NewAccounts(books, modeltest.NewClock(time.Time{}), models.Rate{})
		d, hold, err := accounts.Admit(t.Context(), caseOf("team", 20))
		if err != nil || !d.Allowed() {
			t.Fatal(d, err)
		}
		if money := accounts.Stats(); money != (models.AccountStats{Accounts: 1, Holds: 1, Held: 20}) {
			t.Errorf("in flight: %+v", money)
		}
		hold.Finish(billing.Figure{Cost: 15})
		if money := accounts.Stats(); money != (models.AccountStats{Accounts: 1, Holds: 1, Pending: 15}) {
			t.Errorf("finished: %+v", money)
		}
		hold.Release()
		hold.Leave()
		hold.Leave()
		if money := accounts.Stats(); money != (models.AccountStats{Accounts: 1}) {
			t.Errorf("left twice: %+v", money)
		}
	})
}

// What a call costs beyond its hold and its wallet is written off, and counted.
func TestWriteOffsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		books := newCallBooks("team")
		books.move("team", 25)
		settler, stop := runSettler(books)
		defer stop()
		s := newSettling(t, books, settler)
		d, hold, err := s.accounts.Admit(t.Context(), caseOf("team", 20))
		if err != nil || !d.Allowed() {
			t.Fatal(d, err)
		}
		call := &models.Call{ID: 1, TeamID: "team", Charge: 40}
		if err := settler.Settle(call, hold); err != nil || call.Charge != 25 {
			t.Fatalf("charged %d, %v", call.Charge, err)
		}
		if got := settler.Stats(); got.WriteOffs != 1 || got.WrittenOff != 15 {
			t.Errorf("%+v", got)
		}
	})
}
