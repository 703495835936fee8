package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

func TestSigningUpKeepsWhatWasTyped(t *testing.T) {
	app := webtest.New(t)
	app.Browser(t).SignUp("Ada", "ada@example.test")
	for _, tc := range []struct{ why, name, email, password, field string }{
		{"no name", "", "bob@example.test", webtest.Password, "name"},
		{"half an address", "Bob", "bob@", webtest.Password, "email"},
		{"an address that is taken", "Bob", "Ada@Example.test", webtest.Password, "email"},
		{"a short password", "Bob", "bob@example.test", "short", "password"},
		{"a common password", "Bob", "bob@example.test", "Password1234", "password"},
		{"the own address as password", "Bob", "bob.the.builder@example.test", "bobthebuilder1", "password"},
	} {
		p := app.Browser(t).Post("/sign-up", "name", tc.name, "email", tc.email, "password", tc.password, "next", "/apis").Want(http.StatusUnprocessableEntity)
		if !p.Has("#f-"+tc.field+"[aria-invalid=true]") || !p.Has("#f-"+tc.field+"-error") {
			t.Errorf("%s is not told at the field %s", tc.why, tc.field)
		}
		if p.Find("input[name=name]").AttrOr("value", "") != tc.name || p.Find("input[name=email]").AttrOr("value", "") != tc.email || p.Find("input[name=next]").AttrOr("value", "") != "/apis" {
			t.Errorf("%s: what was typed is lost", tc.why)
		}
	}
}

func TestSignUpIsClosed(t *testing.T) {
	for name, option := range map[string]webtest.Option{"by the setting": webtest.Closed, "before the set-up": webtest.Serve} {
		app := webtest.New(t, option)
		b := app.Browser(t)
		if p := b.Get("/sign-up"); !strings.Contains(p.Says("h1"), "closed") || p.Has("main form") || b.Get("/").Has(`a[href="/sign-up"]`) {
			t.Errorf("closed %s, the page says %q", name, p.Says("h1"))
		}
		b.Post("/sign-up", "name", "Ada", "email", "ada@example.test", "password", webtest.Password).Want(http.StatusForbidden)
		if _, err := app.Store.UserByEmail(t.Context(), "ada@example.test"); err == nil {
			t.Errorf("closed %s, an account was made", name)
		}
	}
}

// The set-up link makes one administrator, once, and opens sign-up.
func TestTheSetUpLinkWorksOnce(t *testing.T) {
	app := webtest.New(t, webtest.Serve)
	if err := app.Store.OfferSetUp(t.Context(), "one-time"); err != nil {
		t.Fatal(err)
	}
	b := app.Browser(t)
	b.Get("/setup/guessed").Want(http.StatusNotFound)
	b.Post("/setup/guessed", "name", "Eve", "email", "eve@example.test", "password", webtest.Password).Want(http.StatusNotFound)
	form := b.Get("/setup/one-time").Want(http.StatusOK)
	again := b.Submit(form, "main form", "name", "Ada", "email", "ada@example.test", "password", "short").Want(http.StatusUnprocessableEntity)
	b.Submit(again, "main form", "password", webtest.Password).Want(http.StatusOK)
	b.Get("/admin/teams").Want(http.StatusOK)
	app.Browser(t).Get("/setup/one-time").Want(http.StatusNotFound)
	app.Browser(t).SignUp("Bob", "bob@example.test")
}

func TestANewTeam(t *testing.T) {
	app := webtest.New(t, webtest.Serve)
	if _, err := app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x"); err != nil {
		t.Fatal(err)
	}
	b := app.Browser(t)
	b.SignUp("Ada", "ada@example.test")
	refused := b.Post("/teams/new", "name", "", "slug", "Not A Slug", "next", "/apis").Want(http.StatusUnprocessableEntity)
	if !refused.Has("#f-name-error") || !refused.Has("#f-slug-error") || refused.Find("#f-slug").AttrOr("value", "") != "Not A Slug" {
		t.Errorf("the form says %q", refused.Says(".error-summary"))
	}
	if p := b.Post("/teams/new", "name", "Acme", "slug", "weather"); p.Path != "/t/weather" {
		t.Errorf("a team with its own short name is at %s", p.Path)
	}
	b.Post("/teams/new", "name", "Other", "slug", "weather").Want(http.StatusUnprocessableEntity)
	// Outside the demo a team is a consumer until an administrator says otherwise.
	b.Get("/t/weather/apis/new").Want(http.StatusForbidden)
	b.Post("/t/weather/apis/new", "name", "X", "upstream", "https://x.example.test").Want(http.StatusForbidden)
}
