package store_test

import (
	"testing"

	"github.com/faregate/faregate/models"
)

// Of a commit of calls, those that a member sent from the console say who it was, on the call's page and in the list, indexed
// or not; the others have no row.
func TestACommitMarksTheCallsFromTheConsole(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 100)
	tried, plain := r.call(r.consumer, 20), r.call(r.consumer, 20)
	tried.ConsoleUserID = r.carl.UserID
	r.settle(plain, tried)
	r.settle(r.call(r.consumer, 20))
	if n := r.number(`SELECT COUNT(*) FROM console_calls`); n != 1 {
		t.Fatalf("%d calls are marked", n)
	}
	for range 2 {
		listed, err := r.TeamCalls(ctx, r.consumer, models.CallFilter{}, models.Page{})
		r.must(err)
		for _, row := range listed.Rows {
			one, err := r.TeamCall(ctx, r.consumer, row.Call.ID)
			r.must(err)
			fromConsole := row.Call.ID == tried.ID
			if (row.Call.ConsoleUserID == r.carl.UserID) != fromConsole || (row.ConsoleName != "") != fromConsole || one.ConsoleName != row.ConsoleName {
				t.Errorf("%s is told as sent by %q %q, on its page by %q", row.Call.ID, row.Call.ConsoleUserID, row.ConsoleName, one.ConsoleName)
			}
		}
		if len(listed.Rows) != 3 {
			t.Errorf("%d calls are listed", len(listed.Rows))
		}
		r.must(r.FollowCalls(ctx, tried.ID+1))
	}
	if wallet := r.wallet(r.consumer); wallet.Balance != 40 {
		t.Errorf("the wallet has %d", wallet.Balance)
	}
}

func TestKeyTermsByIDAreThoseOfTheSecret(t *testing.T) {
	r := newRig(t)
	bySecret, err := r.KeyTerms(ctx, hashOf(t, r.world.Secret))
	r.must(err)
	byID, err := r.KeyTermsByID(ctx, r.world.Key.ID)
	r.must(err)
	if byID.ID != bySecret.ID || byID.TeamID != bySecret.TeamID || byID.State != bySecret.State || byID.Name != bySecret.Name {
		t.Errorf("%+v, and by the secret %+v", byID, bySecret)
	}
	if _, err := r.KeyTermsByID(ctx, "key_none"); !is(err, models.ErrNotFound) {
		t.Errorf("a key that is none: %v", err)
	}
}
