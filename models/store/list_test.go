package store_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/faregate/faregate/models"
)

// Who sees which API: every viewer × visibility × state, by each of the ways to one.
func TestVisibility(t *testing.T) {
	r := newRig(t)
	stranger, err := r.SignUp(ctx, models.System, models.NewUser{Name: "S", Email: "s@example.test"}, "x")
	r.must(err)
	other, err := r.CreateTeam(ctx, models.Actor{UserID: stranger.ID}, "Strangers", false)
	r.must(err)
	pias, err := r.CreateTeam(ctx, r.pia, "Pia's other team", false)
	r.must(err)
	r.exec(`INSERT INTO api_shares (api_id, team_id) VALUES (?, ?)`, r.api, r.consumer)
	for _, who := range []struct {
		name, user, team string
		signedIn, member bool
		shared           bool // it is shared with a team of theirs
	}{
		{"nobody", "", "", false, false, false},
		{"a token of another team", "", other.ID, true, false, false},
		{"a token of the owner's team", "", r.provider, true, true, false},
		{"a token of a team that it is shared with", "", r.consumer, true, false, true},
		{"a stranger", stranger.ID, other.ID, true, false, false},
		{"a member of a team that it is shared with", r.carl.UserID, r.consumer, true, false, true},
		{"a member, for the owner's team", r.pia.UserID, r.provider, true, true, false},
		{"a member, for another team", r.pia.UserID, pias.ID, true, true, false},
	} {
		for _, visibility := range models.Visibilities() {
			for _, state := range []models.VersionState{models.Draft, models.InReview, models.Published, models.Deprecated, models.Retired} {
				r.exec(`UPDATE apis SET visibility = ?`, visibility)
				r.exec(`UPDATE versions SET state = ?`, state)
				r.exec(`UPDATE subscriptions SET state = 'ended'`)
				sees := visibility == models.Public || visibility == models.Internal && who.signedIn || visibility == models.Shared && who.shared || who.member
				hasPage := sees && (state == models.Published || state == models.Deprecated || state == models.Retired)
				isListed := hasPage && state != models.Retired
				var refusal error
				switch {
				case !hasPage:
					refusal = models.ErrNotFound
				case who.team == r.provider:
					refusal = models.ErrOwnAPI
				case visibility == models.Private, visibility == models.Shared && who.team != r.consumer:
					refusal = models.ErrPrivateAPI
				case state != models.Published:
					refusal = models.ErrNoNewSubscribers
				}
				at := fmt.Sprintf("%s, a %s API that is %s", who.name, visibility, state)

				viewer, actor := models.Viewer{UserID: who.user}, models.Actor{UserID: who.user}
				if who.user == "" && who.team != "" {
					viewer, actor = models.Viewer{TeamID: who.team}, models.Actor{TokenID: "tok_1"}
				}
				list, err := r.Catalogue(ctx, viewer, "quo", models.Page{})
				if err != nil || (len(list.Rows) == 1) != isListed {
					t.Errorf("%s: %d are listed, %v", at, len(list.Rows), err)
				}
				if rows, err := r.CatalogueRows(ctx, viewer, []string{r.api, "api_none"}); err != nil || (len(rows) == 1) != isListed {
					t.Errorf("%s: %d of what a search found are shown, %v", at, len(rows), err)
				}
				if changes, err := r.CatalogueChanges(ctx, viewer, "quotes", 10); err != nil || (len(changes) == 1) != hasPage {
					t.Errorf("%s: %d changes are told, %v", at, len(changes), err)
				}
				if who.user != "" {
					if err := r.SetFavourite(ctx, who.user, r.api, true); (err == nil) != hasPage || err != nil && !is(err, models.ErrNotFound) {
						t.Errorf("%s: a favourite: %v", at, err)
					}
				}
				if _, err := r.CatalogueAPI(ctx, viewer, "quotes"); (err == nil) != hasPage || err != nil && !is(err, models.ErrNotFound) {
					t.Errorf("%s: its page: %v", at, err)
				}
				if who.signedIn {
					if _, err := r.Subscribe(ctx, actor, who.team, r.api, models.PlanChoice{}); !is(err, refusal) {
						t.Errorf("%s: subscribing: %v", at, err)
					}
				}
			}
		}
	}
	r.exec(`UPDATE apis SET visibility = 'public', deleted_at = 1`)
	r.exec(`UPDATE versions SET state = 'published'`)
	if _, err := r.CatalogueAPI(ctx, models.Viewer{UserID: r.pia.UserID}, "quotes"); !is(err, models.ErrNotFound) {
		t.Errorf("an API that was deleted: %v", err)
	}
}

