package web_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

// The filters of the list of calls are in its address, in the form, on chips that take them off, and in every link onward.
func TestTheFilterOfCallsIsKept(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	app.Grant(t, w.ConsumerTeam.ID, models.Unit)
	charges := make([]models.Nano, models.PageSize+2)
	for i := range charges {
		charges[i] = webtest.Price
	}
	settle(t, app, w, charges...)
	carl := app.As(t, w.Consumer)

	p := carl.Get("/t/consumers/calls?api=quotes&status=2xx").Want(http.StatusOK)
	if !p.Has(`form.filters[method=get] option[value=quotes][selected]`) || !p.Has(`form.filters input[name=status][value="2xx"]`) {
		t.Error("the form does not show what is filtered")
	}
	for chip, leads := range map[string]string{"API: Quotes": "/t/consumers/calls?status=2xx", "Status: 2xx": "/t/consumers/calls?api=quotes"} {
		found := false
		for _, s := range p.Find(".chips a.chip").EachIter() {
			found = found || strings.Contains(s.Text(), chip) && s.AttrOr("href", "") == leads
		}
		if !found {
			t.Errorf("no chip %q leads to %s", chip, leads)
		}
	}
	next := p.Find("a[rel=next]").AttrOr("href", "")
	if !strings.HasPrefix(next, "/t/consumers/calls?api=quotes&status=2xx&after=req_") {
		t.Errorf("the next page is %s", next)
	}
	if p = carl.Get(next); p.Find("table.calls tbody tr").Length() != 2 || !p.Has(`a[rel=prev][href="/t/consumers/calls?api=quotes&status=2xx"]`) {
		t.Errorf("the second page has %d calls", p.Find("table.calls tbody tr").Length())
	}
	if id := p.Find(".request-id code").First().Text(); !strings.HasPrefix(id, "req_") || !p.Has(`.request-id [data-copy="`+id+`"]`) {
		t.Errorf("the request id is %q", id)
	}
	if p = carl.Get("/t/consumers/calls?status=4xx"); !strings.Contains(p.Says(".empty-state"), "No such calls") || !p.Has("form.filters") {
		t.Errorf("where nothing matches the page says %q", p.Says("main"))
	}
	if p = carl.Get("/t/consumers/calls?api=%3Cb%3E&status=9xx"); p.Has(".chips") || p.Find("table.calls tbody tr").Length() != models.PageSize {
		t.Error("filters that mean nothing are not left out")
	}
}

// An administrator finds any team by its name, and the forms stay on the page that was found.
func TestTheSearchOfTeamsIsKept(t *testing.T) {
	app := webtest.New(t, webtest.Serve)
	w := app.World(t)
	root, err := app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	for i := range models.PageSize + 1 {
		if _, err := app.Store.CreateTeam(t.Context(), models.Actor{UserID: w.Consumer.ID}, fmt.Sprintf("Search me %d", i), false); err != nil {
			t.Fatal(err)
		}
	}
	b := app.As(t, root)
	p := b.Get("/admin/teams?q=search").Want(http.StatusOK)
	next := p.Find("a[rel=next]").AttrOr("href", "")
	if !strings.HasPrefix(next, "/admin/teams?q=search&after=") || !p.Has(`.chips a[href="/admin/teams"]`) || p.Find("input#q").AttrOr("value", "") != "search" {
		t.Fatalf("the next page is %s", next)
	}
	last := b.Get(next)
	if got := last.Find("tbody tr").Length(); got != 1 {
		t.Fatalf("the second page has %d teams", got)
	}
	bad := b.Submit(last, "aside form", "team", "search-me-0", "amount", "ten").Want(http.StatusUnprocessableEntity)
	if !bad.Has(`option[value="search-me-0"][selected]`) || bad.Find("tbody tr").Length() != 1 {
		t.Error("a form that is refused loses the team that was chosen")
	}
	done := b.Submit(bad, "aside form", "team", "search-me-0", "amount", "5", "reason", "Welcome").Want(http.StatusOK)
	if !strings.Contains(done.Says(".flash"), "Search me 0 was given $5.00") || done.Find("tbody tr").Length() != 1 {
		t.Errorf("the gift says %q", done.Says(".flash"))
	}
	if p := b.Get("/admin/teams?q=nobody"); !strings.Contains(p.Says(".empty-state"), "No team matches") {
		t.Errorf("a search for nobody says %q", p.Says("main"))
	}
}

