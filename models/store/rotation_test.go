package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

// hashOf is what a secret is known by.
func hashOf(t testing.TB, secret string) models.KeyHash {
	t.Helper()
	hash, err := models.HashKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// heard notes which secrets the gateway is told to read anew.
func (r *rig) heard() *[]models.KeyHash {
	var keys []models.KeyHash
	r.Listen(store.Listener{
		Wallet: func(models.Wallet) {}, Team: func(string) {}, Subscription: func(string, string) {},
		Key: func(h models.KeyHash) { keys = append(keys, h) },
	})
	return &keys
}

func TestAKeyIsRotatedAndStaysTheSameKey(t *testing.T) {
	r := newRig(t)
	first, second, third := r.world.Secret, models.NewKeySecret(), models.NewKeySecret()
	rotate := func(replaces, secret string, overlap models.Overlap) (models.Key, error) {
		return r.RotateKey(ctx, r.carl, r.consumer, r.world.Key.ID, models.Rotation{Replaces: models.KeyHint(replaces), Secret: secret, Overlap: overlap})
	}
	until := func(secret string) time.Time {
		t.Helper()
		terms, err := r.KeyTerms(ctx, hashOf(t, secret))
		if err != nil || terms.ID != r.world.Key.ID || terms.TeamID != r.consumer || !terms.ReadBilling {
			t.Fatalf("%+v, %v", terms, err)
		}
		return terms.ReplacedUntil
	}
	state := func() models.KeyState {
		t.Helper()
		key, err := r.TeamKey(ctx, r.consumer, r.world.Key.ID)
		r.must(err)
		return key.StateAt(r.clock.Now())
	}
	told := r.heard()
	start := r.clock.Now()

	key, err := rotate(first, second, models.OverlapDay)
	r.must(err)
	if key.ID != r.world.Key.ID || key.Hint != models.KeyHint(second) || state() != models.KeyRotating {
		t.Errorf("%+v, %s", key, state())
	}
	if !until(second).IsZero() || !until(first).Equal(start.Add(24*time.Hour)) {
		t.Errorf("the new secret works until %s, the old one until %s", until(second), until(first))
	}
	for _, secret := range []string{first, second} {
		if !slices.Contains(*told, hashOf(t, secret)) {
			t.Error("the gateway is not told of both secrets")
		}
	}
	if old, err := r.OldSecret(ctx, r.consumer, key.ID); err != nil || old.Hint != models.KeyHint(first) {
		t.Errorf("%+v, %v", old, err)
	}
	if _, err := rotate(first, third, models.OverlapDay); !is(err, models.ErrConflict) {
		t.Errorf("the form that is sent twice: %v", err)
	}

	*told = nil
	r.clock.Move(time.Hour)
	_, err = rotate(second, third, models.OverlapHour)
	r.must(err)
	if again := r.clock.Now(); !until(first).Equal(again) || !until(second).Equal(again.Add(time.Hour)) || !until(third).IsZero() {
		t.Errorf("rotated again: %s, %s, %s", until(first), until(second), until(third))
	}
	if !slices.Contains(*told, hashOf(t, first)) {
		t.Error("the gateway is not told of the secret that ended")
	}
	r.clock.Move(time.Hour)
	if state() != models.KeyActive {
		t.Errorf("after the overlap the key is %s", state())
	}
	if _, err := r.OldSecret(ctx, r.consumer, key.ID); !is(err, models.ErrNotFound) {
		t.Errorf("after the overlap there is an old secret: %v", err)
	}
}

func TestARotationIsEndedEarly(t *testing.T) {
	r := newRig(t)
	second := models.NewKeySecret()
	_, err := r.RotateKey(ctx, r.carl, r.consumer, r.world.Key.ID, models.Rotation{Replaces: r.world.Key.Hint, Secret: second, Overlap: models.OverlapWeek})
	r.must(err)
	r.clock.Move(time.Minute)
	told := r.heard()
	r.must(r.EndRotation(ctx, r.carl, r.consumer, r.world.Key.ID))
	terms, err := r.KeyTerms(ctx, hashOf(t, r.world.Secret))
	if err != nil || !terms.ReplacedUntil.Equal(r.clock.Now()) || !slices.Contains(*told, hashOf(t, r.world.Secret)) {
		t.Errorf("%+v, %v, told %v", terms, err, *told)
	}
	r.must(r.EndRotation(ctx, r.carl, r.consumer, r.world.Key.ID))
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action IN ('key.rotated', 'key.rotation_ended')`); n != 2 {
		t.Errorf("%d entries tell of one rotation and its end", n)
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE details LIKE '%' || ? || '%'`, second[11:40]); n != 0 {
		t.Error("the secret is in the audit log")
	}
}

