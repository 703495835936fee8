package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/web/webtest"
)

func TestAKeyIsMadeWithLimitsAndTheyAreChanged(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	form := carl.Get("/t/consumers/keys/new").Want(http.StatusOK)
	if form.Has("details.more[open]") || form.Says(".checks legend") == "" || form.Find(`input[name=apis]`).AttrOr("value", "") != w.API.API.ID {
		t.Errorf("the form says %q", form.Says("main"))
	}
	bad := carl.Submit(form, "main form", "label", "", "budget_day", "ten", "rate", "0", "networks", "10.0.0.0/8\noffice", "concurrency", "-1", "apis", "api_foreign").Want(http.StatusUnprocessableEntity)
	for _, field := range []string{"label", "budget_day", "rate", "concurrency", "networks"} {
		if !bad.Has("#f-" + field + "[aria-invalid=true]") {
			t.Errorf("%s is not marked", field)
		}
	}
	if !bad.Has("#f-apis-error") || !bad.Has("details.more[open]") || bad.Find("#f-networks").Text() != "10.0.0.0/8\noffice" || bad.Find("#f-budget_day").AttrOr("value", "") != "ten" {
		t.Errorf("what was typed is lost, or not all of it is marked: %s", bad.Says(".error-summary"))
	}
	carl.Submit(form, "main form", "label", "Worker", "budget_day", "1", "budget_total", "0", "rate", "1,000", "rate_per", "hour", "concurrency", "3",
		"networks", "203.0.113.9/24\n\n2001:db8::1", "apis", w.API.API.ID, "billing", "on").Want(http.StatusOK)
	keys, err := app.Store.TeamKeys(t.Context(), w.ConsumerTeam.ID, models.KeyFilter{}, models.Page{})
	if err != nil {
		t.Fatal(err)
	}
	key := keys.Rows[0]
	want := models.KeyRules{
		Rate: models.Rate{Calls: 1000, Seconds: 3600}, Concurrency: 3, Budgets: models.Budgets{Day: nano(models.Unit), Total: nano(0)},
		Networks: []string{"203.0.113.0/24", "2001:db8::1/128"}, APIs: []string{w.API.API.ID}, ReadBilling: true,
	}
	if diff := cmp.Diff(want, key.KeyRules); key.Name != "Worker" || diff != "" {
		t.Fatalf("%s: %s", key.Name, diff)
	}
	row := carl.Get("/t/consumers/keys").Says("tbody tr:first-child")
	for _, said := range []string{"$0.00 of $1.00 today", "$0.00 of $0.00 in total reached", "1,000 calls an hour", "3 at the same time", "only Quotes", "from 2 networks"} {
		if !strings.Contains(row, said) {
			t.Errorf("the list does not say %q but %q", said, row)
		}
	}

	edit := "/t/consumers/keys/" + key.ID
	p := carl.Get(edit).Want(http.StatusOK)
	if p.Find("#f-rate_per option[selected]").AttrOr("value", "") != "hour" || p.Find("#f-rate").AttrOr("value", "") != "1000" || !p.Has(`input[name=apis][checked]`) {
		t.Errorf("the form says %q", p.Says("main"))
	}
	if p := carl.Submit(p, "main form", "budget_day", "2.5.1").Want(http.StatusUnprocessableEntity); !p.Has("#f-budget_day[aria-invalid=true]") {
		t.Error("a budget that is no amount is not marked")
	}
	carl.Submit(p, "main form").Want(http.StatusOK)
	same, err := app.Store.TeamKey(t.Context(), w.ConsumerTeam.ID, key.ID)
	if diff := cmp.Diff(want, same.KeyRules); err != nil || diff != "" {
		t.Errorf("saving what stands there changes it: %s %v", diff, err)
	}

	// Once the subscription is over its API stays on the key: without it the key would call everything.
	if err := app.Store.EndSubscription(t.Context(), models.Actor{UserID: w.Consumer.ID}, w.ConsumerTeam.ID, w.Subscription.ID); err != nil {
		t.Fatal(err)
	}
	if p := carl.Get(edit); !strings.Contains(p.Says(".checks"), "Quotes") {
		t.Errorf("an API that the key is limited to is not on offer any more: %q", p.Says(".checks"))
	}
	carl.Post(edit, "budget_month", "3").Want(http.StatusOK)
	if k, err := app.Store.TeamKey(t.Context(), w.ConsumerTeam.ID, key.ID); err != nil || cmp.Diff(models.KeyRules{Budgets: models.Budgets{Month: nano(3 * models.Unit)}}, k.KeyRules) != "" {
		t.Errorf("an empty form leaves %+v, %v", k.KeyRules, err)
	}
	app.As(t, w.Provider).Get("/t/providers/keys/" + key.ID).Want(http.StatusNotFound)
	if err := app.Store.RevokeKey(t.Context(), models.System, w.ConsumerTeam.ID, key.ID); err != nil {
		t.Fatal(err)
	}
	carl.Get(edit).Want(http.StatusConflict)
	carl.Post(edit, "budget_day", "1").Want(http.StatusConflict)
}

