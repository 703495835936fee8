package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

func TestKeys(t *testing.T) {
	r := newRig(t)
	hash, err := models.HashKey(r.world.Secret)
	r.must(err)
	terms, err := r.KeyTerms(ctx, hash)
	if want := (billing.KeyTerms{ID: r.world.Key.ID, Name: "test key", TeamID: r.consumer, State: models.KeyActive, ReadBilling: true}); err != nil || !cmp.Equal(terms, want, cmpopts.EquateEmpty()) {
		t.Errorf("%+v, %v", terms, err)
	}
	if _, err := r.KeyTerms(ctx, models.KeyHash{}); !is(err, models.ErrNotFound) {
		t.Errorf("a key that was never issued: %v", err)
	}
	if _, err := r.CreateKey(ctx, r.carl, r.consumer, "again", r.world.Secret, models.KeyRules{}); !is(err, models.ErrConflict) {
		t.Errorf("the same secret: %v", err)
	}
	if _, err := r.CreateKey(ctx, r.carl, r.consumer, "bad", "fg_live_x", models.KeyRules{}); !is(err, models.ErrNotAKey) {
		t.Errorf("no secret: %v", err)
	}
	if got, err := r.TeamKey(ctx, r.consumer, r.world.Key.ID); err != nil || got.Hint != models.KeyHint(r.world.Secret) || got.UserID != r.carl.UserID {
		t.Errorf("%+v, %v", got, err)
	}
	for sentence, do := range map[string]func() error{
		"reading":  func() error { _, err := r.TeamKey(ctx, r.provider, r.world.Key.ID); return err },
		"revoking": func() error { return r.RevokeKey(ctx, r.pia, r.provider, r.world.Key.ID) },
	} {
		if err := do(); !is(err, models.ErrNotFound) {
			t.Errorf("%s another team's key: %v", sentence, err)
		}
	}
	expires := r.clock.Now().Add(time.Hour)
	r.exec(`UPDATE api_keys SET expires_at = ?`, expires.UnixMilli())
	r.exec(`UPDATE teams SET suspended = TRUE WHERE id = ?`, r.consumer)
	if terms, err := r.KeyTerms(ctx, hash); err != nil || !terms.ExpiresAt.Equal(expires) {
		t.Errorf("%+v, %v", terms, err)
	}
	if terms, err := r.TeamTerms(ctx, r.consumer); err != nil || !terms.Suspended || terms.Zone != time.UTC {
		t.Errorf("%+v, %v", terms, err)
	}
	if k, s, err := r.TeamCounts(ctx, r.consumer); k != 1 || s != 1 || err != nil {
		t.Errorf("%d keys and %d subscriptions, %v", k, s, err)
	}
	r.clock.Move(time.Hour)
	if k, _, err := r.TeamCounts(ctx, r.consumer); k != 0 || err != nil {
		t.Errorf("%d keys once it has expired, %v", k, err)
	}
	r.must(r.RevokeKey(ctx, r.carl, r.consumer, r.world.Key.ID))
	first, err := r.TeamKey(ctx, r.consumer, r.world.Key.ID)
	r.must(err)
	r.clock.Move(time.Hour)
	r.must(r.RevokeKey(ctx, r.carl, r.consumer, r.world.Key.ID))
	if got, _ := r.TeamKey(ctx, r.consumer, r.world.Key.ID); got.State != models.KeyRevoked || got.RevokedAt == nil || !got.RevokedAt.Equal(*first.RevokedAt) {
		t.Errorf("revoked again: %+v", got)
	}
	for _, name := range []string{"faregate.db", "faregate.db-wal"} {
		stored, err := os.ReadFile(filepath.Join(r.dir, name))
		if err != nil || strings.Contains(string(stored), r.world.Secret[11:42]) {
			t.Errorf("the secret is in %s; %v", name, err)
		}
	}
}

func TestKeyUse(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 1000)
	unused, err := r.CreateKey(ctx, r.carl, r.consumer, "unused", models.NewKeySecret(), models.KeyRules{})
	r.must(err)
	early := r.call(r.consumer, 20)
	r.clock.Move(time.Hour)
	since := r.clock.Now()
	late, last := r.call(r.consumer, 30), r.call(r.consumer, 5)
	for _, call := range []*models.Call{early, late, last} {
		call.Evidence = models.EvidenceCallerGone
	}
	check := func(when string, want models.KeyUse) {
		t.Helper()
		use, err := r.KeyUse(ctx, r.consumer, []models.Key{r.world.Key, unused}, since)
		if diff := cmp.Diff(map[string]models.KeyUse{r.world.Key.ID: want, unused.ID: {}}, use); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", when, err, diff)
		}
	}
	check("before any call", models.KeyUse{})
	r.settle(early)
	check("with an old call that nobody has counted", models.KeyUse{LastCall: early.ID})
	r.settle(late)
	r.must(r.FollowCalls(ctx, r.ids.Next(r.clock.Now())))
	check("with all counted", models.KeyUse{LastCall: late.ID, Calls: 1, Gone: 1, Spent: 30})
	r.settle(last)
	check("with a call that nobody has counted", models.KeyUse{LastCall: last.ID, Calls: 2, Gone: 2, Spent: 35})
}

