package web_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// sight is who sees an API by its visibility, and where it is shown by its state, as docs/catalogue.md has it.
var sight = struct {
	whoSees []struct{ who, visibilities string }
	states  []struct {
		state          string
		page, isListed bool
	}
}{
	whoSees: []struct{ who, visibilities string }{
		{"somebody who is not signed in", "public"},
		{"somebody without a team", "internal public"},
		{"a member of another team", "internal public"},
		{"a member of a team that has a subscription", "internal public"},
		{"a member of a team that it is shared with", "shared internal public"},
		{"a viewer of the provider's team", "private shared internal public"},
		{"a developer of the provider's team", "private shared internal public"},
		{"an admin of the provider's team", "private shared internal public"},
		{"an administrator of the portal", "internal public"},
		{"a token of another team", "internal public"},
		{"a token of a team that it is shared with", "shared internal public"},
		{"a token of the provider's team", "private shared internal public"},
	},
	states: []struct {
		state          string
		page, isListed bool
	}{
		{"draft", false, false},
		{"in review", false, false},
		{"published", true, true},
		{"deprecated", true, true},
		{"retired", true, false},
		{"blocked", true, true},
	},
}

// surface is an address at which an API can be found.
type surface struct {
	route, query string
	// all is set for what is about all APIs at once: it names those that are listed. Everything else is about one, and is there
	// for whoever has its page.
	all      bool
	everyone bool // it shows what everybody sees, whoever asks
	withPage bool // of what is about all: it names those that have a page, and not only those that are listed
	signedIn bool // nobody else gets there
}

var surfaces = []surface{
	{route: "GET /apis", all: true},
	{route: "GET /apis", query: "?sort=name&q=", all: true},
	{route: "GET /apis", query: "?favourites=1", all: true, signedIn: true},
	{route: "GET /apis.json", all: true},
	{route: "GET /llms.txt", all: true},
	{route: "GET /.well-known/api-catalog", all: true},
	{route: "GET /sitemap.xml", query: "?after=", all: true},
	{route: "GET /apis/feed.atom", all: true, everyone: true, withPage: true},

	{route: "GET /apis/:slug"},
	{route: "GET /apis/:slug/logo"},
	{route: "GET /apis/:slug/changelog"},
	{route: "GET /apis/:slug/feed.atom", everyone: true},
	{route: "GET /apis/:slug/:version"},
	{route: "GET /apis/:slug/:version/reference"},
	{route: "GET /apis/:slug/:version/reference/:operation"},
	{route: "GET /apis/:slug/:version/schemas/:schema"},
	{route: "GET /apis/:slug/:version/explorer"},
	{route: "GET /apis/:slug/:version/openapi.json"},
	{route: "GET /apis/:slug/:version/deprecation"},
	{route: "GET /apis/:slug/:version/try"},
	{route: "GET /apis/:slug/:version/try/:operation"},
	{route: "POST /apis/:slug/:version/try", query: "?do=code", signedIn: true},
	{route: "POST /apis/:slug/:version/try/:operation", query: "?do=code", signedIn: true},
	{route: "POST /apis/:slug/favourite", query: "?kept=yes", signedIn: true},
}

// sampled is an API of a visibility in a state. Its short name stands in all addresses and its mark in all that is said of it, and
// neither stands in those of another one.
type sampled struct {
	slug, mark, visibility, state string
	page, isListed                bool
}

// seenBy says whether a surface has the API for a reader.
func (a sampled) seenBy(s surface, visibilities string) bool {
	if s.everyone {
		visibilities = "public"
	}
	shown := a.page
	if s.all && !s.withPage {
		shown = a.isListed
	}
	return shown && strings.Contains(" "+visibilities+" ", " "+a.visibility+" ")
}

// Who finds an API where: every reader × visibility × state × surface.
func TestWhoSeesWhat(t *testing.T) {
	g := openGallery(t)
	for _, reader := range sight.whoSees {
		if token := g.tokens[reader.who]; token != "" {
			t.Run(reader.who, func(t *testing.T) { g.checkManaged(t, token, reader.visibilities) })
			continue
		}
		b, signedIn := g.Browser(t), reader.who != "somebody who is not signed in"
		if signedIn {
			b = g.As(t, g.people[reader.who])
		}
		t.Run(reader.who, func(t *testing.T) {
			for _, s := range surfaces {
				if signedIn || !s.signedIn {
					g.check(t, b, s, reader.visibilities)
				}
			}
			g.checkSearch(t, b, reader.visibilities)
			g.checkCounts(t, b, reader.visibilities)
		})
	}
}

