package store_test

import (
	"testing"

	"github.com/faregate/faregate/models"
)

// factor gives a user a second factor and returns its recovery codes.
func (r *rig) factor(user, keep string) []string {
	r.Helper()
	codes := models.NewRecoveryCodes()
	r.must(r.AddSecondFactor(ctx, models.Actor{UserID: user}, models.SecondFactor{UserID: user, Sealed: "sealed", LastStep: 10}, models.HashRecoveryCodes(user, codes), keep))
	return codes
}

// told is how many mails about a change of a second factor are promised.
func (r *rig) told(change models.FactorChange) int64 {
	r.Helper()
	return r.number(`SELECT COUNT(*) FROM outbox_messages WHERE kind = 'second_factor_changed' AND CAST(payload AS TEXT) LIKE '%"Change":"' || ? || '"%' AND CAST(payload AS TEXT) LIKE '%carl@example.test%'`, string(change))
}

func TestASecondFactorComesAndGoes(t *testing.T) {
	r := newRig(t)
	carl := r.carl.UserID
	for _, token := range []string{"a", "b"} {
		r.session(carl, token)
	}
	r.session(r.pia.UserID, "p")
	r.factor(carl, "ses_a")
	if mine, others := r.sessions(carl), r.sessions(r.pia.UserID); mine != "ses_a" || others != "ses_p" {
		t.Errorf("after it was added there are the sessions %s and %s", mine, others)
	}
	got, err := r.SecondFactor(ctx, carl)
	if err != nil || got.Sealed != "sealed" || got.LastStep != 10 || !got.CreatedAt.Equal(r.clock.Now()) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := r.SecondFactor(ctx, r.pia.UserID); !is(err, models.ErrNotFound) {
		t.Errorf("another user's: %v", err)
	}
	again := models.SecondFactor{UserID: carl, Sealed: "another"}
	if err := r.AddSecondFactor(ctx, r.carl, again, models.HashRecoveryCodes(carl, models.NewRecoveryCodes()), ""); !is(err, models.ErrConflict) || r.sessions(carl) != "ses_a" {
		t.Errorf("a second one: %v", err)
	}
	r.session(carl, "c")
	r.must(r.RemoveSecondFactor(ctx, r.carl, carl, "ses_c"))
	if _, err := r.SecondFactor(ctx, carl); !is(err, models.ErrNotFound) || r.sessions(carl) != "ses_c" {
		t.Errorf("after it was removed: %v, sessions %s", err, r.sessions(carl))
	}
	if left, err := r.RecoveryCodesLeft(ctx, carl); left != 0 || err != nil {
		t.Errorf("%d recovery codes outlive it, %v", left, err)
	}
	if err := r.RemoveSecondFactor(ctx, r.carl, carl, ""); !is(err, models.ErrNotFound) || r.sessions(carl) != "ses_c" {
		t.Errorf("removed twice: %v", err)
	}
	if r.told(models.FactorAdded) != 1 || r.told(models.FactorRemoved) != 1 {
		t.Errorf("%d and %d mails are promised", r.told(models.FactorAdded), r.told(models.FactorRemoved))
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action IN ('second_factor.added', 'second_factor.removed') AND subject = ?`, carl); n != 2 {
		t.Errorf("%d audit entries", n)
	}
}

func TestACodeIsTakenOnce(t *testing.T) {
	r := newRig(t)
	r.factor(r.carl.UserID, "")
	r.factor(r.pia.UserID, "")
	for _, tc := range []struct {
		sentence string
		step     int64
		want     error
	}{
		{"the one that it was set up with", 10, models.ErrConflict},
		{"an earlier one", 9, models.ErrConflict},
		{"the next one", 11, nil},
		{"the next one again", 11, models.ErrConflict},
		{"one after a pause", 99, nil},
		{"one from the pause", 98, models.ErrConflict},
	} {
		if err := r.AcceptStep(ctx, r.carl.UserID, tc.step); !is(err, tc.want) {
			t.Errorf("%s: %v", tc.sentence, err)
		}
	}
	r.must(r.AcceptStep(ctx, r.pia.UserID, 11))
	if err := r.AcceptStep(ctx, "usr_nobody", 11); !is(err, models.ErrConflict) {
		t.Errorf("nobody's: %v", err)
	}
}

func TestRecoveryCodesAreUsedOnceAndReplaced(t *testing.T) {
	r := newRig(t)
	carl := r.carl.UserID
	codes := r.factor(carl, "")
	others := r.factor(r.pia.UserID, "")
	use := func(code string) error {
		hash, _ := models.HashRecoveryCode(carl, code)
		return r.UseRecoveryCode(ctx, models.Actor{RequestID: "req_7"}, carl, hash)
	}
	left := func(want int64) {
		t.Helper()
		if n, err := r.RecoveryCodesLeft(ctx, carl); n != want || err != nil {
			t.Errorf("%d are left, want %d, %v", n, want, err)
		}
	}
	r.must(use(codes[3]))
	if err := use(codes[3]); !is(err, models.ErrNotFound) {
		t.Errorf("used twice: %v", err)
	}
	if err := use(others[0]); !is(err, models.ErrNotFound) {
		t.Errorf("another user's: %v", err)
	}
	left(9)
	fresh := models.NewRecoveryCodes()
	r.must(r.ReplaceRecoveryCodes(ctx, r.carl, carl, models.HashRecoveryCodes(carl, fresh)))
	if err := use(codes[4]); !is(err, models.ErrNotFound) {
		t.Errorf("one of the old ones: %v", err)
	}
	r.must(use(fresh[0]))
	left(9)
	if n, err := r.RecoveryCodesLeft(ctx, r.pia.UserID); n != 10 || err != nil {
		t.Errorf("%d of another user's are left, %v", n, err)
	}
	if r.told(models.RecoveryCodeUsed) != 2 || r.told(models.RecoveryCodesMade) != 1 {
		t.Errorf("%d and %d mails are promised", r.told(models.RecoveryCodeUsed), r.told(models.RecoveryCodesMade))
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'second_factor.recovery_code_used' AND user_id = ? AND request_id = 'req_7'`, carl); n != 2 {
		t.Errorf("%d audit entries", n)
	}
	if err := r.ReplaceRecoveryCodes(ctx, models.System, "usr_nobody", models.HashRecoveryCodes("usr_nobody", fresh)); !is(err, models.ErrNotFound) {
		t.Errorf("for nobody: %v", err)
	}
}

// Who has the password alone fills no list, and pushes nobody out.
func TestHalfSessionsAreCountedApart(t *testing.T) {
	r := newRig(t)
	r.session(r.carl.UserID, "whole")
	half := r.session(r.pia.UserID, "x")
	for i := range models.MaxSessions + 5 {
		half.TokenHash, half.ID, half.UserID, half.Half = []byte{byte(i)}, models.NewID(models.KindSession), r.carl.UserID, true
		r.must(r.SaveSession(ctx, half))
	}
	if got := r.sessions(r.carl.UserID); got != "ses_whole" {
		t.Errorf("listed are %s", got)
	}
	if n := r.number(`SELECT COUNT(*) FROM sessions WHERE user_id = ? AND half`, r.carl.UserID); n != models.MaxSessions {
		t.Errorf("%d half sessions are kept", n)
	}
	r.must(r.RotateSession(ctx, half.TokenHash, models.Session{TokenHash: []byte("new"), ProvedAt: half.ProvedAt, SeenAt: half.SeenAt, ExpiresAt: half.ExpiresAt}))
	if whole, err := r.Session(ctx, []byte("new")); err != nil || whole.Half || whole.ID != half.ID {
		t.Errorf("after the code: %+v, %v", whole, err)
	}
}