func nano(n models.Nano) *models.Nano { return &n }

func TestATeamSetsItsBudgetsAndItsTimeZone(t *testing.T) {
	roles := &webtest.Roles{}
	app := webtest.New(t, roles.Wrap)
	w := app.World(t)
	app.Grant(t, w.ConsumerTeam.ID, models.Unit)
	settle(t, app, w, webtest.Price, webtest.Price)
	carl := app.As(t, w.Consumer)
	p := carl.Get("/t/consumers/limits").Want(http.StatusOK)
	if text := p.Says(".budgets"); !strings.Contains(text, "$0.04 today") || !strings.Contains(text, "$0.04 in total Never begins anew.") || !strings.Contains(text, "Begins anew in 14 hours, 23 Nov 00:00:00") {
		t.Errorf("what is spent is told as %q", text)
	}
	if n := p.Find("datalist option").Length(); n < 300 || p.Find("#f-time_zone").AttrOr("list", "") != p.Find("datalist").AttrOr("id", "x") {
		t.Errorf("%d zones are on offer", n)
	}
	bad := carl.Submit(p, "main form", "budget_day", "-1", "time_zone", "Atlantis").Want(http.StatusUnprocessableEntity)
	if !bad.Has("#f-budget_day[aria-invalid=true]") || !bad.Has("#f-time_zone[aria-invalid=true]") || bad.Find("#f-time_zone").AttrOr("value", "") != "Atlantis" {
		t.Errorf("what has to be mended is told as %q", bad.Says(".error-summary"))
	}
	saved := carl.Submit(p, "main form", "budget_day", "0.05", "budget_month", "1", "time_zone", "Asia/Tokyo").Want(http.StatusOK)
	text := saved.Says("main")
	for _, said := range []string{"next day and month are those of Asia/Tokyo", "$0.04 of $0.05 today", "$0.04 of $1.00 this month", "Days and months are those of Asia/Tokyo", "23 Nov 09:00:00"} {
		if !strings.Contains(text, said) {
			t.Errorf("the page does not say %q but %q", said, text)
		}
	}
	terms, err := app.Store.TeamTerms(t.Context(), w.ConsumerTeam.ID)
	if err != nil || terms.Zone.String() != "Asia/Tokyo" || *terms.Budgets.Day != models.Unit/20 || terms.Budgets.Total != nil {
		t.Errorf("the terms are %+v, %v", terms, err)
	}
	for role, may := range map[models.Role]bool{models.RoleOwner: true, models.RoleBilling: true, models.RoleDeveloper: false, models.RoleViewer: false} {
		roles.Role = role
		p := carl.Get("/t/consumers/limits").Want(http.StatusOK)
		if p.Has("main form") != may || !may && !strings.Contains(p.Says("main"), "Owners, admins and billing members of Consumers can change them.") {
			t.Errorf("a %s is told %q", role, p.Says("main"))
		}
	}
}

