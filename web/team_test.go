package web_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

// settle books calls as the gateway does.
func settle(t *testing.T, app *webtest.App, w storetest.World, charges ...models.Nano) (last models.CallID) {
	t.Helper()
	ids, now := models.NewCallIDs(0), app.Clock.Now()
	day, _ := models.PerDay.Window(now, time.UTC)
	month, _ := models.PerMonth.Window(now, time.UTC)
	for i, charge := range charges {
		status := http.StatusOK
		if charge == 0 {
			status = http.StatusBadGateway
		}
		last = ids.Next(app.Clock.Now().Add(time.Duration(i) * time.Millisecond))
		call := &models.Call{
			ID: last, TeamID: w.ConsumerTeam.ID, APIID: w.API.API.ID, VersionID: w.API.Version.ID, PlanID: w.API.Plan.ID,
			SubscriptionID: w.Subscription.ID, KeyID: w.Key.ID, Method: http.MethodGet, Path: "/random", Status: status,
			Origin: models.FromUpstream, Price: webtest.Price, Hold: webtest.Price, Charge: charge, Evidence: models.EvidenceStatus, DurationMicros: 42_000,
			Windows: models.CallWindows{Day: day, Month: month},
		}
		if _, err := app.Store.SettleCalls(context.Background(), []*models.Call{call}, nil); err != nil {
			t.Fatal(err)
		}
	}
	return last
}

// The statement's balances follow from each other: what is at the top is what the wallet has.
func TestTheWalletExplainsEachCent(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	app.Grant(t, w.ConsumerTeam.ID, models.Unit)
	app.Clock.Move(time.Minute)
	app.Grant(t, w.ConsumerTeam.ID, 2*models.Unit)
	settle(t, app, w, webtest.Price, webtest.Price, 0)
	p := app.As(t, w.Consumer).Get("/t/consumers/wallet").Want(http.StatusOK)
	var amounts, balances []string
	for _, row := range p.Find("section:first-of-type tbody tr").EachIter() {
		amounts = append(amounts, row.Find("td[data-label=Amount] data").AttrOr("value", ""))
		balances = append(balances, row.Find(`td[data-label="Balance after"] data`).AttrOr("value", ""))
	}
	if got := strings.Join(amounts, " "); got != "-0.04 2 1" {
		t.Errorf("the amounts are %s", got)
	}
	if got := strings.Join(balances, " "); got != "2.96 3 1" {
		t.Errorf("the balances are %s", got)
	}
	if !p.Has("tr.running") || !strings.Contains(p.Says("tr.running"), "09:00 to 10:00") || !strings.Contains(p.Says("tr.running"), "2 calls so far") {
		t.Errorf("the open hour says %q", p.Says("tr.running"))
	}
	if got := p.Find(".figure-value data").First().AttrOr("value", ""); got != "2.96" {
		t.Errorf("available is %s", got)
	}
}

// A statement of many lines goes on where the page before stopped, balances included.
func TestTheStatementIsPaged(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	for range models.PageSize + 2 {
		app.Grant(t, w.ConsumerTeam.ID, models.Unit)
	}
	carl := app.As(t, w.Consumer)
	balances := func(p webtest.Page) (first, last string, n int) {
		cells := p.Find(`section:first-of-type td[data-label="Balance after"] data`)
		return cells.First().AttrOr("value", ""), cells.Last().AttrOr("value", ""), cells.Length()
	}
	page := carl.Get("/t/consumers/wallet")
	if first, last, n := balances(page); first != "27" || last != "3" || n != models.PageSize {
		t.Errorf("the first page has %d lines from %s to %s", n, first, last)
	}
	page = carl.Get(page.Find("a[rel=next]").AttrOr("href", ""))
	if first, last, n := balances(page); first != "2" || last != "1" || n != 2 {
		t.Errorf("the second page has %d lines from %s to %s", n, first, last)
	}
}

