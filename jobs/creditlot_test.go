package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
)

// lossyBooks takes credit back and loses the answer, or does not take it back at all.
type lossyBooks struct {
	*store.Store
	done bool
}

func (b lossyBooks) ExpireCredit(ctx context.Context, lotID string, most models.Nano) (models.Wallet, error) {
	if b.done {
		if w, err := b.Store.ExpireCredit(ctx, lotID, most); err != nil {
			return w, err
		}
	}
	return models.Wallet{}, errAway
}

// endedCredit is a team with 100 of credit that has just ended and 20 that stays, and its accounts in memory.
func endedCredit(t *testing.T) (*store.Store, *billing.Accounts, string) {
	t.Helper()
	clock := modeltest.NewClock(time.Time{})
	db := storetest.OpenIn(t, t.TempDir(), clock)
	team := storetest.Fill(t, db, "https://quotes.example.test", 1).ConsumerTeam.ID
	accounts := billing.NewAccounts(db, clock, models.Rate{})
	db.Listen(store.Listener{Wallet: accounts.Accept})
	ends := clock.Now().Add(time.Hour)
	for _, g := range []models.Gift{
		{TeamID: team, Key: "a", Reason: "Trial", Amount: 100, ExpiresAt: &ends},
		{TeamID: team, Key: "b", Reason: "Welcome", Amount: 20},
	} {
		if _, err := db.GrantCredit(t.Context(), models.System, g); err != nil {
			t.Fatal(err)
		}
	}
	clock.Move(time.Hour)
	return db, accounts, team
}

func wantFunds(t *testing.T, accounts *billing.Accounts, team string, want billing.Funds) {
	t.Helper()
	if got, err := accounts.Funds(t.Context(), team); err != nil || got != want {
		t.Errorf("in memory: %+v, %v; want %+v", got, err, want)
	}
}

func TestCreditThatCallsHoldIsTakenBackWhenTheyHaveEnded(t *testing.T) {
	db, accounts, team := endedCredit(t)
	hold, ok, err := accounts.Reserve(t.Context(), team, 50)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	job := jobs.ExpireCredit(db, accounts)
	for range 2 {
		if err := job.Do(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantFunds(t, accounts, team, billing.Funds{Balance: 50, Held: 50})
	}
	hold.Release()
	if err := job.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantFunds(t, accounts, team, billing.Funds{Balance: 20})
	if proof, err := db.Prove(t.Context()); err != nil || !proof.Holds() {
		t.Error(proof, err)
	}
}

func TestMemoryAgreesWithTheBooksWhateverBecameOfTakingBack(t *testing.T) {
	for sentence, row := range map[string]struct {
		done bool
		left models.Nano
	}{
		"it was done and nobody heard": {true, 20},
		"it was not done":              {false, 120},
	} {
		t.Run(sentence, func(t *testing.T) {
			db, accounts, team := endedCredit(t)
			if err := jobs.ExpireCredit(lossyBooks{db, row.done}, accounts).Do(t.Context()); !errors.Is(err, errAway) {
				t.Error(err)
			}
			wantFunds(t, accounts, team, billing.Funds{Balance: row.left})
		})
	}
}
