package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/store/storetest"
)

func TestARestartFindsEverythingAsItWasLeft(t *testing.T) {
	ctx, clock, dir := context.Background(), modeltest.NewClock(time.Time{}), t.TempDir()
	s := storetest.OpenIn(t, dir, clock)
	w := storetest.Fill(t, s, "http://upstream.test", 20_000_000)
	if _, err := s.GrantCredit(ctx, models.System, models.Gift{TeamID: w.ConsumerTeam.ID, Key: "welcome", Reason: "Welcome", Amount: 5 * models.Unit}); err != nil {
		t.Fatal(err)
	}
	calls := []*models.Call{{ID: models.CallIDAt(clock.Now()), TeamID: w.ConsumerTeam.ID, APIID: w.API.API.ID,
		VersionID: w.API.Version.ID, KeyID: w.Key.ID, Status: 200, Charge: 20_000_000}}
	wallets, err := s.SettleCalls(ctx, calls, nil)
	if err != nil || len(wallets) != 1 || wallets[0].Balance != 4_980_000_000 {
		t.Fatalf("settle: %v %v", wallets, err)
	}
	list, err := s.TeamCalls(ctx, w.ConsumerTeam.ID, models.CallFilter{}, models.Page{})
	if err != nil || len(list.Rows) != 1 || list.Rows[0].APIName != "Quotes" || list.Rows[0].KeyName != "test key" {
		t.Fatalf("calls before the follower: %+v %v", list, err)
	}
	// Close without FollowCalls: the next start has to index the call.
	if err := s.Close(ctx); err != nil {
		t.Fatal(err)
	}
	s = storetest.OpenIn(t, dir, clock)
	if s.StoppedUncleanly() {
		t.Error("a clean stop was not noted")
	}
	list, err = s.TeamCalls(ctx, w.ConsumerTeam.ID, models.CallFilter{StatusClass: 2, APISlug: "quotes"}, models.Page{})
	if err != nil || len(list.Rows) != 1 || list.Rows[0].Call.Charge != 20_000_000 {
		t.Fatalf("calls after the restart: %+v %v", list, err)
	}
	got, err := s.CatalogueAPI(ctx, models.Viewer{}, "quotes")
	if err != nil || got.Plan.Price != 20_000_000 || got.Version.State != models.Published || got.TeamName != "Providers" || !got.API.CreatedAt.Equal(clock.Now()) {
		t.Fatalf("listing: %+v %v", got, err)
	}
	proof, err := s.Prove(ctx)
	if err != nil || !proof.Holds() {
		t.Fatalf("proof: %+v %v", proof, err)
	}
}