func TestCallsAreListedFilteredAndExplained(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	app.Grant(t, w.ConsumerTeam.ID, models.Unit)
	last := settle(t, app, w, webtest.Price, webtest.Price, 0)
	carl := app.As(t, w.Consumer)
	for query, want := range map[string]int{"": 3, "?status=2xx": 2, "?status=5xx": 1, "?status=5": 1, "?status=9xx": 3, "?api=quotes": 3, "?api=other": 0, "?after=junk": 0} {
		if got := carl.Get("/t/consumers/calls" + query).Find("table.calls tbody tr").Length(); got != want {
			t.Errorf("%q lists %d calls, want %d", query, got, want)
		}
	}
	p := carl.Get("/t/consumers/calls/" + last.String()).Want(http.StatusOK)
	if text := p.Says("main"); !strings.Contains(text, "status 502 is not charged") || !strings.Contains(text, last.String()) {
		t.Errorf("a call that cost nothing is explained as %q", text)
	}
	carl.Get("/t/consumers/calls/req_nothing").Want(http.StatusNotFound)
	app.As(t, w.Provider).Get("/t/providers/calls/" + last.String()).Want(http.StatusNotFound)

	overview := carl.Get("/t/consumers").Want(http.StatusOK)
	if text := overview.Says(".figures"); !strings.Contains(text, "$0.96") || !strings.Contains(text, "About 168 days left") || !strings.Contains(text, "2 calls") {
		t.Errorf("the overview says %q", text)
	}
	keys := carl.Get("/t/consumers/keys")
	if text := keys.Says("tbody"); !strings.Contains(text, "just now") || !strings.Contains(text, "$0.04") || !strings.Contains(text, "Carl Consumer") {
		t.Errorf("the key's row says %q", text)
	}
	own := app.As(t, w.Provider).Get("/t/providers/apis")
	if text := own.Says("tbody"); !strings.Contains(text, "$0.04") {
		t.Errorf("the owner's row says %q", text)
	}
}

// The overview links each refusal that paying clears to the page that explains it.
func TestTheOverviewLeadsFromARefusalToItsTopUp(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	denial := models.Denial{
		ID: models.NewID(models.KindDenial), TeamID: w.ConsumerTeam.ID, KeyID: w.Key.ID, APIID: w.API.API.ID, VersionID: w.API.Version.ID,
		Code: "insufficient_credits", Method: http.MethodGet, Path: "/invoke/quotes/v1/random", Price: webtest.Price, Required: webtest.Price,
		Count: 14, CreatedAt: app.Clock.Now(),
	}
	if err := app.Store.SaveDenials(t.Context(), []models.Denial{denial}); err != nil {
		t.Fatal(err)
	}
	carl := app.As(t, w.Consumer)
	link := carl.Get("/t/consumers").Find(`ul.rows a[href^="/billing/top-up?ref="]`).AttrOr("href", "")
	if p := carl.Get(link).Want(http.StatusOK); !strings.Contains(p.Says("main"), "GET /random") {
		t.Errorf("the link leads to %q", p.Says("main"))
	}
	app.Grant(t, w.ConsumerTeam.ID, models.Unit)
	if carl.Get("/t/consumers").Has(`ul.rows a[href^="/billing/top-up?ref="]`) {
		t.Error("there is credit again, and the overview still asks to top up for the refusal")
	}
}

func TestPublishing(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia := app.As(t, w.Provider)
	studio := pia.Get("/t/providers/apis/quotes").Want(http.StatusOK)
	bad := pia.Submit(studio, "main form[data-guard]", "name", "", "description", "Typed text", "example", "no slash", "visibility", "secret",
		"tags", "poésie", "support_email", "me", "support_url", "me", "shared_with", "nobody").Want(http.StatusUnprocessableEntity)
	for _, field := range []string{"name", "example", "visibility", "tags", "support_email", "support_url", "shared_with"} {
		if !bad.Has("#f-" + field + "[aria-invalid=true]") {
			t.Errorf("the studio does not mark %s", field)
		}
	}
	if bad.Find("#f-tags").AttrOr("value", "") != "poésie" || bad.Find("#f-description").Text() != "Typed text" || bad.Find("#f-example").AttrOr("value", "") != "no slash" {
		t.Error("what was typed is lost")
	}
	version := pia.Get("/t/providers/apis/quotes/versions/v1").Want(http.StatusOK)
	if bad := pia.Submit(version, "main form.form", "upstream", "ftp://x").Want(http.StatusUnprocessableEntity); !bad.Has("#f-upstream[aria-invalid=true]") || bad.Find("#f-upstream").AttrOr("value", "") != "ftp://x" {
		t.Error("the version does not mark its upstream, or loses what was typed")
	}
	pia.Submit(version, "main form.form", "upstream", "https://moved.example.test").Want(http.StatusOK)
	publish := "/t/providers/apis/quotes/versions/v1/publish"
	p := pia.Get(publish).Want(http.StatusOK)
	if text := p.Says(".changes"); !strings.Contains(text, "→ https://moved.example.test") {
		t.Errorf("the changes are told as %q", text)
	}
	app.Upstream = errors.New("Nothing answers at that address.")
	if p := pia.Get(publish); !strings.Contains(p.Says(".checks"), "Nothing answers") || !p.Has("main form button[disabled]") {
		t.Errorf("an upstream that is away is told as %q", p.Says(".checks"))
	}
	if p := pia.Post(publish, "note", "Typed note").Want(http.StatusUnprocessableEntity); p.Find("textarea").Text() != "Typed note" {
		t.Error("the note is lost")
	}
	app.Upstream = nil
	pia.Post(publish, "note", "A little more").Want(http.StatusOK)
	if p := pia.Get(publish); p.Has(".changes") {
		t.Errorf("after publishing this differs: %q", p.Says(".changes"))
	}
	taken := pia.Post("/t/providers/apis/new", "name", "Quotes", "upstream", "https://x.example.test", "price", "0.5").Want(http.StatusUnprocessableEntity)
	if !taken.Has("#f-slug-error") || taken.Find("#f-price").AttrOr("value", "") != "0.5" {
		t.Errorf("a short name that is taken is told as %q", taken.Says(".error-summary"))
	}
}

