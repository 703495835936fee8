package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web/webtest"
)

// offer publishes an API of the world's provider, an hour after whatever was before.
func offer(t *testing.T, app *webtest.App, w storetest.World, draft models.APIDraft) models.APIListing {
	t.Helper()
	app.Clock.Move(time.Hour)
	draft.Visibility, draft.UpstreamURL = models.Public, "https://up.example.test"
	if err := draft.Validate(); err != nil {
		t.Fatal(err)
	}
	pia := models.Actor{UserID: w.Provider.ID}
	made, err := app.Store.CreateAPI(t.Context(), pia, w.ProviderTeam.ID, draft)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.Store.PublishAPI(t.Context(), pia, w.ProviderTeam.ID, made.API.ID, ""); err != nil {
		t.Fatal(err)
	}
	return made
}

// names are those on the page's cards, in their order.
func names(p webtest.Page) string {
	return strings.Join(p.Find(".api-card a.api-link").Map(func(_ int, s *goquery.Selection) string { return strings.TrimSpace(s.Text()) }), ", ")
}

func TestTheCatalogueIsPagedAndCounted(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	const n, onPage = 27, 24
	for i := range n {
		offer(t, app, w, models.APIDraft{Name: fmt.Sprintf("Extra %02d", i)})
	}
	b := app.Browser(t)
	first := b.Get("/apis?q=extra&sort=name")
	if got := first.Find(".api-card").Length(); got != onPage || first.Says("#count") != "27 APIs matching “extra”" || !strings.HasPrefix(names(first), "Extra 00, Extra 01") {
		t.Errorf("the first page shows %d APIs and says %q", got, first.Says("#count"))
	}
	second := b.Get(first.Find(`a[rel=next]`).AttrOr("href", ""))
	if got := names(second); got != "Extra 24, Extra 25, Extra 26" || !second.Has(`a[rel=prev][href="/apis?q=extra&sort=name"]`) || second.Says("#count") != first.Says("#count") {
		t.Errorf("the second page shows %s: %s", got, second.Path)
	}
	b.Get("/apis?after=nothing").Want(http.StatusOK)
}

func TestTheCatalogueIsNarrowedBySayingSo(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t) // Quotes, at two cents
	offer(t, app, w, models.APIDraft{Name: "Tides", Summary: "Water at each harbour", Tags: []string{"sea", "open data"}})
	offer(t, app, w, models.APIDraft{Name: "Harbours", Tags: []string{"sea"}, Price: models.Unit / 2})
	b := app.Browser(t)
	for _, c := range []struct{ what, query, names, chips, count string }{
		{"everything, the newest first", "sort=newest", "Harbours, Tides, Quotes", "", "3 APIs"},
		{"the cheapest first", "sort=price", "Tides, Quotes, Harbours", "", "3 APIs"},
		{"an order that there is not", "sort=colour", "Quotes, Tides, Harbours", "", "3 APIs"},
		{"a tag", "tag=sea&sort=name", "Harbours, Tides", "#sea", "2 APIs"},
		{"either of two prices", "price=free&price=0.1&sort=name", "Quotes, Tides", "Price free, Price up to $0.10", "2 APIs"},
		{"a tag and a price", "tag=sea&price=more", "Harbours", "#sea, Price above $0.10", "1 API"},
		{"a provider by name", "team=providers&q=quotes", "Quotes", "by Providers", "1 API matching “quotes”"},
		{"a provider whom nobody sees", "team=consumers", "", "by consumers", "0 APIs"},
		{"a category that there is not", "category=none", "", "none", "0 APIs"},
		{"words and a tag", "q=harbor+wat&tag=sea", "Tides", "#sea", "1 API matching “harbor wat”"},
		{"too much at once", "tag=" + strings.Repeat("x", 100) + strings.Repeat("&tag=", 30), "Quotes, Tides, Harbours", "", "3 APIs"},
		{"favourites of nobody", "favourites=1", "Quotes, Tides, Harbours", "", "3 APIs"},
	} {
		p := b.Get("/apis?" + c.query).Want(http.StatusOK)
		var chips []string
		for _, chip := range p.Find(".chips .chip:not(.quiet)").EachIter() {
			chips = append(chips, strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(chip.Text()), "Remove the filter")))
		}
		if got := names(p); got != c.names {
			t.Errorf("%s finds %q, want %q", c.what, got, c.names)
		}
		if got := strings.Join(chips, ", "); got != c.chips {
			t.Errorf("%s has the chips %q, want %q", c.what, got, c.chips)
		}
		if got := p.Says("#count"); got != c.count {
			t.Errorf("%s counts %q, want %q", c.what, got, c.count)
		}
		if c.names == "" && !p.Has(".empty-state a.btn") {
			t.Errorf("%s says nothing of what to do next", c.what)
		}
	}

	p := b.Get("/apis?tag=sea&price=more")
	for _, leads := range []string{"/apis?price=more", "/apis?tag=sea", "/apis"} {
		if !p.Has(`.chips a[href="` + leads + `"]`) {
			t.Errorf("no chip leads to %s", leads)
		}
	}
	if got := strings.Join(strings.Fields(p.Find(`.facet:has([value="more"]) .facet-value`).Text()), " "); got != "free 1 1 API above $0.10 1 1 API" {
		t.Errorf("with a tag chosen the prices are offered as %q", got)
	}
	if !p.Has(`input[type=checkbox][name=tag][value=sea][checked]`) || !p.Has(`form#find[method=get][action="/apis"] noscript`) {
		t.Error("the form does not show what is chosen, or cannot be sent without JavaScript")
	}
}