// The gate's own decision stands behind the page of a refusal: whatever is in the way now is named, with what clears it.
func TestARefusalIsReplayedAndTheSameCallIsDecidedAnew(t *testing.T) {
	roles := &webtest.Roles{}
	app := webtest.New(t, roles.Wrap)
	w := app.World(t)
	ctx, me := t.Context(), models.Actor{UserID: w.Consumer.ID}
	reset := app.Clock.Now().Add(15 * time.Hour)
	denial := refuse(t, app, models.Denial{
		TeamID: w.ConsumerTeam.ID, KeyID: w.Key.ID, APIID: w.API.API.ID, VersionID: w.API.Version.ID, Code: "key_budget_exceeded",
		Price: webtest.Price, Required: webtest.Price, Count: 14,
		Limit: models.Limit{Policy: "key-budget-day", Most: int64(webtest.Price), Used: int64(webtest.Price / 2), Held: 1_000, ResetsAt: &reset},
	})
	carl := app.As(t, w.Consumer)
	address := "/t/consumers/refusals/" + denial.ID
	rules := func(r models.KeyRules) {
		t.Helper()
		if err := app.Store.SetKeyRules(ctx, me, w.ConsumerTeam.ID, w.Key.ID, r); err != nil {
			t.Fatal(err)
		}
	}
	budgets := func(b models.Budgets) {
		t.Helper()
		if err := app.Store.SetTeamLimits(ctx, me, w.ConsumerTeam.ID, "UTC", b); err != nil {
			t.Fatal(err)
		}
	}
	p := carl.Get(address).Want(http.StatusOK)
	for _, said := range []string{"GET /random", "Quotes v1", "test key", "14 calls", "The key's budget of a day", "$0.02", "$0.01", "$0.000001", "in 15 hours", "Owners, admins and developers of Consumers can change it."} {
		if !strings.Contains(p.Says("main"), said) {
			t.Errorf("the page does not say %q but %q", said, p.Says("main"))
		}
	}
	budget := models.Unit / 100
	for _, tc := range []struct {
		sentence string
		prepare  func()
		says     string
		action   string // where the button leads, "" if there is none
	}{
		{"an empty wallet is told with what it needs", func() {}, "It needs $0.02, and the wallet has $0.00 available.", "/billing/top-up?ref="},
		{"a call that would go through is told with its price", func() { app.Grant(t, w.ConsumerTeam.ID, models.Unit) }, "It would go through.It costs $0.02.", ""},
		{"a plan whose terms are not in effect is", func() { app.Clock.Move(-time.Hour) }, "the price of this call is not known.Its plan has no terms in effect", ""},
		{"the key's budget is", func() { app.Clock.Move(time.Hour); rules(models.KeyRules{Budgets: models.Budgets{Day: &budget}}) }, "the key's budget is reached", "/t/consumers/keys/" + w.Key.ID},
		{"the key's APIs are", func() { rules(models.KeyRules{APIs: []string{"api_other"}}) }, "the key may not make this call", "/t/consumers/keys/" + w.Key.ID},
		{"the team's budget is", func() { rules(models.KeyRules{}); budgets(models.Budgets{Total: nano(0)}) }, "the team's budget is reached", "/t/consumers/limits"},
		{"a subscription that is missing is", func() {
			budgets(models.Budgets{})
			if err := app.Store.EndSubscription(ctx, me, w.ConsumerTeam.ID, w.Subscription.ID); err != nil {
				t.Fatal(err)
			}
		}, "a subscription is needed", "/apis/quotes"},
		{"a key that was revoked is", func() {
			if err := app.Store.RevokeKey(ctx, me, w.ConsumerTeam.ID, w.Key.ID); err != nil {
				t.Fatal(err)
			}
		}, "the API key was revoked", "/t/consumers/keys/new"},
	} {
		tc.prepare()
		roles.Role = ""
		p := carl.Get(address).Want(http.StatusOK)
		if !strings.Contains(p.Says("main"), tc.says) {
			t.Errorf("%s: %q", tc.sentence, p.Says("main"))
		}
		href := p.Find("main a.primary").AttrOr("href", "")
		if !strings.HasPrefix(href, tc.action) || (href == "") != (tc.action == "") {
			t.Errorf("%s: the button leads to %q, want %q", tc.sentence, href, tc.action)
		}
		if href != "" {
			carl.Get(href).Want(http.StatusOK)
			roles.Role = models.RoleViewer
			if p := carl.Get(address); p.Has("main a.primary") || !strings.Contains(p.Says("main"), "you are one of its viewers") {
				t.Errorf("%s: a viewer is told %q", tc.sentence, p.Says("main"))
			}
			roles.Role = ""
		}
	}
	app.As(t, w.Provider).Get("/t/providers/refusals/" + denial.ID).Want(http.StatusNotFound)
	carl.Get("/t/consumers/refusals/dny_nothing").Want(http.StatusNotFound)
}