// check asks for one surface of all APIs.
func (g *gallery) check(t *testing.T, b *webtest.Browser, s surface, visibilities string) {
	t.Helper()
	method, pattern, _ := strings.Cut(s.route, " ")
	if s.all {
		for _, a := range g.apis { // a mark is nothing but a favourite to its owner, and stays when the API is not seen any more
			if s.query == "?favourites=1" && a.page && strings.Contains(visibilities, a.visibility) {
				b.Post("/apis/"+a.slug+"/favourite", "kept", "yes").Want(http.StatusOK)
			}
		}
		p := b.Get(pattern + s.query).Want(http.StatusOK)
		for _, a := range g.apis {
			if got, want := strings.Contains(p.Body, a.slug), a.seenBy(s, visibilities); got != want {
				t.Errorf("%s%s has the %s API that is %s: %t", pattern, s.query, a.visibility, a.state, got)
			}
		}
		return
	}
	for _, a := range g.apis {
		path := strings.NewReplacer(":slug", a.slug, ":version", "v1", ":operation", "find", ":schema", "Thing").Replace(pattern)
		var p webtest.Page
		if method == http.MethodPost {
			name, value, _ := strings.Cut(s.query[1:], "=")
			p = b.Post(path, name, value)
		} else {
			p = b.Get(path + s.query)
		}
		want := http.StatusNotFound
		if a.seenBy(s, visibilities) {
			want = http.StatusOK
		}
		if p.Status != want || strings.Contains(p.Body, a.mark) != (want == http.StatusOK) {
			t.Errorf("%s of the %s API that is %s answers %d, want %d, and names it: %t", s.route, a.visibility, a.state, p.Status, want, strings.Contains(p.Body, a.mark))
		}
	}
}

// checkSearch looks for each API by a word that only it has, by that word as a tag, and by a typo in it.
func (g *gallery) checkSearch(t *testing.T, b *webtest.Browser, visibilities string) {
	t.Helper()
	for _, a := range g.apis {
		want := a.seenBy(surface{all: true}, visibilities)
		last := len(a.mark) - 2
		typo := a.mark[:last] + a.mark[last+1:] + a.mark[last:last+1]
		found := b.Get("/apis?q=" + a.mark)
		if card := found.Has(`.api-card a[href="/apis/` + a.slug + `"]`); card != want || want != strings.HasPrefix(found.Says("#count"), "1 API ") {
			t.Errorf("a search finds the %s API that is %s: %t, and counts %q", a.visibility, a.state, card, found.Says("#count"))
		}
		if got := b.Get("/apis?q="+typo).Says(".suggestion a") == a.mark; got != want {
			t.Errorf("the %s API that is %s is suggested: %t", a.visibility, a.state, got)
		}
		if got := b.Get("/apis?tag="+a.mark).Says("#count") == "1 API"; got != want {
			t.Errorf("the tag of the %s API that is %s is counted: %t", a.visibility, a.state, got)
		}
	}
	for _, s := range []string{"draft", "retired"} {
		if p := b.Get("/apis?state=" + s); p.Says("#count") != "0 APIs" {
			t.Errorf("of APIs that are %s there are %s", s, p.Says("#count"))
		}
	}
}

