package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

// An administrator makes a rule, somebody comes in its group, and the team sees who has come by it.
func TestGroupsOfTheProviderLeadToTeams(t *testing.T) {
	app, provider := withSignOn(t)
	w := app.World(t)
	root, err := app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	admin, carl := app.As(t, root), app.As(t, w.Consumer)
	p := admin.Get("/admin/single-sign-on").Want(http.StatusOK)
	if says := p.Says("main"); !strings.Contains(says, provider.URL) || !strings.Contains(says, "/sign-in/single-sign-on/return") || !strings.Contains(says, "realm_access.groups") || !strings.Contains(says, "No rules yet") {
		t.Errorf("the page says %q", says)
	}
	form := admin.Get("/admin/single-sign-on/rules/new").Want(http.StatusOK)
	bad := admin.Submit(form, "main form", "group", "devs", "team", "nobody", "role", "developer").Want(http.StatusUnprocessableEntity)
	if !bad.Has("#f-team[aria-invalid=true]") || bad.Find("input[name=group]").AttrOr("value", "") != "devs" {
		t.Errorf("a team that is not there: %s", bad.Says("main"))
	}
	list := admin.Submit(bad, "main form", "team", w.ConsumerTeam.Slug).Want(http.StatusOK)
	if !strings.Contains(list.Says("table"), "devs") || !strings.Contains(list.Says("table"), "developer") {
		t.Errorf("the list says %q", list.Says("main"))
	}

	provider.SignIn(inGroups(ada, []any{"all", "devs", 7}))
	b := app.Browser(t)
	b.Get("/sign-in/single-sign-on").Want(http.StatusOK)
	b.Get("/t/" + w.ConsumerTeam.Slug + "/keys/new").Want(http.StatusOK)
	if says := carl.Get("/t/" + w.ConsumerTeam.Slug + "/members").Says("table"); !strings.Contains(says, "by group devs") {
		t.Errorf("the members are %q", says)
	}
	if says := carl.Get("/t/" + w.ConsumerTeam.Slug + "/audit").Says("main"); !strings.Contains(says, "joined the team by a group of single sign-on") || !strings.Contains(says, "group “devs” → developer") {
		t.Errorf("the audit says %q", says)
	}

	remove, _ := list.Find(`a[href$="/remove"]`).Attr("href")
	ask := admin.Get(remove).Want(http.StatusOK)
	app.Clock.Move(11 * time.Minute)
	if p := admin.Submit(ask, "main form"); p.Status != http.StatusForbidden {
		t.Errorf("without a fresh proof it answers %d", p.Status)
	}
	admin = app.As(t, root)
	if p := admin.Submit(ask, "main form").Want(http.StatusOK); !strings.Contains(p.Says("main"), "No rules yet") {
		t.Errorf("removed: %s", p.Says("main"))
	}
	again := app.Browser(t)
	again.Get("/sign-in/single-sign-on").Want(http.StatusOK)
	again.Get("/t/" + w.ConsumerTeam.Slug).Want(http.StatusNotFound)
}

func TestAdministratorsReadWhySingleSignOnFails(t *testing.T) {
	app, provider := withSignOn(t)
	root, err := app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	provider.Instead("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"issuer":"https://another.example"}`))
	})
	if says := app.As(t, root).Get("/admin/single-sign-on").Want(http.StatusOK).Says("main"); !strings.Contains(says, "Acme cannot be used now") || !strings.Contains(says, "did not match the issuer") {
		t.Errorf("it says %q", says)
	}
	off := webtest.New(t)
	if root, err = off.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x"); err != nil {
		t.Fatal(err)
	}
	if says := off.As(t, root).Get("/admin/single-sign-on").Want(http.StatusOK).Says("main"); !strings.Contains(says, "Single sign-on is off") {
		t.Errorf("it says %q", says)
	}
}