// refuse stores a denial as the gateway does, now.
func refuse(t *testing.T, app *webtest.App, d models.Denial) models.Denial {
	t.Helper()
	d.ID, d.CreatedAt, d.Method = models.NewID(models.KindDenial), app.Clock.Now(), http.MethodGet
	d.Count = max(d.Count, 1)
	if d.Path == "" {
		d.Path = "/invoke/quotes/v1/random"
	}
	if err := app.Store.SaveDenials(t.Context(), []models.Denial{d}); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestEveryCodeOfARefusalHasItsPages(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	for _, kind := range problem.Kinds() {
		code := string(kind.Code)
		if p := app.Browser(t).Get("/problems/" + code).Want(http.StatusOK); p.Says("h1") != kind.Title || !strings.Contains(p.Says("main"), kind.Remedy) {
			t.Errorf("/problems/%s says %q", code, p.Says("main"))
		}
		known := refuse(t, app, models.Denial{TeamID: w.ConsumerTeam.ID, KeyID: w.Key.ID, APIID: w.API.API.ID, VersionID: w.API.Version.ID, Code: code})
		unknown := refuse(t, app, models.Denial{TeamID: w.ConsumerTeam.ID, KeyID: w.Key.ID, Code: code, Path: "/invoke/nothing/v1/x"})
		for _, d := range []models.Denial{known, unknown} {
			if p := carl.Get("/t/consumers/refusals/" + d.ID).Want(http.StatusOK); p.Says("h1") != kind.Title || p.Says(".notice") == "" {
				t.Errorf("the refusal %s says %q", code, p.Says("main"))
			}
		}
		if p := carl.Get("/t/consumers/refusals?code=" + code).Want(http.StatusOK); p.Find("table.stack tbody tr").Length() != 2 {
			t.Errorf("the list of %s says %q", code, p.Says("main"))
		}
	}
}

func TestRefusalsAreListedByReasonAndFiltered(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	if p := carl.Get("/t/consumers/refusals").Want(http.StatusOK); !strings.Contains(p.Says(".empty-state"), "Nothing was refused") || p.Has("form.filters") {
		t.Errorf("without refusals the page says %q", p.Says("main"))
	}
	own := models.Denial{TeamID: w.ConsumerTeam.ID, KeyID: w.Key.ID, APIID: w.API.API.ID, VersionID: w.API.Version.ID}
	for _, code := range []string{"rate_limited", "rate_limited", "insufficient_credits"} {
		d := own
		d.Code, d.Count = code, 3
		refuse(t, app, d)
		app.Clock.Move(time.Minute)
	}
	last := refuse(t, app, models.Denial{TeamID: w.ConsumerTeam.ID, KeyID: w.Key.ID, Code: "not_found", Path: "/invoke/qoutes/v1/random"})

	p := carl.Get("/t/consumers/refusals").Want(http.StatusOK)
	if text := p.Says("table.stack tbody"); !strings.Contains(text, "none at that address") || !strings.Contains(text, "Too many calls at once") || p.Find("table.stack tbody tr").Length() != 3 {
		t.Errorf("the list says %q", text)
	}
	if first := p.Find("table.stack tbody tr:first-child a").AttrOr("href", ""); first != "/t/consumers/refusals/"+last.ID {
		t.Errorf("the first row leads to %s", first)
	}
	if label := p.Find("figure svg").AttrOr("aria-label", ""); label != "10 refused calls in 30 days" {
		t.Errorf("the chart is of %q", label)
	}
	for query, want := range map[string]int{
		"": 3, "?code=rate_limited": 1, "?code=nonsense": 3, "?api=quotes": 2, "?api=other": 0, "?api=%27": 3, "?key=" + w.Key.ID: 3, "?key=key_1": 3,
		"?code=rate_limited&api=quotes&key=" + w.Key.ID: 1, "?code=not_found&api=quotes": 0, "?after=" + last.ID: 2, "?after=a": 0,
	} {
		p := carl.Get("/t/consumers/refusals" + query).Want(http.StatusOK)
		if got := p.Find("table.stack tbody tr").Length(); got != want {
			t.Errorf("%q lists %d reasons, want %d", query, got, want)
		}
	}
	p = carl.Get("/t/consumers/refusals?code=rate_limited&key=" + w.Key.ID)
	if chips := p.Says(".chips"); !strings.Contains(chips, "Reason: Too many calls at once") || !strings.Contains(chips, "Key: test key") || p.Find(".chips a").Length() != 3 {
		t.Errorf("the chips say %q", chips)
	}
	if label := p.Find("figure svg").AttrOr("aria-label", ""); label != "6 refused calls in 30 days" {
		t.Errorf("the narrowed chart is of %q", label)
	}
	without := carl.Get(p.Find(".chips a").First().AttrOr("href", ""))
	if without.Path != "/t/consumers/refusals?key="+w.Key.ID {
		t.Errorf("taking the first filter off leads to %s", without.Path)
	}
	if p := carl.Get("/t/consumers"); !p.Has(`a[href="/t/consumers/refusals"]`) || !p.Has(`ul.refusals a[href="/t/consumers/refusals/`+last.ID+`"]`) {
		t.Error("the overview does not lead to the refusals")
	}
	if p := app.As(t, w.Provider).Get("/t/providers/refusals"); p.Has("table.stack tbody tr") {
		t.Error("another team sees them")
	}
}