// checkCounts looks at what is said of how many APIs there are, with JavaScript and without, and at the front page.
func (g *gallery) checkCounts(t *testing.T, b *webtest.Browser, visibilities string) {
	t.Helper()
	seen, listed := len(strings.Fields(visibilities)), 0
	for _, a := range g.apis {
		if a.seenBy(surface{all: true}, visibilities) {
			listed++
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.Server.URL+"/apis", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("HX-Request", "true")
	for how, p := range map[string]webtest.Page{"the page": b.Get("/apis"), "what htmx gets": b.Do(r)} {
		if p.Says("#count") != fmt.Sprintf("%d APIs", listed) || p.Find(".api-card").Length() != listed {
			t.Errorf("%s counts %q and shows %d, want %d", how, p.Says("#count"), p.Find(".api-card").Length(), listed)
		}
		for _, state := range []string{"published", "deprecated", "blocked"} {
			if got := p.Says(`.facet-value:has([name="state"][value="` + state + `"]) .n`); got != fmt.Sprint(seen) {
				t.Errorf("%s offers %q APIs that are %s, want %d", how, got, state, seen)
			}
		}
		if n := p.Find(`.facet-value [name="tag"]`).Length(); n != listed {
			t.Errorf("%s offers %d tags, want %d", how, n, listed)
		}
	}
	front := b.Get("/")
	for _, a := range g.apis {
		if strings.Contains(front.Body, a.slug) && !a.seenBy(surface{all: true, everyone: true}, "") {
			t.Errorf("the front page has the %s API that is %s", a.visibility, a.state)
		}
	}
}

// checkManaged asks the management API.
func (g *gallery) checkManaged(t *testing.T, token, visibilities string) {
	t.Helper()
	b := g.Browser(t)
	get := func(path string) webtest.Page {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.Server.URL+"/api/v1/catalogue"+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		return b.Do(r)
	}
	list := get("?limit=100").Want(http.StatusOK)
	for _, a := range g.apis {
		if got := strings.Contains(list.Body, a.mark); got != a.seenBy(surface{all: true}, visibilities) {
			t.Errorf("the list has the %s API that is %s: %t", a.visibility, a.state, got)
		}
		if got := strings.Contains(get("?q="+a.mark).Body, a.slug); got != a.seenBy(surface{all: true}, visibilities) {
			t.Errorf("a search has the %s API that is %s: %t", a.visibility, a.state, got)
		}
		want := http.StatusNotFound
		if a.seenBy(surface{}, visibilities) {
			want = http.StatusOK
		}
		if p := get("/" + a.slug); p.Status != want || strings.Contains(p.Body, a.mark) != (want == http.StatusOK) {
			t.Errorf("the %s API that is %s answers %d, want %d", a.visibility, a.state, p.Status, want)
		}
	}
}

// elsewhere are the addresses for readers that no surface of the matrix is, each with the reason.
var elsewhere = map[string]string{
	"GET /":                      "checkCounts: it has three of those that everybody sees",
	"GET /robots.txt":            "it names no API",
	"POST /apis/:slug/subscribe": "TestVisibility in models/store has a row for each answer",
}

// Nobody adds an address at which an API can be found without a row in the matrix.
func TestEveryAddressForReadersIsASurface(t *testing.T) {
	known := map[string]bool{}
	for _, s := range surfaces {
		known[s.route] = true
	}
	routes := routesOf(webtest.New(t))
	for route := range routes {
		_, pattern, _ := strings.Cut(route, " ")
		forReaders := strings.HasPrefix(pattern, "/apis") || strings.HasPrefix(pattern, "/.well-known/") || strings.Count(pattern, "/") == 1 && strings.Contains(pattern, ".") || pattern == "/"
		if forReaders && !known[route] && elsewhere[route] == "" {
			t.Errorf("%s is neither a surface nor has it a reason not to be one", route)
		}
	}
	for route := range elsewhere {
		if !routes[route] {
			t.Errorf("%s is gone", route)
		}
	}
}

// The tables of docs/catalogue.md are these.
func TestTheDocsSayWhoSeesWhat(t *testing.T) {
	text, err := os.ReadFile("../docs/catalogue.md")
	if err != nil {
		t.Fatal(err)
	}
	yes := func(is bool) string {
		if is {
			return "yes"
		}
		return "no"
	}
	for _, r := range sight.whoSees {
		row := "| " + r.who
		for _, v := range models.Visibilities() {
			row += " | " + yes(strings.Contains(r.visibilities, string(v)))
		}
		if !strings.Contains(string(text), row+" |\n") {
			t.Errorf("docs/catalogue.md has no row %q", row)
		}
	}
	for _, s := range sight.states {
		if row := fmt.Sprintf("| %s | %s | %s |\n", s.state, yes(s.page), yes(s.isListed)); !strings.Contains(string(text), row) {
			t.Errorf("docs/catalogue.md has no row %q", row)
		}
	}
}

// A private API may be seen by a member who is in another team too, but that team cannot subscribe to it.
func TestWhoSeesAPrivateAPICannotSubscribeForAnotherTeam(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	private := models.APIDraft{Name: "Quotes", Visibility: models.Private, UpstreamURL: "https://quotes.example.test"}
	if err := app.Store.EditAPI(t.Context(), models.System, w.ProviderTeam.ID, w.API.API.ID, private); err != nil {
		t.Fatal(err)
	}
	other, err := app.Store.CreateTeam(t.Context(), models.Actor{UserID: w.Provider.ID}, "Other", false)
	if err != nil {
		t.Fatal(err)
	}
	app.As(t, w.Provider).Post("/apis/quotes/subscribe", "team", other.Slug).Want(http.StatusUnprocessableEntity)
}