// A team that is no provider any more can neither make, edit nor publish; its published API goes on.
func TestOnlyProvidersEditAndPublish(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia := app.As(t, w.Provider)
	edit := []string{"name", "Renamed", "visibility", "public"}
	for _, provider := range []bool{true, false} {
		if err := app.Store.SetProvider(t.Context(), models.System, w.ProviderTeam.ID, provider); err != nil {
			t.Fatal(err)
		}
		for _, tc := range []struct {
			what string
			do   func() webtest.Page
		}{
			{"the form for a new API", func() webtest.Page { return pia.Get("/t/providers/apis/new") }},
			{"making an API", func() webtest.Page {
				return pia.Post("/t/providers/apis/new", "name", "Another", "upstream", "https://x.example.test")
			}},
			{"the studio", func() webtest.Page { return pia.Get("/t/providers/apis/quotes") }},
			{"saving what it says", func() webtest.Page { return pia.Post("/t/providers/apis/quotes", edit...) }},
			{"a version", func() webtest.Page { return pia.Get("/t/providers/apis/quotes/versions/v1") }},
			{"saving the draft of a version", func() webtest.Page {
				return pia.Post("/t/providers/apis/quotes/versions/v1", "upstream", "https://x.example.test")
			}},
			{"what publishing would change", func() webtest.Page { return pia.Get("/t/providers/apis/quotes/versions/v1/publish") }},
			{"publishing", func() webtest.Page { return pia.Post("/t/providers/apis/quotes/versions/v1/publish", "note", "x") }},
		} {
			want := map[bool]int{true: http.StatusOK, false: http.StatusForbidden}[provider]
			if p := tc.do(); p.Status != want || !provider && !strings.Contains(p.Says("main"), "Only provider teams") {
				t.Errorf("%s, provider %t, is answered %d: %s", tc.what, provider, p.Status, p.Says("main"))
			}
		}
		edit[1] = "Renamed again"
	}
	pia.Get("/t/providers/apis").Want(http.StatusOK)
	if p := app.Browser(t).Get("/apis/quotes").Want(http.StatusOK); p.Says("h1") != "Renamed" {
		t.Errorf("the API's page is headed %q", p.Says("h1"))
	}
}

// unlisted is a store whose list of a user's teams is cut before the first one, and which cannot list subscriptions.
type unlisted struct{ handlers.Store }

func (unlisted) Memberships(context.Context, string) ([]models.Membership, error) { return nil, nil }

func (unlisted) TeamSubscriptions(context.Context, string, models.Page) (models.Paged[models.SubscriptionListing], error) {
	return models.Paged[models.SubscriptionListing]{}, errors.New("this list cannot be read")
}

func TestMembersOfManyTeamsAreNoStrangers(t *testing.T) {
	app := webtest.New(t, func(c *handlers.Config, _ *web.Config) { c.Store = unlisted{c.Store} })
	w := app.World(t)
	link := "/billing/top-up?ref=" + app.References.Seal(app.Reference(w))
	carl := app.As(t, w.Consumer)
	carl.Get("/t/consumers").Want(http.StatusOK)
	carl.Get(link).Want(http.StatusOK)
	app.As(t, w.Provider).Get(link).Want(http.StatusNotFound)
}

// Whatever fails after a key was made, its secret is shown: there is no second chance to see it.
func TestANewKeyIsShownWithoutASuggestionToo(t *testing.T) {
	app := webtest.New(t, func(c *handlers.Config, _ *web.Config) { c.Store = unlisted{c.Store} })
	p := app.As(t, app.World(t).Consumer).Post("/t/consumers/keys/new", "label", "Worker").Want(http.StatusOK)
	if p.Says(".secret-text") == "" || strings.Contains(p.Says("main"), "curl") || strings.Contains(p.Says("main"), "no subscription") {
		t.Errorf("the page says %q", p.Says("main"))
	}
}