func TestSearchTakesEveryWordLiterally(t *testing.T) {
	r := newRig(t)
	for slug, name := range map[string]string{"percent": "100% sure", "under": "under_score", "back": `back\slash`, "plain": "Plain words"} {
		api, err := r.CreateAPI(ctx, r.pia, r.provider, models.APIDraft{Name: name, Slug: slug, Summary: "About " + slug, Visibility: models.Public, UpstreamURL: "http://x"})
		r.must(err)
		_, err = r.PublishAPI(ctx, r.pia, r.provider, api.API.ID, "")
		r.must(err)
	}
	for text, want := range map[string]string{
		"":              "back percent plain quotes under",
		"%":             "percent",
		"_":             "under",
		`\`:             "back",
		"100%":          "percent",
		"r_s":           "under",
		"PLAIN":         "plain",
		"words plain":   "plain",
		"words missing": "",
		"providers":     "back percent plain quotes under",
		"about back":    "back",
		"' OR 1=1 --":   "",
	} {
		got, err := r.Catalogue(ctx, models.Viewer{}, text, models.Page{})
		r.must(err)
		var slugs []string
		for _, row := range got.Rows {
			slugs = append(slugs, row.API.Slug)
		}
		slices.Sort(slugs)
		if strings.Join(slugs, " ") != want {
			t.Errorf("%q finds %v, want %q", text, slugs, want)
		}
	}
	for text, want := range map[string]int{"": 2, "%": 0, "ONSUM": 1, "prov": 1} {
		if got, err := r.Teams(ctx, text, models.Page{}); err != nil || len(got.Rows) != want {
			t.Errorf("%q finds %d teams, %v", text, len(got.Rows), err)
		}
	}
}

// Every list, followed page by page with any size, gives every row once and newest first.
func TestPagesHaveNoGapsAndNoRepeats(t *testing.T) {
	r := newRig(t)
	const n = 13
	for i := range n {
		_, err := r.CreateAPI(ctx, r.pia, r.provider, models.APIDraft{Name: "A", Slug: fmt.Sprint("a", i), Visibility: models.Public, UpstreamURL: "http://x"})
		r.must(err)
		_, err = r.CreateKey(ctx, r.carl, r.consumer, "k", models.NewKeySecret(), models.KeyRules{})
		r.must(err)
		r.topup(fmt.Sprint("cs", i), 1)
		r.must(r.KeepMail(ctx, models.Mail{ID: models.NewID(models.KindMessage)}))
		_, err = r.CreateTeam(ctx, r.carl, "T", false)
		r.must(err)
		r.grant(r.consumer, models.Nano(i+1))
	}
	// A movement of two entries on one wallet is one line of the statement.
	r.exec(`INSERT INTO ledger_transactions SELECT 'txn_two', 'two', 'grant', team_id, 'two', '', '', created_at FROM ledger_transactions LIMIT 1`)
	r.exec(`INSERT INTO ledger_entries (transaction_id, account, team_id, amount) VALUES ('txn_two', 'wallet:paid', ?, 5), ('txn_two', 'wallet:promo', ?, -3), ('txn_two', 'bank', '', -2)`, r.consumer, r.consumer)
	r.exec(`UPDATE versions SET state = 'published', running_release_id = 'x'`)
	r.exec(`UPDATE subscriptions SET state = 'ended'`)
	rows, err := r.Catalogue(ctx, models.Viewer{}, "", models.Page{Limit: 100})
	r.must(err)
	for _, row := range rows.Rows {
		_, err := r.Subscribe(ctx, r.carl, r.consumer, row.API.ID, models.PlanChoice{})
		r.must(err)
	}
	lists := map[string]struct {
		want int
		read func(models.Page) ([]string, string, error)
	}{
		"catalogue": {n + 1, func(p models.Page) ([]string, string, error) {
			got, err := r.Catalogue(ctx, models.Viewer{}, "", p)
			return keys(got.Rows, func(x models.APIListing) string { return x.API.ID }), got.Next, err
		}},
		"team's APIs": {n + 1, func(p models.Page) ([]string, string, error) {
			got, err := r.TeamAPIs(ctx, r.provider, p)
			return keys(got.Rows, func(x models.APIListing) string { return x.API.ID }), got.Next, err
		}},
		"keys": {n + 1, func(p models.Page) ([]string, string, error) {
			got, err := r.TeamKeys(ctx, r.consumer, models.KeyFilter{}, p)
			return keys(got.Rows, func(x models.Key) string { return x.ID }), got.Next, err
		}},
		"top-ups": {n, func(p models.Page) ([]string, string, error) {
			got, err := r.TeamTopups(ctx, r.consumer, p)
			return keys(got.Rows, func(x models.Topup) string { return x.ID }), got.Next, err
		}},
		"mails": {n, func(p models.Page) ([]string, string, error) {
			got, err := r.Mails(ctx, p)
			return keys(got.Rows, func(x models.MailListing) string { return x.Mail.ID }), got.Next, err
		}},
		"teams": {n + 2, func(p models.Page) ([]string, string, error) {
			got, err := r.Teams(ctx, "", p)
			return keys(got.Rows, func(x models.TeamListing) string { return x.Team.ID }), got.Next, err
		}},
		"subscriptions": {n + 2, func(p models.Page) ([]string, string, error) {
			got, err := r.TeamSubscriptions(ctx, r.consumer, p)
			return keys(got.Rows, func(x models.SubscriptionListing) string { return x.Subscription.ID }), got.Next, err
		}},
		"statement": {n + 1, func(p models.Page) ([]string, string, error) {
			got, err := r.Statement(ctx, r.consumer, p)
			return keys(got.Rows, func(x models.StatementLine) string { return fmt.Sprintf("%09d", x.Seq) }), got.Next, err
		}},
	}
	for name, list := range lists {
		for size := 1; size <= list.want+1; size++ {
			var all []string
			for page := (models.Page{Limit: size}); ; {
				got, next, err := list.read(page)
				if err != nil || len(got) > size {
					t.Fatalf("%s: %d rows on a page of %d, %v", name, len(got), size, err)
				}
				all = append(all, got...)
				if page.After = next; next == "" {
					break
				}
			}
			if !slices.IsSortedFunc(all, func(x, y string) int { return strings.Compare(y, x) }) || len(slices.Compact(slices.Clone(all))) != list.want {
				t.Errorf("%s, %d to a page: %d rows of %d: %v", name, size, len(all), list.want, all)
			}
		}
	}
	lines, err := r.Statement(ctx, r.consumer, models.Page{})
	r.must(err)
	if lines.Rows[0].Amount != 2 || lines.Rows[0].Memo != "two" || lines.Rows[1].Amount != n {
		t.Errorf("the statement begins with %+v", lines.Rows[:2])
	}
	if got := lines.Rows[1].Balance; got != n*(n+1)/2 {
		t.Errorf("the balance there is %d", got)
	}
	if second, err := r.Statement(ctx, r.consumer, models.Page{After: strconv.FormatInt(lines.Rows[0].Seq, 10), Limit: 1}); err != nil || second.Rows[0] != lines.Rows[1] {
		t.Errorf("on the second page the line is %+v, %v", second.Rows, err)
	}
	for _, after := range []string{"nonsense", "-1", "0"} {
		if got, err := r.Statement(ctx, r.consumer, models.Page{After: after}); err != nil || len(got.Rows) > 0 {
			t.Errorf("a cursor of nothing gives %d lines, %v", len(got.Rows), err)
		}
		if got, err := r.TeamCalls(ctx, r.consumer, models.CallFilter{}, models.Page{After: after}); err != nil || len(got.Rows) > 0 {
			t.Errorf("a cursor of nothing gives %d calls, %v", len(got.Rows), err)
		}
	}
}

func keys[T any](rows []T, key func(T) string) (all []string) {
	for _, row := range rows {
		all = append(all, key(row))
	}
	return all
}

// The list of calls is the same however much of it the follower has indexed.
func TestTeamCallsAreWholeWhateverTheFollowerHasDone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := newRig(t)
		defer func() { _ = r.Store.Close(ctx) }()
		other, err := r.CreateAPI(ctx, r.pia, r.provider, models.APIDraft{Name: "Other", Slug: "other", Visibility: models.Public, UpstreamURL: "http://x"})
		r.must(err)
		for _, team := range []string{r.consumer, r.provider} {
			r.grant(team, models.Unit)
		}
		want := map[models.CallFilter][]models.CallID{}
		filters := []models.CallFilter{{}, {APISlug: "other"}, {StatusClass: 4}, {APISlug: "quotes", StatusClass: 2}, {APISlug: "nothing"}, {StatusClass: 5}}
		var late []*models.Call // numbered, and settled after younger ones
		for range rapid.IntRange(1, 6).Draw(rt, "batches") {
			batch := late
			late = nil
			for range rapid.IntRange(1, 8).Draw(rt, "calls") {
				call := r.call(rapid.SampledFrom([]string{r.consumer, r.consumer, r.provider}).Draw(rt, "team"), 1)
				slug := "quotes"
				if rapid.Bool().Draw(rt, "of the other API") {
					call.APIID, call.VersionID, slug = other.API.ID, other.Version.ID, "other"
				}
				call.Status = rapid.SampledFrom([]int{200, 204, 404, 499}).Draw(rt, "status")
				if call.TeamID == r.consumer {
					for _, f := range filters {
						if (f.APISlug == "" || f.APISlug == slug) && (f.StatusClass == 0 || f.StatusClass == call.Status/100) {
							want[f] = append(want[f], call.ID)
						}
					}
				}
				if rapid.Bool().Draw(rt, "late") {
					late = append(late, call)
				} else {
					batch = append(batch, call)
				}
			}
			if len(batch) > 0 {
				r.settle(batch...)
			}
			if rapid.Bool().Draw(rt, "follow") {
				oldest := r.ids.Next(r.clock.Now())
				for _, call := range late {
					oldest = min(oldest, call.ID)
				}
				r.must(r.FollowCalls(ctx, oldest))
			}
			r.clock.Move(time.Duration(rapid.IntRange(0, 25).Draw(rt, "minutes")) * time.Minute)
		}
		if len(late) > 0 {
			r.settle(late...)
		}
		for _, f := range filters {
			ids := slices.Clone(want[f])
			slices.Sort(ids)
			slices.Reverse(ids)
			if got := listAll(t, r, f, 7); !slices.Equal(got, ids) {
				rt.Fatalf("%+v lists %v, want %v", f, got, ids)
			}
		}
	})
}

// No list reads a whole table to give one page, and none sorts what an index has in order.
func TestListsFollowAnIndex(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 100)
	r.settle(r.call(r.consumer, 20))
	r.must(r.FollowCalls(ctx, 1))
	r.settle(r.call(r.consumer, 20))
	plans := r.Plans()
	page := models.Page{After: "x"}
	last := models.CallID(1 << 62).String()
	for name, read := range map[string]func() error{
		"Catalogue":      func() error { _, err := r.Catalogue(ctx, models.Viewer{UserID: "u"}, "", page); return err },
		"CatalogueAPI":   func() error { _, err := r.CatalogueAPI(ctx, models.Viewer{UserID: "u"}, "x"); return err },
		"CatalogueSlice": func() error { _, err := r.CatalogueSlice(ctx, "a"); return err },
		"IndexedAPI":     func() error { _, err := r.IndexedAPI(ctx, r.api); return err },
		"CatalogueRows": func() error {
			_, err := r.CatalogueRows(ctx, models.Viewer{UserID: "u"}, []string{r.api, "b"})
			return err
		},
		"CatalogueVersion":           func() error { _, err := r.CatalogueVersion(ctx, models.Viewer{UserID: "u"}, "x", "v1"); return err },
		"CatalogueChanges of an API": func() error { _, err := r.CatalogueChanges(ctx, models.Viewer{}, "quotes", 100); return err },
		"VisibleVersions":            func() error { _, err := r.VisibleVersions(ctx, models.Viewer{UserID: "u"}, "v", 5); return err },
		"TeamVersion":                func() error { _, err := r.TeamVersion(ctx, "t", "x", "v1"); return err },
		"APIVersions":                func() error { _, err := r.APIVersions(ctx, "a"); return err },
		"Successor":                  func() error { _, err := r.Successor(ctx, "v"); return err },
		"CountAcknowledged":          func() error { _, _, err := r.CountAcknowledged(ctx, "a", "v"); return err },
		"KeepLifecycles":             func() error { _, err := r.KeepLifecycles(ctx); return err },
		"WaitingRelease":             func() error { _, err := r.WaitingRelease(ctx, "v"); return err },
		"VersionReleases":            func() error { _, err := r.VersionReleases(ctx, "v", page); return err },
		"VersionRelease":             func() error { _, err := r.VersionRelease(ctx, "v", 1); return err },
		"ReleaseBefore":              func() error { _, err := r.ReleaseBefore(ctx, models.Release{ID: "r", VersionID: "v"}); return err },
		"VersionOfRelease":           func() error { _, _, err := r.VersionOfRelease(ctx, "t", "r"); return err },
		"TeamAPIs":                   func() error { _, err := r.TeamAPIs(ctx, "t", page); return err },
		"TeamAPI":                    func() error { _, err := r.TeamAPI(ctx, "t", "x"); return err },
		"APIOfVersion":               func() error { _, err := r.APIOfVersion(ctx, "v"); return err },
		"RunningRelease":             func() error { _, err := r.RunningRelease(ctx, "v"); return err },
		"APIRoutes":                  func() error { _, err := r.APIRoutes(ctx, "a"); return err },
		"APIStats":                   func() error { _, err := r.APIStats(ctx, []string{"a", "b"}, 7); return err },
		"KeyTerms":                   func() error { _, err := r.KeyTerms(ctx, models.KeyHash{}); return err },
		"KeyTermsByID":               func() error { _, err := r.KeyTermsByID(ctx, "k"); return err },
		"SubscriptionTerms":          func() error { _, err := r.SubscriptionTerms(ctx, "t", "a"); return err },
		"SubscribedAPIs":             func() error { _, err := r.SubscribedAPIs(ctx, "t"); return err },
		"KeySpend":                   func() error { _, err := r.KeySpend(ctx, "k"); return err },
		"QuotaUse":                   func() error { _, err := r.QuotaUse(ctx, "t", "a"); return err },
		"TeamTerms":                  func() error { _, err := r.TeamTerms(ctx, "t"); return err },
		"UnconfirmedCalls":           func() error { _, err := r.UnconfirmedCalls(ctx, models.Page{After: last}); return err },
		"Wallet":                     func() error { _, err := r.Wallet(ctx, "t"); return err },
		"CallRecorded":               func() error { _, err := r.CallRecorded(ctx, 1); return err },
		"TeamCall":                   func() error { _, err := r.TeamCall(ctx, "t", 1); return err },
		"TeamCalls": func() error {
			_, err := r.TeamCalls(ctx, r.consumer, models.CallFilter{}, models.Page{After: last})
			return err
		},
		"TeamCalls filtered": func() error {
			_, err := r.TeamCalls(ctx, r.consumer, models.CallFilter{APISlug: "quotes", StatusClass: 2}, models.Page{After: last})
			return err
		},
		"TeamCalls filtered by all": func() error {
			_, err := r.TeamCalls(ctx, r.consumer, models.CallFilter{
				APISlug: "quotes", KeyID: r.world.Key.ID, Status: 200, Text: "x", From: time.UnixMilli(1), To: r.clock.Now().Add(time.Hour),
			}, models.Page{After: last})
			return err
		},
		"TeamRefusals": func() error {
			_, err := r.TeamRefusals(ctx, "t", models.CallFilter{Code: "c", APISlug: "q", KeyID: "k", Text: "x", From: time.UnixMilli(1), To: time.UnixMilli(2)}, page)
			return err
		},
		"Tokens of a person": func() error {
			_, err := r.Tokens(ctx, models.TokenOwner{UserID: "u"}, models.TokenActive, page)
			return err
		},
		"Tokens of a team": func() error { _, err := r.Tokens(ctx, models.TokenOwner{TeamID: "t"}, "", page); return err },
		"TokenGrant":       func() error { _, err := r.TokenGrant(ctx, models.NewTokenSecret(), r.clock.Now()); return err },
		"Audit by a token": func() error {
			_, err := r.Audit(ctx, models.AuditFilter{Person: models.NewID(models.KindToken)}, page)
			return err
		},
		"APIsForKeys": func() error { _, err := r.APIsForKeys(ctx, "t", models.KeyRules{APIs: []string{"a"}}); return err },
		"TeamKeys":    func() error { _, err := r.TeamKeys(ctx, "t", models.KeyFilter{}, page); return err },
		"TeamKeys filtered": func() error {
			_, err := r.TeamKeys(ctx, "t", models.KeyFilter{State: models.KeyRotating, Text: "x"}, page)
			return err
		},
		"KeyAPIs":           func() error { _, err := r.KeyAPIs(ctx, "t", "k", time.Time{}); return err },
		"KeySpends":         func() error { _, err := r.KeySpends(ctx, []string{"k", "l"}); return err },
		"OldSecret":         func() error { _, err := r.OldSecret(ctx, "t", "k"); return err },
		"TeamKey":           func() error { _, err := r.TeamKey(ctx, "t", "k"); return err },
		"KeyUse":            func() error { _, err := r.KeyUse(ctx, "t", []models.Key{{ID: "k"}}, time.Time{}); return err },
		"TeamSubscriptions": func() error { _, err := r.TeamSubscriptions(ctx, "t", page); return err },
		"TeamSubscription":  func() error { _, err := r.TeamSubscription(ctx, "t", "s"); return err },
		"APIPlans":          func() error { _, err := r.APIPlans(ctx, r.api); return err },
		"TermsInEffect":     func() error { _, err := r.TermsInEffect(ctx, "p", "q"); return err },
		"PlanSubscribers":   func() error { _, err := r.PlanSubscribers(ctx, "a"); return err },
		"PlanTeams":         func() error { _, err := r.PlanTeams(ctx, "a", "p", 5); return err },
		"APISubscribers": func() error {
			_, err := r.APISubscribers(ctx, r.api, models.SubscriberFilter{}, time.Time{}, models.Page{After: "t"})
			return err
		},
		"APISubscribers filtered": func() error {
			_, err := r.APISubscribers(ctx, r.api, models.SubscriberFilter{State: models.Ended, Text: "x"}, time.Time{}, models.Page{After: "t"})
			return err
		},
		"ProviderRequests": func() error { _, err := r.ProviderRequests(ctx, "t", models.RequestFilter{}, page); return err },
		"ProviderRequests filtered": func() error {
			_, err := r.ProviderRequests(ctx, "t", models.RequestFilter{State: models.RequestDeclined, APISlug: "q", Text: "x"}, page)
			return err
		},
		"ProviderRequest":   func() error { _, err := r.ProviderRequest(ctx, "t", "q"); return err },
		"PastSubscriptions": func() error { _, err := r.PastSubscriptions(ctx, "t", []string{"u", "v"}, 5); return err },
		"CountRequests":     func() error { _, err := r.CountRequests(ctx, "t"); return err },
		"KeysCalling":       func() error { _, err := r.KeysCalling(ctx, "t", "a", time.Time{}, 5); return err },
		"APIService":        func() error { _, err := r.APIService(ctx, "a"); return err },
		"PublishedVersions": func() error { _, err := r.PublishedVersions(ctx, r.api); return err },
		"APIReleases":       func() error { _, err := r.APIReleases(ctx, r.api, page); return err },
		"APISubscriber":     func() error { _, err := r.APISubscriber(ctx, "a", "s"); return err },
		"LiveSubscription":  func() error { _, _, err := r.LiveSubscription(ctx, "t", "a"); return err },
		"Statement":         func() error { _, err := r.Statement(ctx, "t", models.Page{After: "7"}); return err },
		"OpenUsage":         func() error { _, err := r.OpenUsage(ctx, "t"); return err },
		"DailySpend":        func() error { _, err := r.DailySpend(ctx, "t", 30); return err },
		"SpendByAPI":        func() error { _, err := r.SpendByAPI(ctx, "t", 0); return err },
		"TeamDenials":       func() error { _, err := r.TeamDenials(ctx, "t", 5); return err },
		"TeamDenial":        func() error { _, err := r.TeamDenial(ctx, "t", "d"); return err },
		"DenialGroups": func() error {
			_, err := r.DenialGroups(ctx, "t", models.DenialFilter{}, time.UnixMilli(1), page)
			return err
		},
		"DenialGroups filtered": func() error {
			_, err := r.DenialGroups(ctx, "t", models.DenialFilter{Code: "c", APISlug: "q", KeyID: "k"}, time.UnixMilli(1), page)
			return err
		},
		"DailyDenials": func() error {
			_, err := r.DailyDenials(ctx, "t", models.DenialFilter{Code: "c", APISlug: "q", KeyID: "k"}, time.UTC, 30)
			return err
		},
		"APINames":       func() error { _, err := r.APINames(ctx, []string{"a"}); return err },
		"TeamTopups":     func() error { _, err := r.TeamTopups(ctx, "t", page); return err },
		"TopupByPayment": func() error { _, err := r.TopupByPayment(ctx, "cs", "pi"); return err },
		"OpenTopups":     func() error { _, err := r.OpenTopups(ctx, "x", 5); return err },
		"WaitingEvents":  func() error { _, err := r.WaitingEvents(ctx, "x", 5); return err },
		"DueMessages":    func() error { _, err := r.DueMessages(ctx, 5); return err },
		"Mails":          func() error { _, err := r.Mails(ctx, page); return err },
		"Teams":          func() error { _, err := r.Teams(ctx, "", page); return err },
		"Memberships":    func() error { _, err := r.Memberships(ctx, "u"); return err },
		"MembershipPage": func() error { _, err := r.MembershipPage(ctx, "u", page); return err },
		"Membership":     func() error { _, err := r.Membership(ctx, "u", "s"); return err },
		"MembershipByID": func() error { _, err := r.MembershipByID(ctx, "u", "t"); return err },
		"TeamBySlug":     func() error { _, err := r.TeamBySlug(ctx, "s"); return err },
		"TeamCounts":     func() error { _, _, err := r.TeamCounts(ctx, "t"); return err },
		"Payers":         func() error { _, err := r.Payers(ctx, "t"); return err },
		"AllAPIs":        func() error { _, err := r.AllAPIs(ctx, models.APIFilter{}, page); return err },
		"AllAPIs filtered": func() error {
			_, err := r.AllAPIs(ctx, models.APIFilter{Text: "x", State: models.APIBlocked, Visibility: models.Private}, page)
			return err
		},
		"AllSubscriptions": func() error { _, err := r.AllSubscriptions(ctx, models.PlatformSubscriptionFilter{}, page); return err },
		"AllSubscriptions in a state": func() error {
			_, err := r.AllSubscriptions(ctx, models.PlatformSubscriptionFilter{State: models.PastDue}, page)
			return err
		},
		"AllSubscriptions that are over": func() error {
			_, err := r.AllSubscriptions(ctx, models.PlatformSubscriptionFilter{State: models.Ended}, page)
			return err
		},
		"AllSubscriptions of a team": func() error {
			_, err := r.AllSubscriptions(ctx, models.PlatformSubscriptionFilter{TeamSlug: "t", State: models.Active}, page)
			return err
		},
		"AllSubscriptions to an API": func() error {
			_, err := r.AllSubscriptions(ctx, models.PlatformSubscriptionFilter{APISlug: "a"}, page)
			return err
		},
		"AllRequests":            func() error { _, err := r.AllRequests(ctx, "", page); return err },
		"AllRequests for an API": func() error { _, err := r.AllRequests(ctx, "quotes", page); return err },
		"CountAllRequests":       func() error { _, _, err := r.CountAllRequests(ctx); return err },
		"Deciders":               func() error { _, err := r.Deciders(ctx, []string{"t", "u"}); return err },
		"Impersonations":         func() error { _, err := r.Impersonations(ctx, "u", 10); return err },
		"Users":                  func() error { _, err := r.Users(ctx, "", page); return err },
		"UserTeams":              func() error { _, err := r.UserTeams(ctx, "u"); return err },
		"UserFacts":              func() error { _, err := r.UserFacts(ctx, "u"); return err },
		"UserByEmail":            func() error { _, err := r.UserByEmail(ctx, "e"); return err },
		"LinkHolder":             func() error { _, err := r.LinkHolder(ctx, models.LinkReset, "t"); return err },
		"Session":                func() error { _, err := r.Session(ctx, []byte("s")); return err },
	} {
		clear(plans)
		if err := read(); err != nil && !is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
		if len(plans) == 0 {
			t.Errorf("%s: nothing was read", name)
		}
		checkPlans(t, name, plans, fewRows[name])
	}
}

// What is counted of a version is found by the subjects that call it, and goes neither through all subjects nor through all counts.
func TestCallersAreFoundByTheirVersion(t *testing.T) {
	r := newRig(t)
	since, last := r.clock.Now(), models.Page{After: "7"}
	plans := r.Plans()
	for name, read := range map[string]func() error{
		"VersionCallers":     func() error { _, err := r.VersionCallers(ctx, "a", "v", since, last); return err },
		"VersionOperations":  func() error { _, err := r.VersionOperations(ctx, "a", "v", since, last); return err },
		"OperationCallers":   func() error { _, err := r.OperationCallers(ctx, "a", "v", since, 5, "GET /a"); return err },
		"CallersOfOperation": func() error { _, err := r.CallersOfOperation(ctx, "a", "v", "GET /a", since, last); return err },
	} {
		clear(plans)
		r.must(read())
		for _, plan := range plans {
			if !callersFound.MatchString(plan) {
				t.Errorf("%s does not look them up:\n%s", name, plan)
			}
		}
	}
}

var callersFound = regexp.MustCompile(`(?m)^SEARCH s USING INDEX usage_subjects_api \(api_id=\?\)
SEARCH (?:o USING PRIMARY KEY \(day=\? AND subject_id=\?|l USING PRIMARY KEY \(subject_id=\? AND quarter>\?)`)

// checkPlans fails the test where a read goes through a whole table, or sorts though it may have many rows.
func checkPlans(t *testing.T, name string, plans map[string]string, few bool) {
	t.Helper()
	for query, plan := range plans {
		if wholeTable.MatchString(plan) {
			t.Errorf("%s reads a whole table:\n%s\n%s", name, plan, query)
		}
		if strings.Contains(plan, "TEMP B-TREE FOR ORDER BY") && !few {
			t.Errorf("%s sorts:\n%s\n%s", name, plan, query)
		}
	}
}

// wholeTable matches a scan of a table. The query's own rows (a list of ids it was given, a common table) are none.
var wholeTable = regexp.MustCompile(`(?m)^SCAN (?:[a-z]{1,2}|[a-z]{1,2} USING.*|[a-z_]{4,}.*)$`)

// fewRows are the lists that are short whatever the database holds: what a team has open, the members of one, the reasons
// that its calls are refused for, an API's plans, versions and releases, and the first of those that have one or wait for an answer.
var fewRows = map[string]bool{
	"APIVersions": true, "CatalogueSlice": true, "CatalogueRows": true, "IndexedAPI": true, "VisibleVersions": true, "ReleaseBefore": true, "VersionReleases": true, "CatalogueChanges of an API": true,
	"APIPlans": true, "PublishedVersions": true, "APIReleases": true, "PlanTeams": true, "Deciders": true, "PastSubscriptions": true, "KeysCalling": true, "DenialGroups": true, "DenialGroups filtered": true, "OpenUsage": true,
	"Memberships": true, "MembershipPage": true, "UserTeams": true, "Payers": true, "TeamCalls": true, "TeamCalls filtered": true, "TeamCalls filtered by all": true,
}
