package store_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// leakMails are the mails that reports have promised, by address.
func (r *rig) leakMails() map[string]models.LeakedKeyPayload {
	r.Helper()
	due, err := r.DueMessages(ctx, 100)
	r.must(err)
	mails := map[string]models.LeakedKeyPayload{}
	for _, m := range due {
		if m.Kind != models.LeakedKey {
			continue
		}
		var p models.LeakedKeyPayload
		r.must(json.Unmarshal(m.Payload, &p))
		if _, twice := mails[p.Email]; twice {
			r.Errorf("%s is told twice", p.Email)
		}
		mails[p.Email] = p
	}
	return mails
}

func TestAReportRevokesAKeyAndTellsItsPeople(t *testing.T) {
	r := newRig(t)
	r.join("ada", models.RoleAdmin)
	r.join("vic", models.RoleViewer)
	dev := r.join("dev", models.RoleDeveloper)
	secret := models.NewKeySecret()
	key, err := r.CreateKey(ctx, dev, r.consumer, "import", secret, models.KeyRules{})
	r.must(err)
	told := r.heard()
	found := models.FoundSecret{Hash: hashOf(t, secret), Place: "https://code.test/x"}
	r.must(r.ReportLeak(ctx, models.Actor{RequestID: "web_1"}, found))

	if got, err := r.TeamKey(ctx, r.consumer, key.ID); err != nil || got.State != models.KeyRevoked || got.RevokedAt == nil || !slices.Contains(*told, found.Hash) {
		t.Errorf("%+v, %v, told %v", got, err, *told)
	}
	mails := r.leakMails()
	if len(mails) != 3 || mails["carl@example.test"].Name != "Carl Consumer" || mails["ada@example.test"].Owner != "dev" || mails["dev@example.test"].Place != "https://code.test/x" || mails["dev@example.test"].Hint != key.Hint || mails["dev@example.test"].OldSecretOnly {
		t.Errorf("told are %+v", mails)
	}
	entry := func() int64 {
		return r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'key.revoked_on_report' AND user_id = '' AND team_id = ? AND subject = ? AND request_id = 'web_1'
			AND details = ?`, r.consumer, key.ID, key.Hint+", revoked on report, found at https://code.test/x")
	}
	if entry() != 1 {
		t.Error("the audit log does not say so")
	}
	r.must(r.ReportLeak(ctx, models.Actor{RequestID: "web_1"}, found))
	if entry() != 1 || len(r.leakMails()) != 3 {
		t.Error("a second report tells everybody again")
	}
}

func TestAReportOfAnOldSecretEndsThatAlone(t *testing.T) {
	r := newRig(t)
	secret := models.NewKeySecret()
	_, err := r.RotateKey(ctx, r.carl, r.consumer, r.world.Key.ID, models.Rotation{Replaces: r.world.Key.Hint, Secret: secret, Overlap: models.OverlapWeek})
	r.must(err)
	told := r.heard()
	r.must(r.ReportLeak(ctx, models.System, models.FoundSecret{Hash: hashOf(t, r.world.Secret)}))
	key, err := r.TeamKey(ctx, r.consumer, r.world.Key.ID)
	if err != nil || key.StateAt(r.clock.Now()) != models.KeyActive || !slices.Contains(*told, hashOf(t, r.world.Secret)) {
		t.Errorf("%+v, %v", key, err)
	}
	if terms, err := r.KeyTerms(ctx, hashOf(t, r.world.Secret)); err != nil || !terms.ReplacedUntil.Equal(r.clock.Now()) {
		t.Errorf("the old secret works until %s, %v", terms.ReplacedUntil, err)
	}
	if mails := r.leakMails(); len(mails) != 1 || !mails["carl@example.test"].OldSecretOnly || mails["carl@example.test"].Hint != r.world.Key.Hint {
		t.Errorf("told are %+v", mails)
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'key.old_secret_ended_on_report'`); n != 1 {
		t.Errorf("%d entries", n)
	}
}

func TestReportsThatChangeNothing(t *testing.T) {
	for sentence, before := range map[string]func(*rig) string{
		"a secret that was never issued": func(*rig) string { return models.NewKeySecret() },
		"a key that is revoked": func(r *rig) string {
			r.must(r.RevokeKey(ctx, r.carl, r.consumer, r.world.Key.ID))
			return r.world.Secret
		},
		"a key that has expired": func(r *rig) string {
			r.exec(`UPDATE api_keys SET expires_at = ?`, r.clock.Now().UnixMilli())
			return r.world.Secret
		},
		"an old secret whose time is over": func(r *rig) string {
			_, err := r.RotateKey(ctx, r.carl, r.consumer, r.world.Key.ID, models.Rotation{Replaces: r.world.Key.Hint, Secret: models.NewKeySecret(), Overlap: models.OverlapHour})
			r.must(err)
			r.clock.Move(time.Hour)
			return r.world.Secret
		},
		"an old secret of a key that is revoked": func(r *rig) string {
			_, err := r.RotateKey(ctx, r.carl, r.consumer, r.world.Key.ID, models.Rotation{Replaces: r.world.Key.Hint, Secret: models.NewKeySecret(), Overlap: models.OverlapHour})
			r.must(err)
			r.must(r.RevokeKey(ctx, r.carl, r.consumer, r.world.Key.ID))
			return r.world.Secret
		},
	} {
		r := newRig(t)
		secret := before(r)
		entries := r.number(`SELECT COUNT(*) FROM audit_entries`)
		if err := r.ReportLeak(ctx, models.System, models.FoundSecret{Hash: hashOf(t, secret)}); err != nil || len(r.leakMails()) != 0 || r.number(`SELECT COUNT(*) FROM audit_entries`) != entries {
			t.Errorf("%s: %v, %d mails", sentence, err, len(r.leakMails()))
		}
	}
}