func TestASearchForgivesTyposAndMarksWhatItFinds(t *testing.T) {
	app := webtest.New(t)
	app.World(t)
	b := app.Browser(t)
	p := b.Get("/apis?q=qoutes")
	if names(p) != "Quotes" || p.Says(".api-link mark") != "Quotes" {
		t.Errorf("a typo finds %q and marks %q", names(p), p.Says(".api-link mark"))
	}
	if got := p.Find(".suggestion a"); got.Text() != "quotes" || got.AttrOr("href", "") != "/apis?q=quotes" {
		t.Errorf("it suggests %q at %s", got.Text(), got.AttrOr("href", ""))
	}
	if p := b.Get("/apis?q=quo"); p.Says(".api-link mark") != "Quo" || p.Has(".suggestion") {
		t.Errorf("the beginning of a word marks %q", p.Says(".api-link mark"))
	}
	if p := b.Get("/apis?q=<b>zebra</b>"); p.Has("b") || !strings.Contains(p.Says("#results h2"), "<b>zebra</b>") {
		t.Error("what was searched for is not written as it is")
	}
}

// htmx is told the address of what it shows: anew for a choice, in place of the last one for each letter.
func TestAnAddressFollowsWhatIsChosen(t *testing.T) {
	app := webtest.New(t)
	app.World(t)
	for _, c := range []struct {
		what, trigger  string
		restores       bool
		push, replaces string
	}{
		{"a filter", "find", false, "/apis?q=quo&sort=name", ""},
		{"a letter", "q", false, "", "/apis?q=quo&sort=name"},
		{"going back", "", true, "", ""},
	} {
		r := httptest.NewRequest(http.MethodGet, app.Server.URL+"/apis?sort=name&q=quo&tag=", http.NoBody)
		r.RequestURI = ""
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Trigger", c.trigger)
		if c.restores {
			r.Header.Set("HX-History-Restore-Request", "true")
		}
		p := app.Browser(t).Do(r).Want(http.StatusOK)
		if push, replaces := p.Header.Get("HX-Push-Url"), p.Header.Get("HX-Replace-Url"); push != c.push || replaces != c.replaces {
			t.Errorf("%s: pushed %q, replaced %q", c.what, push, replaces)
		}
		if !p.Has("html #results") {
			t.Errorf("%s is answered without the page", c.what)
		}
	}
}

// What a page has changed can be found when that page is shown.
func TestAChangeIsFoundAtOnce(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia, visitor := models.Actor{UserID: w.Provider.ID}, app.Browser(t)
	finds := func(text string) bool { return visitor.Get("/apis?q=" + text).Has(".api-card") }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(app.Store.EditAPI(t.Context(), pia, w.ProviderTeam.ID, w.API.API.ID, models.APIDraft{Name: "Sayings", Visibility: models.Public, UpstreamURL: "https://x.example.test"}))
	if !finds("sayings") || finds("a+quote+a+call") {
		t.Error("an API is found by its old name, or not by the new one")
	}
	must(app.Store.RenameTeam(t.Context(), pia, w.ProviderTeam.ID, "Zanzibar"))
	if !finds("zanzibar") {
		t.Error("an API is not found by the new name of its team")
	}
	offer(t, app, w, models.APIDraft{Name: "Brand new"})
	if !finds("brand+new") {
		t.Error("a new API is not found")
	}
	must(app.Store.EditAPI(t.Context(), pia, w.ProviderTeam.ID, w.API.API.ID, models.APIDraft{Name: "Sayings", Visibility: models.Private, UpstreamURL: "https://x.example.test"}))
	if finds("sayings") || visitor.Get("/apis").Says("#count") != "1 API" {
		t.Error("an API that was made private is still found or counted")
	}
}

