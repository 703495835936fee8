package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

func TestATeamIsRenamedAndKeepsItsAddress(t *testing.T) {
	r := newRig(t)
	r.must(r.RenameTeam(ctx, r.carl, r.consumer, "Callers & Co"))
	team, err := r.TeamBySlug(ctx, "consumers")
	if err != nil || team.Name != "Callers & Co" {
		t.Errorf("%+v, %v", team, err)
	}
	r.must(r.RenameTeam(ctx, r.carl, r.consumer, "Callers & Co")) // the same name again is no act
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'team.renamed'`); n != 1 {
		t.Errorf("%d audit entries", n)
	}
}

func TestWhatKeepsATeamFromBeingDeleted(t *testing.T) {
	for _, row := range []struct {
		what  string
		make  func(r *rig)
		clear func(r *rig)
	}{
		{"a balance", func(r *rig) { r.grant(r.consumer, 1) }, func(r *rig) {
			_, err := r.CorrectBalance(ctx, r.pia, r.consumer, models.NewID("test"), "cleared", -1)
			r.must(err)
		}},
		{"an open payment", func(r *rig) { r.topup("cs_1", models.Unit) }, func(r *rig) {
			r.exec(`UPDATE topups SET state = 'expired'`)
		}},
		{"a published API", func(r *rig) { r.exec(`UPDATE apis SET team_id = ?`, r.consumer) }, func(r *rig) {
			r.exec(`UPDATE versions SET state = 'retired'`)
		}},
		{"a deprecated API", func(r *rig) {
			r.exec(`UPDATE apis SET team_id = ?`, r.consumer)
			r.exec(`UPDATE versions SET state = 'deprecated'`)
		}, func(r *rig) { r.exec(`UPDATE apis SET team_id = ?`, r.provider) }},
	} {
		r := newRig(t)
		row.make(r)
		if err := r.DeleteTeam(ctx, r.carl, r.consumer); !is(err, models.ErrConflict) {
			t.Errorf("with %s: %v", row.what, err)
		}
		if n := r.number(`SELECT COUNT(*) FROM api_keys WHERE state = 'active'`); n != 1 {
			t.Errorf("with %s its keys were revoked all the same", row.what)
		}
		row.clear(r)
		if err := r.DeleteTeam(ctx, r.carl, r.consumer); err != nil {
			t.Errorf("without %s: %v", row.what, err)
		}
		r.prove()
	}
}

func TestADeletedTeamEndsAtOnceAndItsHistoryStays(t *testing.T) {
	r := newRig(t)
	var keys, subscriptions, teams int
	r.Listen(store.Listener{
		Wallet: func(models.Wallet) {}, Team: func(string) { teams++ }, Key: func(models.KeyHash) { keys++ },
		Subscription: func(string, string) { subscriptions++ }, API: func(context.Context, string) error { return nil },
		Catalogue: func(context.Context, []string) {},
	})
	r.grant(r.consumer, 20)
	r.settle(r.call(r.consumer, 20))
	ada := r.join("ada", models.RoleAdmin)
	if err := r.DeleteTeam(ctx, ada, r.consumer); !is(err, models.ErrForbidden) {
		t.Errorf("an admin: %v", err)
	}
	if err := r.DeleteTeam(ctx, r.pia, r.consumer); !is(err, models.ErrForbidden) {
		t.Errorf("a stranger: %v", err)
	}
	left, err := r.TeamRemains(ctx, r.consumer)
	if want := (models.TeamRemains{Keys: 1, Subscriptions: 1, Members: 2}); err != nil || left.Balance != 0 || left.Keys != want.Keys || left.Subscriptions != want.Subscriptions || left.Members != want.Members || !left.Deletable() {
		t.Errorf("%+v, %v", left, err)
	}
	r.must(r.DeleteTeam(ctx, r.carl, r.consumer))
	if keys != 1 || subscriptions != 1 || teams != 1 {
		t.Errorf("the listeners heard of %d keys, %d subscriptions and %d teams", keys, subscriptions, teams)
	}
	key, err := r.TeamKey(ctx, r.consumer, r.world.Key.ID)
	if err != nil || key.State != models.KeyRevoked {
		t.Errorf("its key: %+v, %v", key, err)
	}
	if _, found, err := r.LiveSubscription(ctx, r.consumer, r.api); found || err != nil {
		t.Errorf("it is still subscribed; %v", err)
	}
	if _, err := r.Membership(ctx, r.carl.UserID, "consumers"); !is(err, models.ErrNotFound) {
		t.Errorf("its pages are still there: %v", err)
	}
	if n := r.number(`SELECT COUNT(*) FROM ledger_transactions WHERE team_id = ?`, r.consumer); n == 0 {
		t.Error("its ledger is gone")
	}
	if err := r.DeleteTeam(ctx, r.carl, r.consumer); !is(err, models.ErrForbidden) {
		t.Errorf("again: %v", err)
	}
	if _, err := r.CreateTeamAt(ctx, r.carl, "Consumers", "consumers", false); !is(err, models.ErrConflict) {
		t.Errorf("its address was given away: %v", err)
	}
	r.clock.Move(2 * time.Hour)
	if _, err := r.SealHours(ctx); err != nil {
		t.Error(err)
	}
	r.prove()
}

// What somebody makes on a page that they opened before the team was deleted is not made any more.
func TestNothingIsMadeForADeletedTeam(t *testing.T) {
	r := newRig(t)
	r.exec(`UPDATE teams SET deleted_at = 1`)
	_, key := r.CreateKey(ctx, r.carl, r.consumer, "late", models.NewKeySecret(), models.KeyRules{})
	_, topup := r.CreateTopup(ctx, r.carl, models.Topup{TeamID: r.consumer, Amount: models.Unit, Currency: models.USD})
	_, sub := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{})
	_, api := r.CreateAPI(ctx, r.pia, r.provider, models.APIDraft{Slug: "late"})
	_, publish := r.PublishAPI(ctx, r.pia, r.provider, r.api, "late")
	_, invite := r.invite(r.carl, "late@example.test", models.RoleViewer)
	for what, err := range map[string]error{
		"a key": key, "a top-up": topup, "a subscription": sub, "an API": api, "a release": publish,
		"another name": r.RenameTeam(ctx, r.carl, r.consumer, "late"),
	} {
		if !is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if !is(invite, models.ErrForbidden) {
		t.Errorf("an invitation: %v", invite)
	}
}
