package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
)

// Who signs in by a passkey while it is being removed is not signed in.
func TestNoSessionOutrunsARemovedPasskey(t *testing.T) {
	m := &meddler{}
	app, home, key := withPasskey(t, func(c *handlers.Config, _ *web.Config) { m.Store, c.Store = c.Store, m })
	id, thief := passkeyID(t, home), app.Browser(t)
	ada, err := app.Store.UserByEmail(t.Context(), "ada@example.test")
	if err != nil {
		t.Fatal(err)
	}
	m.before = func() {
		if err := app.Store.RemovePasskey(t.Context(), models.System, ada.ID, id, ""); err != nil {
			t.Error(err)
		}
	}
	if p := shows(thief, key).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says("main"), "removed a moment ago") || isSignedIn(thief) {
		t.Errorf("the sign-in is answered %q", p.Says("main"))
	}
}

func TestWhoIsSuspendedHasNoPasskeyEither(t *testing.T) {
	app, home, key := withPasskey(t)
	root, err := app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	ada, err := app.Store.UserByEmail(t.Context(), "ada@example.test")
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Store.SuspendUser(t.Context(), models.Actor{UserID: root.ID}, ada.ID, false); err != nil {
		t.Fatal(err)
	}
	if p := shows(home, key).Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says("main"), "suspended") || isSignedIn(home) {
		t.Errorf("a suspended user reads %q", p.Says("main"))
	}
}

func TestAnAdministratorTakesPasskeysAway(t *testing.T) {
	app, home, _ := withPasskey(t)
	root, err := app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	ada, err := app.Store.UserByEmail(t.Context(), "ada@example.test")
	if err != nil {
		t.Fatal(err)
	}
	addPasskey(t, home, "Phone")
	app.Mails(t)
	admin := app.As(t, root)
	page := admin.Get("/admin/users/" + ada.ID).Want(http.StatusOK)
	if href := page.Find(`a:contains("Take sign-in factors away")`).AttrOr("href", ""); href != "/admin/users/"+ada.ID+"/second-factor" {
		t.Fatalf("the user's page leads to %q", href)
	}
	form := admin.Get("/admin/users/" + ada.ID + "/second-factor").Want(http.StatusOK)
	if !form.Has("input[value=passkeys][checked]") || form.Has("input[value=factor]") {
		t.Errorf("the form offers %q", form.Says("main"))
	}
	admin.Post("/admin/users/" + ada.ID + "/second-factor").Want(http.StatusUnprocessableEntity)
	admin.Submit(form, "main form").Want(http.StatusOK)
	if left, err := app.Store.Passkeys(t.Context(), ada.ID); len(left) != 0 || err != nil || isSignedIn(home) {
		t.Errorf("%d passkeys are left, %v, or she is signed in", len(left), err)
	}
	if told := app.Mails(t); len(told) != 1 || told[0].Subject != "Passkeys were removed" || !strings.Contains(told[0].Text, "“Laptop”, “Phone”") {
		t.Errorf("the mails are %+v", told)
	}
}

func TestANewPasswordByMailKeepsPasskeysAndSaysSo(t *testing.T) {
	app, home, key := withPasskey(t)
	home.Post("/account/verify").Want(http.StatusOK)
	home.Submit(home.Get(app.LinkIn(t, app.Mails(t)[0], "/verify/")), "main form").Want(http.StatusOK)
	home.Post("/forgot-password", "email", "ada@example.test").Want(http.StatusOK)
	link := app.LinkIn(t, app.Mails(t)[0], "/reset-password/")
	stranger := app.Browser(t)
	form := stranger.Get(link).Want(http.StatusOK)
	if !strings.Contains(form.Says("main"), "this account has 1 passkey.") {
		t.Errorf("the form says %q", form.Says("main"))
	}
	stranger.Submit(form, "main form", "password", "an altogether new one").Want(http.StatusOK)
	if p := shows(stranger, key); p.Path != "/apis" {
		t.Errorf("the passkey leads to %s", p.Path)
	}
}