// What ends at a time is found until then, and from then on as it is then. Nothing waits for the job.
func TestTheCatalogueKeepsToTheClock(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	pia, visitor := models.Actor{UserID: w.Provider.ID}, app.Browser(t)
	anAPIWithTwoVersions(t, app, w, models.Public)
	lonely := offer(t, app, w, models.APIDraft{Name: "Lonely"})
	quotes, err := app.Store.TeamVersion(t.Context(), w.ProviderTeam.ID, "quotes", "v2")
	must(t, err)
	gone := app.Clock.Now().Add(time.Hour).Truncate(time.Minute)
	for _, version := range []string{lonely.Version.ID, quotes.Version.ID} {
		must(t, app.Store.AnnounceDeprecation(t.Context(), pia, w.ProviderTeam.ID, version, models.DeprecationDraft{DeprecatedAt: gone.Add(-time.Minute), SunsetAt: gone, Reason: "r"}))
	}
	for _, step := range []struct {
		sentence         string
		at               time.Time
		names, state     string
		lonely, headline string
	}{
		{"a moment before", gone.Add(-time.Minute - time.Millisecond), "Lonely, Quotes", "published", "1 API matching “lonely”", "v2"},
		{"when both are deprecated", gone.Add(-time.Minute), "Lonely, Quotes", "deprecated", "1 API matching “lonely”", "v1"},
		{"when both are retired", gone, "Quotes", "", "0 APIs matching “lonely”", "v1"},
	} {
		app.Clock.Move(step.at.Sub(app.Clock.Now()))
		p := visitor.Get("/apis?sort=name")
		if got := names(p); got != step.names || !strings.Contains(p.Says(`.api-card:has(a[href="/apis/quotes"])`), step.headline) {
			t.Errorf("%s the catalogue shows %q: %s", step.sentence, got, p.Says(".api-card"))
		}
		p = visitor.Get("/apis?q=lonely")
		if p.Says("#count") != step.lonely || step.state != "" && !visitor.Get("/apis?q=lonely&state="+step.state).Has(".api-card") {
			t.Errorf("%s a search counts %q", step.sentence, p.Says("#count"))
		}
	}
}

func TestFavouritesAreTheReadersOwn(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	offer(t, app, w, models.APIDraft{Name: "Tides"})
	visitor, carl, pia := app.Browser(t), app.As(t, w.Consumer), app.As(t, w.Provider)
	if visitor.Get("/apis").Has(".star, #mine") || visitor.Get("/apis/quotes").Has(".star") {
		t.Error("a visitor is offered a star")
	}
	if p := carl.Get("/apis?favourites=1"); !strings.Contains(p.Says("#results"), "No favourites yet") {
		t.Errorf("without favourites the page says %q", p.Says("#results"))
	}
	p := carl.Submit(carl.Get("/apis?sort=name"), `.star[action="/apis/quotes/favourite"]`, "kept", "yes")
	if p.Path != "/apis?sort=name" || !p.Has(`.star[action="/apis/quotes/favourite"] [aria-pressed=true]`) || !p.Has(`.star[action="/apis/tides/favourite"] [aria-pressed=false]`) {
		t.Errorf("the star leads to %s", p.Path)
	}
	if !carl.Get("/apis/quotes").Has(".star [aria-pressed=true]") || pia.Get("/apis/quotes").Has(".star [aria-pressed=true]") {
		t.Error("the API's page does not show the mark to the one who made it, or shows it to others")
	}
	if got := names(carl.Get("/apis?favourites=1")); got != "Quotes" {
		t.Errorf("the favourites are %q", got)
	}
	if got := pia.Get("/apis?favourites=1"); got.Says("#count") != "0 APIs" {
		t.Errorf("somebody else has %s", got.Says("#count"))
	}
	if p := carl.Post("/apis/quotes/favourite", "kept", "no", "next", "https://elsewhere.example"); p.Path != "/apis/quotes" || p.Has(".star [aria-pressed=true]") {
		t.Errorf("taking it away leads to %s", p.Path)
	}
	carl.Post("/apis/none/favourite", "kept", "yes").Want(http.StatusNotFound)
}