func TestWhatCannotBeRotated(t *testing.T) {
	for _, row := range []struct {
		sentence string
		before   func(*rig)
		team     func(*rig) string
		change   func(*models.Rotation)
		want     error
	}{
		{"a key of another team", nil, func(r *rig) string { return r.provider }, nil, models.ErrNotFound},
		{"a key that is revoked", func(r *rig) { r.must(r.RevokeKey(ctx, r.carl, r.consumer, r.world.Key.ID)) }, nil, nil, models.ErrConflict},
		{"a key that has expired", func(r *rig) { r.exec(`UPDATE api_keys SET expires_at = ?`, r.clock.Now().UnixMilli()) }, nil, nil, models.ErrConflict},
		{"what is no secret", nil, nil, func(n *models.Rotation) { n.Secret = "fg_live_x" }, models.ErrNotAKey},
	} {
		r := newRig(t)
		team, rotation := r.consumer, models.Rotation{Replaces: r.world.Key.Hint, Secret: models.NewKeySecret(), Overlap: models.OverlapHour}
		if row.before != nil {
			row.before(r)
		}
		if row.team != nil {
			team = row.team(r)
		}
		if row.change != nil {
			row.change(&rotation)
		}
		if _, err := r.RotateKey(ctx, r.carl, team, r.world.Key.ID, rotation); !is(err, row.want) {
			t.Errorf("%s: %v, want %v", row.sentence, err, row.want)
		}
	}
	r := newRig(t)
	if err := r.EndRotation(ctx, r.pia, r.provider, r.world.Key.ID); !is(err, models.ErrNotFound) {
		t.Errorf("ending another team's: %v", err)
	}
	if _, err := r.OldSecret(ctx, r.provider, r.world.Key.ID); !is(err, models.ErrNotFound) {
		t.Errorf("reading another team's: %v", err)
	}
}

func TestRevokingAKeyEndsItsOldSecretToo(t *testing.T) {
	for sentence, end := range map[string]func(*rig) error{
		"revoked":                     func(r *rig) error { return r.RevokeKey(ctx, r.carl, r.consumer, r.world.Key.ID) },
		"deleted with its team":       func(r *rig) error { return r.DeleteTeam(ctx, r.carl, r.consumer) },
		"taken from a suspended user": func(r *rig) error { return r.SuspendUser(ctx, r.root("root"), r.carl.UserID, true) },
	} {
		r := newRig(t)
		_, err := r.RotateKey(ctx, r.carl, r.consumer, r.world.Key.ID, models.Rotation{Replaces: r.world.Key.Hint, Secret: models.NewKeySecret(), Overlap: models.OverlapWeek})
		r.must(err)
		told := r.heard()
		r.must(end(r))
		terms, err := r.KeyTerms(ctx, hashOf(t, r.world.Secret))
		if err != nil || terms.State != models.KeyRevoked || !slices.Contains(*told, hashOf(t, r.world.Secret)) || len(*told) != 2 {
			t.Errorf("%s: %+v, %v, told of %d secrets", sentence, terms, err, len(*told))
		}
	}
}
