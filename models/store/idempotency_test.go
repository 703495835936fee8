package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

func TestAClaimedRequestActsOnce(t *testing.T) {
	claim := models.Claim{TokenID: "tok_1", Key: "k"}
	act := func(r *rig) error {
		return r.RenameTeam(models.WithClaim(ctx, claim), r.carl, r.consumer, "Renamed")
	}
	fail := func(r *rig) error {
		err := r.RemoveMember(models.WithClaim(ctx, claim), r.carl, r.consumer, "usr_nobody")
		if !errors.Is(err, models.ErrNotFound) {
			t.Errorf("removing nobody: %v", err)
		}
		return nil
	}
	answer := func(r *rig) error { return r.KeepAnswer(ctx, claim, "sealed") }
	failed := func(r *rig) error { return r.KeepAnswer(ctx, claim, "") }
	later := func(d time.Duration) func(r *rig) error {
		return func(r *rig) error { r.clock.Move(d); return nil }
	}
	for _, row := range []struct {
		what  string
		steps []func(*rig) error
		mine  bool // sent again, it is carried out
		state models.IdempotentState
	}{
		{"the program ended before the act", nil, true, ""},
		{"the act was rolled back", []func(*rig) error{fail}, true, ""},
		{"the act was refused, and that was answered", []func(*rig) error{fail, answer}, true, ""},
		{"the program ended between the act and the answer", []func(*rig) error{act}, false, models.RequestActed},
		{"the act was done, and the answer is a failure after it", []func(*rig) error{act, failed}, false, models.RequestActed},
		{"there was a failure before the act", []func(*rig) error{failed}, true, ""},
		{"the act was answered", []func(*rig) error{act, answer}, false, models.RequestAnswered},
		{"two acts were answered", []func(*rig) error{act, act, answer}, false, models.RequestAnswered},
		{"it was answered almost a day ago", []func(*rig) error{act, answer, later(24*time.Hour - time.Second)}, false, models.RequestAnswered},
		{"it was answered a day ago", []func(*rig) error{act, answer, later(24 * time.Hour)}, true, ""},
	} {
		t.Run(row.what, func(t *testing.T) {
			r := newRig(t)
			request := models.IdempotentRequest{TokenID: claim.TokenID, Key: claim.Key, Request: "asked"}
			if _, mine, err := r.ClaimIdempotency(ctx, request); err != nil || !mine {
				t.Fatalf("the first claim: %v, %v", mine, err)
			}
			for _, step := range row.steps {
				r.must(step(r))
			}
			stored, mine, err := r.ClaimIdempotency(ctx, request)
			if err != nil || mine != row.mine || stored.State != row.state {
				t.Errorf("the second claim: mine %v, %q, %v", mine, stored.State, err)
			}
			if row.state == models.RequestAnswered && (stored.Answer != "sealed" || stored.Request != "asked") {
				t.Errorf("kept was %+v", stored)
			}
			if _, mine, err := r.ClaimIdempotency(ctx, models.IdempotentRequest{TokenID: "tok_2", Key: claim.Key}); err != nil || !mine {
				t.Errorf("another token's request with the same key: %v, %v", mine, err)
			}
		})
	}
}

func TestOldRequestsAreDropped(t *testing.T) {
	r := newRig(t)
	for _, key := range []string{"old", "older"} {
		_, _, err := r.ClaimIdempotency(ctx, models.IdempotentRequest{TokenID: "tok_1", Key: key})
		r.must(err)
	}
	r.clock.Move(models.IdempotencyLife)
	_, _, err := r.ClaimIdempotency(ctx, models.IdempotentRequest{TokenID: "tok_1", Key: "new"})
	r.must(err)
	if n, err := r.DropOldIdempotency(ctx); n != 2 || err != nil {
		t.Errorf("%d were dropped, %v", n, err)
	}
	if n := r.number(`SELECT COUNT(*) FROM idempotent_requests WHERE key = 'new'`); n != 1 {
		t.Error("the new one is gone")
	}
}