// Top-ups are paged apart from the statement, which stays where it was.
func TestTopUpsArePagedBesideTheStatement(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	for range 11 {
		if _, err := app.Store.CreateTopup(t.Context(), models.Actor{UserID: w.Consumer.ID}, models.Topup{TeamID: w.ConsumerTeam.ID, Amount: models.Unit, Currency: models.USD}); err != nil {
			t.Fatal(err)
		}
	}
	carl := app.As(t, w.Consumer)
	p := carl.Get("/t/consumers/wallet?after=999")
	next := p.Find("a[rel=next]").AttrOr("href", "")
	if !strings.HasPrefix(next, "/t/consumers/wallet?after=999&topups=tu_") {
		t.Fatalf("the next page is %s", next)
	}
	if p = carl.Get(next); p.Find("section:last-of-type tbody tr").Length() != 1 || !p.Has(`a[rel=prev][href="/t/consumers/wallet?after=999"]`) {
		t.Errorf("the second page has %d top-ups", p.Find("section:last-of-type tbody tr").Length())
	}
}

// What the pages offer is what the routes allow.
func TestLinksFollowTheRole(t *testing.T) {
	roles := &webtest.Roles{}
	app := webtest.New(t, roles.Wrap)
	w := app.World(t)
	pia := app.As(t, w.Provider)
	for _, role := range everyRole {
		roles.Role = role
		edits, publishes := role.May(models.MayManageAPIs), role.May(models.MayPublish)
		list, page, catalogue := pia.Get("/t/providers/apis"), pia.Get("/apis/quotes"), pia.Get("/apis")
		for what, got := range map[string]bool{
			"New API on the list": list.Has(`a[href="/t/providers/apis/new"]`), "the studio on the list": list.Has(`a[href="/t/providers/apis/quotes"]`),
			"New API in the catalogue": catalogue.Has(`main a[href="/t/providers/apis/new"]`), "the studio on the API's page": page.Has(`a[href="/t/providers/apis/quotes"]`),
		} {
			if got != edits {
				t.Errorf("%s shows %s: %v", role, what, got)
			}
		}
		if edits && pia.Get("/t/providers/apis/quotes").Has(`a[href="/t/providers/apis/quotes/versions/v1/publish"]`) != publishes {
			t.Errorf("%s is shown the wrong thing of publishing", role)
		}
	}
}

// pausing makes every subscription a paused one.
type pausing struct{ handlers.Store }

func (s pausing) LiveSubscription(ctx context.Context, teamID, apiID string) (models.Subscription, bool, error) {
	sub, found, err := s.Store.LiveSubscription(ctx, teamID, apiID)
	sub.State = models.Paused
	return sub, found, err
}

func TestAPausedSubscriptionIsCalledSo(t *testing.T) {
	app := webtest.New(t, func(c *handlers.Config, _ *web.Config) { c.Store = pausing{c.Store} })
	w := app.World(t)
	p := app.As(t, w.Consumer).Get("/apis/quotes").Want(http.StatusOK)
	if !strings.Contains(p.Says("aside h2"), "paused") || !p.Has(`aside a.primary[href="/t/consumers/subscriptions"]`) {
		t.Errorf("the page says %q", p.Says("aside"))
	}
}

// The front page leads somebody who has just started the demo to what it is for, and nobody else.
func TestTheLandingPageLeadsIntoTheDemo(t *testing.T) {
	logins := func(c *handlers.Config, _ *web.Config) {
		c.Demo = &handlers.DemoConfig{Logins: []handlers.DemoLogin{{Label: "the provider", Email: "p@example.test"}, {Label: "the consumer", Email: "c@example.test"}}}
	}
	demo := webtest.New(t, logins)
	demo.World(t)
	p := demo.Browser(t).Get("/")
	if p.Find(`.tries form[action="/sign-in"]`).Length() != 2 || p.Find(`.tries input[name=email]`).First().AttrOr("value", "") != "c@example.test" {
		t.Errorf("the demo's page leads to %q", p.Says(".tries"))
	}
	for _, printed := range []string{
		"curl -i http", "/invoke/quotes/v1", "HTTP/1.1 402 Payment Required", `rel="payment"`,
		`"detail":"This call needs 0.0200 USD; 0.0000 USD is available."`, "Faregate-Charged: 20000000",
	} {
		if !strings.Contains(p.Says(".strip"), printed) {
			t.Errorf("the strip does not show %s: %s", printed, p.Says(".strip"))
		}
	}
	if webtest.New(t, webtest.Serve).Browser(t).Get("/").Has(".tries") {
		t.Error("a portal that is no demo speaks of a terminal")
	}
}
