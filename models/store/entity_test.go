package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/store/storetest"
)

func is(err, target error) bool { return errors.Is(err, target) }

func TestUsers(t *testing.T) {
	r := newRig(t)
	ada, err := r.SignUp(ctx, models.Actor{RequestID: "req_7"}, models.NewUser{Name: "Ada", Email: "ada@example.test"}, "hash")
	r.must(err)
	got, err := r.User(ctx, ada.ID)
	if diff := cmp.Diff(ada, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if got, err := r.UserByEmail(ctx, " ADA@example.test "); err != nil || got.ID != ada.ID {
		t.Errorf("by address: %+v, %v", got, err)
	}
	if _, err := r.SignUp(ctx, models.System, models.NewUser{Name: "Eve", Email: "ada@example.test"}, "x"); !is(err, models.ErrConflict) {
		t.Errorf("the address again: %v", err)
	}
	names, err := r.UserNames(ctx, []string{ada.ID, "usr_nobody"})
	if err != nil || len(names) != 1 || names[ada.ID] != "Ada" {
		t.Errorf("%v, %v", names, err)
	}
	if names, err := r.UserNames(ctx, nil); err != nil || len(names) != 0 {
		t.Errorf("%v, %v", names, err)
	}
	root, err := r.AddAdministrator(ctx, models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	if err != nil || !root.Administrator || ada.Administrator {
		t.Errorf("%+v, %v", root, err)
	}
	r.exec(`UPDATE users SET deleted_at = 1 WHERE id = ?`, ada.ID)
	if _, err := r.User(ctx, ada.ID); !is(err, models.ErrNotFound) {
		t.Errorf("a user who was deleted: %v", err)
	}
	if _, err := r.UserByEmail(ctx, "ada@example.test"); !is(err, models.ErrNotFound) {
		t.Errorf("a user who was deleted: %v", err)
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE user_id = ? AND request_id = 'req_7' AND action = 'user.signed_up'`, ada.ID); n != 1 {
		t.Errorf("%d audit entries", n)
	}
}

func TestSetUp(t *testing.T) {
	r := newRig(t)
	needs := func(want bool) {
		t.Helper()
		if got, err := r.NeedsSetUp(ctx); err != nil || got != want {
			t.Errorf("needs set-up: %t, %v", got, err)
		}
	}
	valid := func(token string, want bool) {
		t.Helper()
		if got, err := r.ValidSetUp(ctx, token); err != nil || got != want {
			t.Errorf("%q is valid: %t, %v", token, got, err)
		}
	}
	needs(true)
	valid("", false)
	r.must(r.OfferSetUp(ctx, "old"))
	r.must(r.OfferSetUp(ctx, "new"))
	valid("old", false)
	valid("new", true)
	person := models.NewUser{Name: "Root", Email: "carl@example.test"}
	if _, err := r.SetUp(ctx, models.System, "old", person, "x"); !is(err, models.ErrForbidden) {
		t.Errorf("%v", err)
	}
	if _, err := r.SetUp(ctx, models.System, "new", person, "x"); !is(err, models.ErrConflict) {
		t.Errorf("an address that is taken: %v", err)
	}
	valid("new", true) // the failure did not use it up
	person.Email = "root@example.test"
	var made atomic.Int64
	var running sync.WaitGroup
	for range 5 {
		running.Go(func() {
			if user, err := r.SetUp(ctx, models.System, "new", person, "x"); err == nil && user.Administrator {
				made.Add(1)
			} else if !is(err, models.ErrForbidden) {
				t.Error(err)
			}
		})
	}
	running.Wait()
	if made.Load() != 1 {
		t.Errorf("the link was used %d times", made.Load())
	}
	needs(false)
	valid("new", false)
	valid("", false)
}

func TestTeams(t *testing.T) {
	r := newRig(t)
	slugs := map[string]bool{}
	for i := range 25 {
		team, err := r.CreateTeam(ctx, r.carl, "Same name!", false)
		r.must(err)
		if want := []string{"same-name", "same-name-2", "same-name-3"}; i < 3 && team.Slug != want[i] || slugs[team.Slug] || !strings.HasPrefix(team.Slug, "same-name") {
			t.Errorf("team %d is at %q", i, team.Slug)
		}
		slugs[team.Slug] = true
	}
	chosen, err := r.CreateTeamAt(ctx, r.carl, "Chosen", "here", true)
	if err != nil || chosen.Slug != "here" || !chosen.Provider {
		t.Errorf("%+v, %v", chosen, err)
	}
	if _, err := r.CreateTeamAt(ctx, r.carl, "Other", "here", false); !is(err, models.ErrConflict) {
		t.Errorf("the address again: %v", err)
	}
	if _, err := r.CreateTeam(ctx, models.Actor{UserID: "usr_nobody"}, "X", false); !is(err, models.ErrNotFound) {
		t.Errorf("a team of nobody: %v", err)
	}
	m, err := r.Membership(ctx, r.carl.UserID, "here")
	if err != nil || m.Role != models.RoleOwner || m.Team.ID != chosen.ID || !m.Team.CreatedAt.Equal(r.clock.Now()) {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := r.Membership(ctx, r.pia.UserID, "here"); !is(err, models.ErrNotFound) {
		t.Errorf("a stranger learns of the team: %v", err)
	}
	if byID, err := r.MembershipByID(ctx, r.carl.UserID, chosen.ID); err != nil || byID != m {
		t.Errorf("by its id: %+v, %v", byID, err)
	}
	if _, err := r.MembershipByID(ctx, r.pia.UserID, chosen.ID); !is(err, models.ErrNotFound) {
		t.Errorf("a stranger learns of the team by its id: %v", err)
	}
	all, err := r.Memberships(ctx, r.pia.UserID)
	if err != nil || len(all) != 1 || all[0].Team.ID != r.provider || all[0].Role != models.RoleOwner {
		t.Errorf("%+v, %v", all, err)
	}
	if w := r.wallet(chosen.ID); w != (models.Wallet{TeamID: chosen.ID}) {
		t.Errorf("a new wallet: %+v", w)
	}
	r.exec(`INSERT INTO members VALUES (?, ?, 'developer', 1)`, chosen.ID, r.pia.UserID)
	payers, err := r.Payers(ctx, chosen.ID)
	if err != nil || len(payers) != 1 || payers[0].ID != r.carl.UserID {
		t.Errorf("who may pay: %+v, %v", payers, err)
	}
	r.must(r.SetProvider(ctx, models.System, chosen.ID, false))
	r.must(r.SetStripeCustomer(ctx, chosen.ID, "cus_1"))
	r.must(r.SetStripeCustomer(ctx, chosen.ID, "cus_2"))
	r.must(r.ForgetStripeCustomer(ctx, chosen.ID, "cus_2"))
	if got, err := r.TeamBySlug(ctx, "here"); err != nil || got.Provider || got.StripeCustomerID != "cus_1" {
		t.Errorf("%+v, %v", got, err)
	}
	if err := r.SetProvider(ctx, models.System, "team_nothing", true); !is(err, models.ErrNotFound) {
		t.Errorf("%v", err)
	}
	list, err := r.Teams(ctx, "Chosen", models.Page{})
	if err != nil || len(list.Rows) != 1 || list.Rows[0].Members != 2 || list.Rows[0].Team.ID != chosen.ID {
		t.Errorf("%+v, %v", list, err)
	}
	r.exec(`UPDATE teams SET deleted_at = 1 WHERE id = ?`, chosen.ID)
	if _, err := r.TeamBySlug(ctx, "here"); !is(err, models.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if _, err := r.Membership(ctx, r.carl.UserID, "here"); !is(err, models.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if _, err := r.MembershipByID(ctx, r.carl.UserID, chosen.ID); !is(err, models.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestSessions(t *testing.T) {
	r := newRig(t)
	session := models.Session{TokenHash: []byte("hash"), UserID: r.carl.UserID, Data: []byte("a"), CreatedAt: r.clock.Now(), ExpiresAt: r.clock.Now().Add(time.Hour)}
	r.must(r.SaveSession(ctx, session))
	session.Data = []byte("b")
	r.must(r.SaveSession(ctx, session))
	got, err := r.Session(ctx, session.TokenHash)
	if diff := cmp.Diff(session, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	r.clock.Move(time.Hour - time.Millisecond)
	if _, err := r.Session(ctx, session.TokenHash); err != nil {
		t.Errorf("in its last millisecond: %v", err)
	}
	r.clock.Move(time.Millisecond)
	if _, err := r.Session(ctx, session.TokenHash); !is(err, models.ErrNotFound) {
		t.Errorf("once it is over: %v", err)
	}
	for want := int64(1); want >= 0; want-- {
		if n, err := r.DropExpiredSessions(ctx); err != nil || n != want {
			t.Errorf("%d were dropped, %v", n, err)
		}
	}
	session.ExpiresAt = r.clock.Now().Add(time.Hour)
	r.must(r.SaveSession(ctx, session))
	r.must(r.DeleteSession(ctx, session.TokenHash))
	r.must(r.DeleteSession(ctx, session.TokenHash))
	if _, err := r.Session(ctx, session.TokenHash); !is(err, models.ErrNotFound) {
		t.Errorf("once it was ended: %v", err)
	}
}

func TestKeys(t *testing.T) {
	r := newRig(t)
	hash, err := models.HashKey(r.world.Secret)
	r.must(err)
	terms, err := r.KeyTerms(ctx, hash)
	if want := (billing.KeyTerms{ID: r.world.Key.ID, Name: "test key", TeamID: r.consumer, State: models.KeyActive}); err != nil || terms != want {
		t.Errorf("%+v, %v", terms, err)
	}
	if _, err := r.KeyTerms(ctx, models.KeyHash{}); !is(err, models.ErrNotFound) {
		t.Errorf("a key that was never issued: %v", err)
	}
	if _, err := r.CreateKey(ctx, r.carl, r.consumer, "again", r.world.Secret); !is(err, models.ErrConflict) {
		t.Errorf("the same secret: %v", err)
	}
	if _, err := r.CreateKey(ctx, r.carl, r.consumer, "bad", "fg_live_x"); !is(err, models.ErrNotAKey) {
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
	if terms, err := r.KeyTerms(ctx, hash); err != nil || !terms.ExpiresAt.Equal(expires) || !terms.TeamSuspended {
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
	unused, err := r.CreateKey(ctx, r.carl, r.consumer, "unused", models.NewKeySecret())
	r.must(err)
	early := r.call(r.consumer, 20)
	r.clock.Move(time.Hour)
	since := r.clock.Now()
	late := r.call(r.consumer, 30)
	r.settle(early, late)
	r.must(r.FollowCalls(ctx, r.ids.Next(r.clock.Now())))
	use, err := r.KeyUse(ctx, r.consumer, []models.Key{r.world.Key, unused}, since)
	want := map[string]models.KeyUse{r.world.Key.ID: {LastCall: late.ID, Calls: 1, Spent: 30}, unused.ID: {}}
	if diff := cmp.Diff(want, use); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestAPIs(t *testing.T) {
	r := newRig(t)
	draft := models.APIDraft{Name: "Weather", Slug: "weather", Summary: "s", Description: "d", ExamplePath: "/now", Visibility: models.Public, UpstreamURL: "http://one.test", Price: 10}
	made, err := r.CreateAPI(ctx, r.pia, r.provider, draft)
	r.must(err)
	if _, err := r.CreateAPI(ctx, r.pia, r.provider, draft); !is(err, models.ErrConflict) {
		t.Errorf("the slug again: %v", err)
	}
	if routes, err := r.APIRoutes(ctx, made.API.ID); err != nil || len(routes) != 0 {
		t.Errorf("a draft has routes: %+v, %v", routes, err)
	}
	if _, err := r.RunningRelease(ctx, made.Version.ID); !is(err, models.ErrNotFound) {
		t.Errorf("a draft has a release: %v", err)
	}
	if stats, err := r.APIStats(ctx, []string{made.API.ID}, 1); err != nil || stats[made.API.ID].Running.ID != "" {
		t.Errorf("%+v, %v", stats, err)
	}
	release, err := r.PublishAPI(ctx, r.pia, r.provider, made.API.ID, "first")
	if err != nil || release.Number != 1 || release.UpstreamURL != "http://one.test" || release.Price != 10 || release.CreatedBy != r.pia.UserID {
		t.Errorf("%+v, %v", release, err)
	}
	route := func() billing.Route {
		t.Helper()
		routes, err := r.APIRoutes(ctx, made.API.ID)
		r.must(err)
		if len(routes) != 1 {
			t.Fatalf("%+v", routes)
		}
		return routes[0]
	}
	want := billing.Route{APISlug: "weather", APIName: "Weather", VersionName: "v1", UpstreamURL: "http://one.test", Prices: map[string]models.Nano{made.Plan.ID: 10},
		Terms: billing.VersionTerms{APIID: made.API.ID, VersionID: made.Version.ID, ReleaseID: release.ID, OwnerTeamID: r.provider, Visibility: models.Public, State: models.Published}}
	if diff := cmp.Diff(want, route()); diff != "" {
		t.Errorf("the route\n%s", diff)
	}
	// Texts and visibility are seen at once; upstream and price wait for the next publish.
	draft.Name, draft.Visibility, draft.UpstreamURL, draft.Price = "Weather 2", models.Internal, "http://two.test", 20
	r.must(r.EditAPI(ctx, r.pia, r.provider, made.API.ID, draft))
	want.APIName, want.Terms.Visibility = "Weather 2", models.Internal
	if diff := cmp.Diff(want, route()); diff != "" {
		t.Errorf("the route after an edit\n%s", diff)
	}
	second, err := r.PublishAPI(ctx, r.pia, r.provider, made.API.ID, "second")
	r.must(err)
	want.UpstreamURL, want.Prices, want.Terms.ReleaseID = "http://two.test", map[string]models.Nano{made.Plan.ID: 20}, second.ID
	if diff := cmp.Diff(want, route()); diff != "" || second.Number != 2 {
		t.Errorf("the route after the second publish\n%s", diff)
	}
	listing, err := r.TeamAPI(ctx, r.provider, "weather")
	if err != nil || listing.API.Name != "Weather 2" || listing.Version.State != models.Published || listing.Plan.Price != 20 || listing.TeamName != "Providers" {
		t.Errorf("%+v, %v", listing, err)
	}
	if same, err := r.APIOfVersion(ctx, made.Version.ID); err != nil || !cmp.Equal(same, listing) {
		t.Errorf("%+v, %v", same, err)
	}
	if routes, err := r.Routes(ctx); err != nil || len(routes) != 2 {
		t.Errorf("%d routes in all, %v", len(routes), err)
	}
	for sentence, do := range map[string]func() error{
		"reading":    func() error { _, err := r.TeamAPI(ctx, r.consumer, "weather"); return err },
		"editing":    func() error { return r.EditAPI(ctx, r.carl, r.consumer, made.API.ID, draft) },
		"publishing": func() error { _, err := r.PublishAPI(ctx, r.carl, r.consumer, made.API.ID, ""); return err },
	} {
		if err := do(); !is(err, models.ErrNotFound) {
			t.Errorf("%s another team's API: %v", sentence, err)
		}
	}
	r.exec(`UPDATE versions SET state = 'retired'`)
	var sentence models.Sentence
	if _, err := r.PublishAPI(ctx, r.pia, r.provider, made.API.ID, ""); !errors.As(err, &sentence) {
		t.Errorf("a retired version was published: %v", err)
	}
	if routes, err := r.APIRoutes(ctx, made.API.ID); err != nil || len(routes) != 1 || routes[0].Terms.State != models.Retired {
		t.Errorf("a retired version answers 410 and so needs its route: %+v, %v", routes, err)
	}
}

func TestOneLiveSubscriptionPerTeamAndAPI(t *testing.T) {
	r := newRig(t)
	if _, err := r.Subscribe(ctx, r.carl, r.consumer, r.api); !is(err, models.ErrConflict) {
		t.Errorf("a second one: %v", err)
	}
	for range 2 {
		live, found, err := r.LiveSubscription(ctx, r.consumer, r.api)
		if err != nil || !found {
			t.Fatalf("%+v, %t, %v", live, found, err)
		}
		terms, err := r.SubscriptionTerms(ctx, r.consumer, r.api)
		if want := (billing.SubscriptionTerms{ID: live.ID, PlanID: r.world.API.Plan.ID, State: models.Active, Price: 20}); err != nil || terms != want {
			t.Errorf("%+v, %v", terms, err)
		}
		if err := r.EndSubscription(ctx, r.pia, r.provider, live.ID); !is(err, models.ErrNotFound) {
			t.Errorf("another team ended it: %v", err)
		}
		r.must(r.EndSubscription(ctx, r.carl, r.consumer, live.ID))
		if err := r.EndSubscription(ctx, r.carl, r.consumer, live.ID); !is(err, models.ErrConflict) {
			t.Errorf("ended again: %v", err)
		}
		if terms, err := r.SubscriptionTerms(ctx, r.consumer, r.api); err != nil || terms != (billing.SubscriptionTerms{}) {
			t.Errorf("once it has ended: %+v, %v", terms, err)
		}
		if _, found, err := r.LiveSubscription(ctx, r.consumer, r.api); found || err != nil {
			t.Errorf("once it has ended: %t, %v", found, err)
		}
		row, err := r.TeamSubscription(ctx, r.consumer, live.ID)
		if err != nil || row.Subscription.State != models.Ended || row.Subscription.EndedAt == nil || row.APISlug != "quotes" || row.Price != 20 {
			t.Errorf("%+v, %v", row, err)
		}
		var taken atomic.Int64
		var running sync.WaitGroup
		for range 10 {
			running.Go(func() {
				switch _, err := r.Subscribe(ctx, r.carl, r.consumer, r.api); {
				case err == nil:
					taken.Add(1)
				case !is(err, models.ErrConflict):
					t.Error(err)
				}
			})
		}
		running.Wait()
		if n := r.number(`SELECT COUNT(*) FROM subscriptions WHERE state = 'active'`); taken.Load() != 1 || n != 1 {
			t.Errorf("%d took one and %d are there", taken.Load(), n)
		}
	}
	if _, err := r.TeamSubscription(ctx, r.provider, r.world.Subscription.ID); !is(err, models.ErrNotFound) {
		t.Errorf("another team's: %v", err)
	}
	if _, err := r.Subscribe(ctx, r.carl, "team_nothing", r.api); !is(err, models.ErrNotFound) {
		t.Errorf("a team that is not there: %v", err)
	}
}

func TestCalls(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 100)
	if last, err := r.LastCallID(ctx); last != 0 || err != nil {
		t.Errorf("%d, %v", last, err)
	}
	call := r.call(r.consumer, 20)
	call.ReleaseID, call.PlanID, call.SubscriptionID, call.Hold, call.DurationMicros, call.RequestBytes, call.ResponseBytes = "rel", "plan", "sub", 25, 1, 2, 3
	r.settle(call)
	got, err := r.TeamCall(ctx, r.consumer, call.ID)
	if diff := cmp.Diff(*call, got.Call); err != nil || diff != "" || got.Call.Hour != models.HourOf(r.clock.Now()) {
		t.Errorf("%v\n%s", err, diff)
	}
	if got.APISlug != "quotes" || got.VersionName != "v1" || got.KeyHint != r.world.Key.Hint {
		t.Errorf("%+v", got)
	}
	if _, err := r.TeamCall(ctx, r.provider, call.ID); !is(err, models.ErrNotFound) {
		t.Errorf("another team's call: %v", err)
	}
	if last, err := r.LastCallID(ctx); last != call.ID || err != nil {
		t.Errorf("%d, %v", last, err)
	}
}

func TestDenialsOfAMinuteAreOneRow(t *testing.T) {
	r := newRig(t)
	d := models.Denial{ID: models.NewID(models.KindDenial), TeamID: r.consumer, KeyID: r.world.Key.ID, APIID: r.api, VersionID: "v", Code: "insufficient_credits",
		Method: "GET", Path: "/a", Price: 20, Required: 20, Available: 3, Held: 1, Count: 2, CreatedAt: r.clock.Now()}
	more := d
	more.Count, more.Required, more.Path = 5, 30, "/b"
	less := d
	less.Count, less.Required = 1, 10
	unknown := d
	unknown.ID, unknown.APIID = models.NewID(models.KindDenial), ""
	r.must(r.SaveDenials(ctx, []models.Denial{d, more, unknown}))
	r.must(r.SaveDenials(ctx, []models.Denial{less}))
	got, err := r.TeamDenials(ctx, r.consumer, 10)
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	d.Count, d.Required = 8, 30
	if diff := cmp.Diff(models.DenialListing{Denial: d, APIName: "Quotes", KeyName: "test key"}, got[1]); diff != "" {
		t.Error(diff)
	}
	if got[0].APIName != "" {
		t.Errorf("%+v", got[0])
	}
}

func TestTopups(t *testing.T) {
	r := newRig(t)
	topup, err := r.CreateTopup(ctx, r.carl, models.Topup{TeamID: r.consumer, Amount: 100, Currency: models.USD, DenialRef: "dny_x", State: models.TopupCredited})
	if err != nil || topup.State != models.TopupCreated || topup.UserID != r.carl.UserID || !topup.ExpiresAt.Equal(r.clock.Now().Add(billing.CheckoutLife)) {
		t.Errorf("%+v, %v", topup, err)
	}
	if got, err := r.Topup(ctx, topup.ID); err != nil || !cmp.Equal(got, topup) {
		t.Errorf("%v\n%s", err, cmp.Diff(topup, got))
	}
	page := billing.Checkout{ID: "cs_1", URL: "https://pay.test"}
	r.must(r.OpenTopup(ctx, topup.ID, page))
	r.must(r.OpenTopup(ctx, topup.ID, page)) // a double click
	if err := r.OpenTopup(ctx, topup.ID, billing.Checkout{ID: "cs_2"}); !is(err, models.ErrConflict) {
		t.Errorf("a second page: %v", err)
	}
	if err := r.OpenTopup(ctx, "tu_nothing", page); !is(err, models.ErrNotFound) {
		t.Errorf("a page of nothing: %v", err)
	}
	slow := r.topup("cs_slow", 100)
	r.exec(`UPDATE topups SET state = 'expired', checkout_id = '' WHERE id = ?`, slow.ID)
	r.must(r.OpenTopup(ctx, slow.ID, billing.Checkout{ID: "cs_late"})) // it can be paid, so it must be found
	for _, row := range []struct{ sentence, checkout, intent, want string }{
		{"by its checkout", "cs_1", "", topup.ID},
		{"by its payment intent", "", "pi_1", topup.ID},
		{"by either", "cs_none", "pi_1", topup.ID},
		{"late", "cs_late", "", slow.ID},
		{"one that is not ours", "cs_none", "pi_none", ""},
		{"without a name", "", "", ""},
	} {
		r.exec(`UPDATE topups SET payment_intent_id = 'pi_1' WHERE id = ?`, topup.ID)
		got, err := r.TopupByPayment(ctx, row.checkout, row.intent)
		if got.ID != row.want || (row.want == "") != is(err, models.ErrNotFound) {
			t.Errorf("%s: %q, %v", row.sentence, got.ID, err)
		}
	}
	r.must(r.MoveTopup(ctx, topup.ID, models.TopupProcessing, "card_declined"))
	open, err := r.OpenTopups(ctx, "", 10)
	if err != nil || len(open) != 2 || open[0].DeclineCode != "card_declined" || open[0].State != models.TopupProcessing {
		t.Errorf("%+v, %v", open, err)
	}
	if rest, err := r.OpenTopups(ctx, open[0].ID, 10); err != nil || len(rest) != 1 || rest[0].ID != open[1].ID {
		t.Errorf("%+v, %v", rest, err)
	}
	if done, err := r.CreditTopup(ctx, topup.ID, "pi_1"); !done || err != nil {
		t.Error(done, err)
	}
	for _, state := range []models.TopupState{models.TopupExpired, models.TopupFailed, models.TopupCheckoutOpen} {
		r.must(r.MoveTopup(ctx, topup.ID, state, "x"))
		if got, _ := r.Topup(ctx, topup.ID); got.State != models.TopupCredited || got.DeclineCode != "" {
			t.Errorf("a credited top-up was moved to %s: %+v", state, got)
		}
	}
	r.must(r.MoveTopup(ctx, slow.ID, models.TopupExpired, ""))
	if open, err := r.OpenTopups(ctx, "", 10); err != nil || len(open) != 0 {
		t.Errorf("%+v, %v", open, err)
	}
	if done, err := r.CreditTopup(ctx, slow.ID, "pi_2"); !done || err != nil {
		t.Errorf("paid after it expired: %t, %v", done, err)
	}
	r.prove()
}

func TestPaymentEvents(t *testing.T) {
	r := newRig(t)
	event := models.PaymentEvent{ID: "evt_2", Type: "x", Raw: []byte("{}"), State: models.EventReceived, ReceivedAt: r.clock.Now(), CheckoutID: "cs", PaymentIntentID: "pi", TopupID: "tu"}
	r.must(r.SaveEvent(ctx, event))
	copied := event
	copied.Raw = []byte("another")
	r.must(r.SaveEvent(ctx, copied)) // the first one stays
	older := event
	older.ID = "evt_1"
	r.must(r.SaveEvent(ctx, older))
	waiting, err := r.WaitingEvents(ctx, "evt_1", 10)
	if diff := cmp.Diff([]models.PaymentEvent{event}, waiting); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	r.must(r.FinishEvent(ctx, "evt_2", models.EventReceived, errors.New("away")))
	waiting, err = r.WaitingEvents(ctx, "", 10)
	if err != nil || len(waiting) != 2 || waiting[1].Attempts != 1 || waiting[1].LastError != "away" || waiting[1].HandledAt != nil {
		t.Errorf("%+v, %v", waiting, err)
	}
	r.must(r.FinishEvent(ctx, "evt_2", models.EventHandled, nil))
	r.must(r.FinishEvent(ctx, "evt_2", models.EventReceived, errors.New("too late")))
	r.must(r.FinishEvent(ctx, "evt_1", models.EventFailed, errors.New("mismatch")))
	if waiting, err := r.WaitingEvents(ctx, "", 10); err != nil || len(waiting) != 0 {
		t.Errorf("%+v, %v", waiting, err)
	}
	if n := r.number(`SELECT COUNT(*) FROM payment_events WHERE state = 'handled' AND last_error = '' AND handled_at > 0`); n != 1 {
		t.Errorf("%d are handled", n)
	}
}

func TestOutboxMessagesComeAgainUntilTheyAreDoneOrDead(t *testing.T) {
	r := newRig(t)
	done, err := r.CreditTopup(ctx, r.topup("cs_1", 100).ID, "pi_1")
	if !done || err != nil {
		t.Fatal(done, err)
	}
	due := func(want int) models.OutboxMessage {
		t.Helper()
		got, err := r.DueMessages(ctx, 10)
		if err != nil || len(got) != want {
			t.Fatalf("%d are due, want %d; %v", len(got), want, err)
		}
		return append(got, models.OutboxMessage{})[0]
	}
	message := due(1)
	r.must(r.RetryMessage(ctx, message, errors.New("no mail today"), time.Minute, false))
	due(0)
	r.clock.Move(time.Minute - time.Millisecond)
	due(0)
	r.clock.Move(time.Millisecond)
	again := due(1)
	if again.Attempts != 1 || again.LastError != "no mail today" || again.ID != message.ID || string(again.Payload) != string(message.Payload) {
		t.Errorf("%+v", again)
	}
	r.must(r.RetryMessage(ctx, again, errors.New("never"), 0, true))
	due(0)
	r.clock.Move(1000 * time.Hour)
	due(0)
	if n := r.number(`SELECT COUNT(*) FROM outbox_messages WHERE state = 'dead' AND attempts = 2`); n != 1 {
		t.Errorf("%d are dead", n)
	}
	r.exec(`UPDATE outbox_messages SET state = 'queued', due_at = 1`)
	r.must(r.FinishMessage(ctx, due(1).ID))
	due(0)
	r.must(r.SaveMail(ctx, models.Mail{ID: "msg_1", Recipient: "a@b", Subject: "first"}))
	r.must(r.SaveMail(ctx, models.Mail{ID: "msg_1", Subject: "second"}))
	mails, err := r.Mails(ctx, models.Page{})
	if err != nil || len(mails.Rows) != 1 || mails.Rows[0].Subject != "first" || !mails.Rows[0].CreatedAt.Equal(r.clock.Now()) {
		t.Errorf("%+v, %v", mails, err)
	}
}

func TestTimesAreKeptAsMillisecondsInUTC(t *testing.T) {
	instant := time.Date(2026, 3, 29, 2, 59, 59, 999e6, time.FixedZone("summer", 7200))
	clock := modeltest.NewClock(instant)
	s := storetest.Open(t, clock)
	user, err := s.SignUp(ctx, models.System, models.NewUser{Name: "A", Email: "a@b.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.User(ctx, user.ID)
	if err != nil || !got.CreatedAt.Equal(instant) || got.CreatedAt.Location() != time.UTC || got.DeletedAt != nil {
		t.Errorf("%s became %s, %v", instant, got.CreatedAt, err)
	}
	if currency, err := s.Currency(ctx); err != nil || currency != models.USD {
		t.Errorf("%s, %v", currency, err)
	}
}

func TestEveryActIsInTheAudit(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 1)
	topup := r.topup("cs_1", 1)
	_, err := r.CreditTopup(ctx, topup.ID, "pi_1")
	r.must(err)
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, r.world.Subscription.ID))
	r.must(r.RevokeKey(ctx, r.carl, r.consumer, r.world.Key.ID))
	r.must(r.SetProvider(ctx, models.System, r.consumer, true))
	r.must(r.EditAPI(ctx, r.pia, r.provider, r.api, models.APIDraft{Name: "Q", Visibility: models.Public}))
	_, err = r.AddAdministrator(ctx, models.NewUser{Email: "x@y.test"}, "x")
	r.must(err)
	for _, action := range []models.AuditAction{models.AuditInstallationSetUp, models.AuditUserSignedUp, models.AuditTeamCreated, models.AuditTeamProvider,
		models.AuditCreditGranted, models.AuditAPICreated, models.AuditAPIEdited, models.AuditVersionPublished, models.AuditSubscribed,
		models.AuditSubscriptionEnded, models.AuditKeyCreated, models.AuditKeyRevoked, models.AuditTopupCreated, models.AuditTopupCredited} {
		if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = ?`, string(action)); n == 0 {
			t.Errorf("%s is not recorded", action)
		}
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE details LIKE ?`, fmt.Sprintf("%%%s%%", r.world.Secret[12:])); n != 0 {
		t.Error("a secret is in the audit")
	}
}

func TestALostStripeCustomerIsForgottenOnce(t *testing.T) {
	for _, row := range []struct{ sentence, forget, left string }{
		{"the one that is lost goes, and another can come", "cus_lost", "cus_new"},
		{"one that was replaced meanwhile stays", "cus_older", "cus_lost"},
		{"of another spelling it stays", "CUS_LOST", "cus_lost"},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			r := newRig(t)
			team, err := r.CreateTeam(ctx, r.carl, "Payers", false)
			r.must(err)
			other, err := r.CreateTeam(ctx, r.carl, "Others", false)
			r.must(err)
			for _, id := range []string{team.ID, other.ID} {
				r.must(r.SetStripeCustomer(ctx, id, "cus_lost"))
			}
			r.must(r.ForgetStripeCustomer(ctx, team.ID, row.forget))
			r.must(r.SetStripeCustomer(ctx, team.ID, "cus_new"))
			if got, err := r.TeamBySlug(ctx, team.Slug); err != nil || got.StripeCustomerID != row.left {
				t.Errorf("the team's customer is %q, want %q: %v", got.StripeCustomerID, row.left, err)
			}
			if got, err := r.TeamBySlug(ctx, other.Slug); err != nil || got.StripeCustomerID != "cus_lost" {
				t.Errorf("another team's customer became %q, %v", got.StripeCustomerID, err)
			}
		})
	}
}
