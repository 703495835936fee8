package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

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