func TestKeysAreFoundByStateAndText(t *testing.T) {
	r := newRig(t)
	add := func(name string, rules models.KeyRules) models.Key {
		key, err := r.CreateKey(ctx, r.carl, r.consumer, name, models.NewKeySecret(), rules)
		r.must(err)
		return key
	}
	soon := r.clock.Now().Add(time.Minute)
	add("100% import_job", models.KeyRules{})
	gone, turning := add("gone", models.KeyRules{}), add("turning", models.KeyRules{})
	add("over", models.KeyRules{ExpiresAt: &soon})
	r.must(r.RevokeKey(ctx, r.carl, r.consumer, gone.ID))
	_, err := r.RotateKey(ctx, r.carl, r.consumer, turning.ID, models.Rotation{Replaces: turning.Hint, Secret: models.NewKeySecret(), Overlap: models.OverlapHour})
	r.must(err)
	r.clock.Move(time.Minute)
	for _, row := range []struct {
		filter models.KeyFilter
		want   string
	}{
		{models.KeyFilter{}, "over turning gone 100% import_job test key"},
		{models.KeyFilter{State: models.KeyActive}, "100% import_job test key"},
		{models.KeyFilter{State: models.KeyRotating}, "turning"},
		{models.KeyFilter{State: models.KeyRevoked}, "gone"},
		{models.KeyFilter{State: models.KeyExpired}, "over"},
		{models.KeyFilter{Text: "R_"}, ""},
		{models.KeyFilter{Text: "0%"}, "100% import_job"},
		{models.KeyFilter{Text: "KEY"}, "test key"},
		{models.KeyFilter{Text: gone.Hint}, "gone"},
		{models.KeyFilter{Text: "carl"}, "over turning gone 100% import_job test key"},
		{models.KeyFilter{Text: "carl", State: models.KeyRevoked}, "gone"},
		{models.KeyFilter{Text: "pia"}, ""},
	} {
		var names []string
		for page := (models.Page{Limit: 2}); ; {
			keys, err := r.TeamKeys(ctx, r.consumer, row.filter, page)
			r.must(err)
			for _, k := range keys.Rows {
				names = append(names, k.Name)
				if row.filter.State != "" && k.StateAt(r.clock.Now()) != row.filter.State {
					t.Errorf("%s is %s", k.Name, k.StateAt(r.clock.Now()))
				}
			}
			if page.After = keys.Next; page.After == "" {
				break
			}
		}
		if got := strings.Join(names, " "); got != row.want {
			t.Errorf("%+v finds %q, want %q", row.filter, got, row.want)
		}
	}
	if keys, err := r.TeamKeys(ctx, r.provider, models.KeyFilter{Text: "carl"}, models.Page{}); err != nil || len(keys.Rows) != 0 {
		t.Errorf("another team finds %d, %v", len(keys.Rows), err)
	}
}

func TestWhichAPIsAKeyCalled(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 1000)
	r.settle(r.call(r.consumer, 20), r.call(r.consumer, 30))
	r.must(r.FollowCalls(ctx, r.ids.Next(r.clock.Now())))
	since := r.clock.Now()
	if apis, err := r.KeyAPIs(ctx, r.consumer, r.world.Key.ID, since); err != nil || len(apis) != 1 || apis[0] != (models.APICalls{Name: "Quotes", Slug: "quotes", Calls: 2}) {
		t.Errorf("%+v, %v", apis, err)
	}
	if apis, err := r.KeyAPIs(ctx, r.provider, r.world.Key.ID, since); err != nil || len(apis) != 0 {
		t.Errorf("another team: %+v, %v", apis, err)
	}
	if apis, err := r.KeyAPIs(ctx, r.consumer, r.world.Key.ID, since.Add(time.Hour)); err != nil || len(apis) != 0 {
		t.Errorf("later: %+v, %v", apis, err)
	}
	if spent, err := r.KeySpends(ctx, []string{r.world.Key.ID, "key_other"}); err != nil || len(spent) != 1 || spent[r.world.Key.ID].TotalSpent != 50 {
		t.Errorf("%+v, %v", spent, err)
	}
}

func TestAKeyThatIsOverTakesNoLimits(t *testing.T) {
	for _, row := range []struct {
		sentence string
		end      func(r *rig)
	}{
		{"a revoked key", func(r *rig) { r.must(r.RevokeKey(ctx, r.carl, r.consumer, r.world.Key.ID)) }},
		{"an expired key", func(r *rig) {
			soon := r.clock.Now().Add(time.Hour)
			r.must(r.SetKeyRules(ctx, r.carl, r.consumer, r.world.Key.ID, models.KeyRules{ExpiresAt: &soon}))
			r.clock.Move(time.Hour)
		}},
	} {
		r := newRig(t)
		row.end(r)
		if err := r.SetKeyRules(ctx, r.carl, r.consumer, r.world.Key.ID, models.KeyRules{}); !is(err, models.ErrConflict) {
			t.Errorf("%s: %v", row.sentence, err)
		}
	}
}

func TestAPIsThatKeysMayBeLimitedTo(t *testing.T) {
	r := newRig(t)
	offered := func(team string, kept ...models.KeyRules) int {
		t.Helper()
		apis, err := r.APIsForKeys(ctx, team, kept...)
		r.must(err)
		if len(apis) > 0 && apis[r.api].Slug != "quotes" {
			t.Errorf("offered are %+v", apis)
		}
		return len(apis)
	}
	if offered(r.consumer) != 1 || offered(r.provider) != 1 {
		t.Error("a subscription, or an API of the team's own, is not offered")
	}
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, r.world.Subscription.ID))
	r.must(r.SetProvider(ctx, models.System, r.provider, false))
	if offered(r.consumer) != 0 || offered(r.provider) != 0 {
		t.Error("an API that the team has no more is offered")
	}
	if offered(r.consumer, models.KeyRules{APIs: []string{r.api}}) != 1 || offered(r.consumer, models.KeyRules{Operations: []models.Operation{{APIID: r.api, Path: "/x"}}}) != 1 {
		t.Error("what a key is limited to already is not offered any more")
	}
}
