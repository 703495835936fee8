package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/faregate/faregate/models"
)

// passkey gives a user a passkey that has counted to 5, and returns it as it is stored.
func (r *rig) passkey(user, name string) models.Passkey {
	r.Helper()
	r.must(r.AddPasskey(ctx, models.Actor{UserID: user}, models.Passkey{
		UserID: user, Name: name, Host: "portal.example.test", CredentialID: []byte(user + name), PublicKey: []byte("public"), AAGUID: make([]byte, 16), Transports: "usb nfc", Flags: 0x1d, SignCount: 5,
	}))
	found, err := r.PasskeyByCredential(ctx, "portal.example.test", []byte(user+name))
	r.must(err)
	return found
}

// passkeyActs counts the audit entries about a user's passkeys.
func (r *rig) passkeyActs(user string, action models.AuditAction) int64 {
	r.Helper()
	return r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = ? AND subject = ? AND user_id = ?`, action, user, user)
}

func TestPasskeysComeAndGo(t *testing.T) {
	r := newRig(t)
	carl := r.carl.UserID
	key := r.passkey(carl, "Laptop")
	if !models.IsID(models.KindPasskey, key.ID) || !key.CreatedAt.Equal(r.clock.Now()) || key.UsedAt != nil || key.CopiedAt != nil || !key.BackedUp() || string(key.PublicKey) != "public" || key.SignCount != 5 {
		t.Errorf("%+v", key)
	}
	r.passkey(r.pia.UserID, "Pia's")
	for _, taken := range []models.Passkey{{UserID: carl}, {UserID: r.pia.UserID}} {
		taken.Name, taken.Host, taken.CredentialID, taken.PublicKey, taken.AAGUID = "Again", key.Host, key.CredentialID, []byte("x"), []byte{}
		if err := r.AddPasskey(ctx, r.carl, taken); !is(err, models.ErrConflict) {
			t.Errorf("the same one for %s: %v", taken.UserID, err)
		}
	}
	if _, err := r.PasskeyByCredential(ctx, "another.example.test", key.CredentialID); !is(err, models.ErrNotFound) {
		t.Errorf("at another host: %v", err)
	}
	if _, err := r.Passkey(ctx, r.pia.UserID, key.ID); !is(err, models.ErrNotFound) {
		t.Errorf("as another's: %v", err)
	}
	for _, err := range []error{
		r.RenamePasskey(ctx, r.pia, r.pia.UserID, key.ID, "Mine"), r.RemovePasskey(ctx, r.pia, r.pia.UserID, key.ID, ""), r.UsePasskey(ctx, r.pia, r.pia.UserID, key.ID, 0x1d, 9),
	} {
		if !is(err, models.ErrNotFound) {
			t.Errorf("by another: %v", err)
		}
	}
	r.must(r.RenamePasskey(ctx, r.carl, carl, key.ID, "Old laptop"))
	r.must(r.RenamePasskey(ctx, r.carl, carl, key.ID, "Old laptop"))
	for _, token := range []string{"a", "b"} {
		r.session(carl, token)
	}
	r.session(r.pia.UserID, "p")
	r.must(r.RemovePasskey(ctx, r.carl, carl, key.ID, "ses_a"))
	if mine, others := r.sessions(carl), r.sessions(r.pia.UserID); mine != "ses_a" || others != "ses_p" {
		t.Errorf("after it was removed there are the sessions %s and %s", mine, others)
	}
	if left, err := r.Passkeys(ctx, carl); len(left) != 0 || err != nil {
		t.Errorf("%d are left, %v", len(left), err)
	}
	for action, want := range map[models.AuditAction]int64{models.AuditPasskeyAdded: 1, models.AuditPasskeyRenamed: 1, models.AuditPasskeyRemoved: 1} {
		if n := r.passkeyActs(carl, action); n != want {
			t.Errorf("%d entries %s", n, action)
		}
	}
	if r.told(models.PasskeyAdded) != 1 || r.told(models.PasskeysRemoved) != 1 {
		t.Errorf("%d and %d mails are promised", r.told(models.PasskeyAdded), r.told(models.PasskeysRemoved))
	}
}

func TestNobodyHasTooManyPasskeys(t *testing.T) {
	r := newRig(t)
	for i := range models.MaxPasskeys {
		r.passkey(r.carl.UserID, fmt.Sprint(i))
	}
	all, err := r.Passkeys(ctx, r.carl.UserID)
	if err != nil || len(all) != models.MaxPasskeys || !slices.IsSortedFunc(all, func(a, b models.Passkey) int { return a.CreatedAt.Compare(b.CreatedAt) }) {
		t.Errorf("%d are listed, %v", len(all), err)
	}
	if err := r.AddPasskey(ctx, r.carl, models.Passkey{UserID: r.carl.UserID, Name: "x", Host: "x", CredentialID: []byte("x"), PublicKey: []byte("x"), AAGUID: []byte{}}); !is(err, models.ErrTooManyPasskeys) {
		t.Errorf("one more: %v", err)
	}
}

func TestUsesOfAPasskeyAreCounted(t *testing.T) {
	r := newRig(t)
	carl := r.carl.UserID
	key := r.passkey(carl, "Laptop")
	for _, row := range []struct {
		sentence string
		count    uint32
		flags    uint8
		want     uint32 // the count that is kept
		acts     int64  // that are in the audit log for counting back
		mails    int64
	}{
		{"a use that counts on", 6, 0x1d, 6, 0, 0},
		{"the same count again", 6, 0x1d, 6, 1, 1},
		{"a lower count", 2, 0x1d, 6, 2, 1},
		{"no count any more", 0, 0x1d, 6, 3, 1},
		{"the owner, who is ahead, with a copy that is not kept elsewhere any more", 7, 0x0d, 7, 3, 1},
	} {
		r.clock.Move(1)
		r.must(r.UsePasskey(ctx, models.Actor{}, carl, key.ID, row.flags, row.count))
		got, err := r.Passkey(ctx, carl, key.ID)
		r.must(err)
		if got.SignCount != row.want || got.Flags != row.flags || got.UsedAt == nil || (got.CopiedAt != nil) != (row.acts > 0) || got.BackedUp() != (row.flags == 0x1d) {
			t.Errorf("%s: %+v", row.sentence, got)
		}
		if acts, mails := r.passkeyActs(carl, models.AuditPasskeyCopied), r.told(models.PasskeyCopied); acts != row.acts || mails != row.mails {
			t.Errorf("%s: %d audit entries, %d mails", row.sentence, acts, mails)
		}
	}
	r.exec(`UPDATE passkeys SET sign_count = 0`)
	r.must(r.UsePasskey(ctx, models.Actor{}, carl, key.ID, 0x1d, 0))
	if n := r.passkeyActs(carl, models.AuditPasskeyCopied); n != 3 {
		t.Error("one that never counts is taken for a copy")
	}
	r.must(r.RemovePasskey(ctx, r.carl, carl, key.ID, ""))
	if err := r.UsePasskey(ctx, models.Actor{}, carl, key.ID, 0x1d, 9); !is(err, models.ErrNotFound) {
		t.Errorf("after it was removed: %v", err)
	}
}

func TestAnAdministratorTakesPasskeysAway(t *testing.T) {
	r := newRig(t)
	root, carl := r.root("root"), r.carl.UserID
	for _, row := range []struct {
		sentence         string
		factor, passkeys bool // that there are
		takeFactor, take bool
		want             error
		left             models.UserFacts
	}{
		{"both of both", true, true, true, true, nil, models.UserFacts{}},
		{"the passkeys alone", true, true, false, true, nil, models.UserFacts{SecondFactor: true}},
		{"the second factor alone", true, true, true, false, nil, models.UserFacts{Passkeys: 2}},
		{"both where there are passkeys only", false, true, true, true, nil, models.UserFacts{}},
		{"passkeys where there are none", true, false, false, true, models.ErrNotFound, models.UserFacts{SecondFactor: true}},
	} {
		r.exec(`DELETE FROM second_factors`)
		r.exec(`DELETE FROM recovery_codes`)
		r.exec(`DELETE FROM passkeys`)
		if row.factor {
			r.factor(carl, "")
		}
		if row.passkeys {
			r.passkey(carl, "Laptop")
			r.passkey(carl, "Phone")
		}
		session := r.session(carl, row.sentence).TokenHash
		if err := r.TakeSecondFactor(ctx, r.pia, carl, true, true); !is(err, models.ErrForbidden) {
			t.Errorf("%s, by somebody who is no administrator: %v", row.sentence, err)
		}
		if err := r.TakeSecondFactor(ctx, root, carl, row.takeFactor, row.take); !is(err, row.want) || r.hasSession(session) != (err != nil) {
			t.Errorf("%s: %v, or the wrong sessions are left", row.sentence, err)
		}
		left, err := r.UserFacts(ctx, carl)
		if err != nil || left.SecondFactor != row.left.SecondFactor || left.Passkeys != row.left.Passkeys {
			t.Errorf("%s leaves %+v, %v", row.sentence, left, err)
		}
	}
}
