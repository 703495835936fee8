package main

import (
	"log/slog"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

// The bulk of the keys row is written past the store. What the gateway reads of it must be what the store itself would
// have written, or the row would measure refusals.
func TestTeamsInBulkMayCall(t *testing.T) {
	b := &bench{ctx: t.Context(), folder: t.TempDir(), upstream: server{url: "http://127.0.0.1:9"}}
	w, err := b.seed("world")
	if err != nil {
		t.Fatal(err)
	}
	active, err := b.storeMass(w, mass{teams: 10, keys: 100, active: 20})
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(b.ctx, store.Config{Dir: w.dir, Clock: models.SystemClock{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(b.ctx)
	paid, err := s.Wallet(b.ctx, w.payer.ID)
	if err != nil {
		t.Fatal(err)
	}
	teams := map[string]bool{}
	for _, secret := range active {
		hash, err := models.HashKey(secret)
		if err != nil {
			t.Fatal(err)
		}
		key, err := s.KeyTerms(b.ctx, hash)
		if err != nil || key.State != models.KeyActive {
			t.Fatalf("an active key is %+v, %v", key, err)
		}
		teams[key.TeamID] = true
		subscription, err := s.SubscriptionTerms(b.ctx, key.TeamID, w.apiID)
		if err != nil || subscription.State != models.Active {
			t.Errorf("its team's subscription is %+v, %v", subscription, err)
		}
		if wallet, err := s.Wallet(b.ctx, key.TeamID); err != nil || wallet.Balance != paid.Balance {
			t.Errorf("its team has %v and not %v, %v", wallet.Balance, paid.Balance, err)
		}
	}
	if proof, err := s.Prove(b.ctx); err != nil || !proof.Holds() {
		t.Errorf("the books do not add up: %+v, %v", proof, err)
	}
	if len(teams) < 2 || teams[w.payer.ID] {
		t.Errorf("20 keys of 10 teams are those of %d teams", len(teams))
	}
}
