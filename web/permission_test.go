package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

var everyRole = []models.Role{models.RoleOwner, models.RoleAdmin, models.RoleDeveloper, models.RoleBilling, models.RoleViewer}

// No page below /t/ can be forgotten: whatever the router knows there is guarded as a team's page.
func TestEveryTeamRouteIsGuarded(t *testing.T) {
	app := webtest.New(t)
	guarded := map[[2]string]bool{}
	for _, r := range app.Portal.TeamRoutes() {
		guarded[[2]string{r.Method, r.Pattern}] = true
	}
	for _, r := range app.Portal.Patterns() {
		if r[0] == http.MethodHead {
			r[0] = http.MethodGet
		}
		if strings.HasPrefix(r[1], "/t/") && !guarded[r] {
			t.Errorf("%s %s is not guarded", r[0], r[1])
		}
	}
}

func TestTeamPagesAreForMembersWithThePermission(t *testing.T) {
	roles := &webtest.Roles{}
	app := webtest.New(t, roles.Wrap)
	w := app.World(t)
	member, stranger, visitor := app.As(t, w.Consumer).Stay(), app.As(t, w.Provider).Stay(), app.Browser(t).Stay()
	ask := func(b *webtest.Browser, r web.TeamRoute, path string) webtest.Page {
		if r.Method == http.MethodPost {
			return b.Post(path)
		}
		return b.Get(path)
	}
	for _, r := range app.Portal.TeamRoutes() {
		path := strings.NewReplacer(":team", w.ConsumerTeam.Slug, ":key", w.Key.ID, ":id", w.Subscription.ID, ":slug", "quotes").Replace(r.Pattern)
		name := r.Method + " " + r.Pattern
		roles.Role = ""
		if p := ask(visitor, r, path); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/sign-in?next="+url.QueryEscape(path) {
			t.Errorf("%s leads a visitor to %d %s", name, p.Status, p.Header.Get("Location"))
		}
		if p := ask(stranger, r, path); p.Status != http.StatusNotFound {
			t.Errorf("%s answers a stranger %d", name, p.Status)
		}
		for _, role := range everyRole {
			roles.Role = role
			p := ask(member, r, path)
			if forbidden := p.Status == http.StatusForbidden && strings.Contains(p.Says("h1"), "may not do this"); forbidden == role.May(r.Need) {
				t.Errorf("%s answers the role %s with %d", name, role, p.Status)
			}
		}
	}
}

func TestAdministratorsPagesDoNotExistForOthers(t *testing.T) {
	app := webtest.New(t, webtest.Serve)
	w := app.World(t)
	for _, path := range []string{
		"/admin", "/admin/teams", "/admin/teams/consumers/wallet", "/admin/proof", "/admin/unconfirmed", "/admin/unconfirmed/refund", "/outbox",
	} {
		app.As(t, w.Consumer).Get(path).Want(http.StatusNotFound)
		if p := app.Browser(t).Stay().Get(path); p.Status != http.StatusSeeOther {
			t.Errorf("%s answers a visitor %d", path, p.Status)
		}
	}
	for _, path := range []string{"/admin/teams", "/admin/teams/consumers/wallet", "/admin/proof", "/admin/unconfirmed/refund"} {
		app.As(t, w.Consumer).Post(path, "action", "provider", "team", "consumers", "provider", "on").Want(http.StatusNotFound)
	}
}

// The decision that the gateway makes is told on the API's page beforehand.
func TestTheAPIPageSaysWhatOneCanDoNow(t *testing.T) {
	roles := &webtest.Roles{}
	app := webtest.New(t, roles.Wrap)
	w := app.World(t)
	carl := app.As(t, w.Consumer)
	box := func(b *webtest.Browser) string { return b.Get("/apis/quotes").Find("aside > div").AttrOr("class", "") }
	check := func(what string, b *webtest.Browser, want string) {
		t.Helper()
		if got := box(b); !strings.Contains(got+" ", "access-"+want+" ") {
			t.Errorf("%s meets %q, want access-%s", what, got, want)
		}
	}
	check("a visitor", app.Browser(t), "sign-in")
	check("the owner's team", app.As(t, w.Provider), "owner")
	check("a subscribed team without credit", carl, "top-up")
	app.Grant(t, w.ConsumerTeam.ID, webtest.Price)
	check("a subscribed team with credit for one call", carl, "ready")
	if err := app.Store.EndSubscription(t.Context(), models.Actor{UserID: w.Consumer.ID}, w.ConsumerTeam.ID, w.Subscription.ID); err != nil {
		t.Fatal(err)
	}
	check("a team that is not subscribed", carl, "subscribe")
	roles.Role = models.RoleViewer
	check("a viewer of a team that is not subscribed", carl, "not-yours")
	carl.Post("/apis/quotes/subscribe", "team", w.ConsumerTeam.Slug).Want(http.StatusForbidden)
}
