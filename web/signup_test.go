package web_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
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

// signUpBy is the option that sets the rule.
func signUpBy(mode models.SignUpMode, domains ...string) webtest.Option {
	return func(c *handlers.Config, _ *web.Config) {
		c.WhoSignsUp = models.SignUpRule{Mode: mode, Domains: domains}
	}
}

func TestSignUpByMailDomain(t *testing.T) {
	app := webtest.New(t, signUpBy(models.SignUpDomains, "example.com", "example.org"))
	if says := app.Browser(t).Get("/sign-up").Want(http.StatusOK).Says("#f-email-hint"); !strings.Contains(says, "at example.com or example.org") {
		t.Errorf("the form says %q at the address", says)
	}
	for _, row := range []struct {
		sentence, email string
		status          int
	}{
		{"an address of the first", "ada@example.com", http.StatusOK},
		{"an address of the second, in capitals", "Bob@EXAMPLE.org", http.StatusOK},
		{"an address of another", "eve@example.net", http.StatusUnprocessableEntity},
		{"an address of a host below it", "eve@mail.example.com", http.StatusUnprocessableEntity},
		{"an address with the domain in its name", "example.com@evil.example", http.StatusUnprocessableEntity},
	} {
		p := app.Browser(t).Post("/sign-up", "name", "Somebody", "email", row.email, "password", webtest.Password).Want(row.status)
		if refused := row.status != http.StatusOK; refused != strings.Contains(p.Says("#f-email-error"), "Use your address at example.com or example.org.") {
			t.Errorf("%s: the page says %q", row.sentence, p.Says("#f-email-error"))
		}
		_, err := app.Store.UserByEmail(t.Context(), row.email)
		if made := err == nil; made != (row.status == http.StatusOK) {
			t.Errorf("%s: an account was made is %v", row.sentence, made)
		}
	}
}

func TestSignUpByInvitation(t *testing.T) {
	app := webtest.New(t, signUpBy(models.SignUpInvited))
	w := app.World(t)
	link := func(email string) string {
		return "/invitations/" + invite(t, app, w.ConsumerTeam.ID, w.Consumer, email, models.RoleDeveloper)
	}
	signUp := func(email, next string) webtest.Page {
		return app.Browser(t).Post("/sign-up", "name", "Somebody", "email", email, "password", webtest.Password, "next", next)
	}
	open, expired, withdrawn := link("new@example.test"), link("late@example.test"), link("gone@example.test")
	if p := app.Browser(t).Get("/"); p.Has(`a[href="/sign-up"]`) {
		t.Error("the landing page offers sign-up to everybody")
	}
	if p := app.Browser(t).Get("/sign-up"); !strings.Contains(p.Says("h1"), "takes an invitation") || p.Has("main form") {
		t.Errorf("without an invitation the page says %q", p.Says("h1"))
	}
	gone, err := app.Store.InvitationBySecret(t.Context(), models.HashLinkToken(strings.TrimPrefix(withdrawn, "/invitations/")))
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Store.WithdrawInvitation(t.Context(), models.Actor{UserID: w.Consumer.ID}, w.ConsumerTeam.ID, gone.Invitation.ID); err != nil {
		t.Fatal(err)
	}
	for _, next := range []string{"", "/apis", "/invitations/guessed", "/invitations/", "//evil.example/invitations/x", withdrawn} {
		signUp("eve@example.test", next).Want(http.StatusForbidden)
	}

	form := app.Browser(t).Get(open).Want(http.StatusOK)
	if !form.Has(`a.btn[href^="/sign-up?"]`) {
		t.Error("the page of the invitation does not offer sign-up")
	}
	joined := signUp("other@example.test", open).Want(http.StatusOK)
	if joined.Path != open || !strings.Contains(joined.Says("main"), "Join as Somebody") {
		t.Errorf("after signing up %s says %q", joined.Path, joined.Says("main"))
	}
	if p := signUp("second@example.test", open).Want(http.StatusForbidden); !strings.Contains(p.Says("h1"), "has made a login already") {
		t.Errorf("the second login of a link meets %q", p.Says("h1"))
	}
	if p := app.Browser(t).Get(open).Want(http.StatusOK); p.Has(`a.btn[href^="/sign-up?"]`) || !strings.Contains(p.Says("main"), "makes one only") {
		t.Errorf("a link that made a login says %q", p.Says("main"))
	}

	app.Clock.Move(models.InvitationLife)
	signUp("late@example.test", expired).Want(http.StatusForbidden)
	for _, email := range []string{"eve@example.test", "second@example.test", "late@example.test"} {
		if _, err := app.Store.UserByEmail(t.Context(), email); err == nil {
			t.Errorf("an account of %s was made", email)
		}
	}
}

// Two forms that were filled in with one link make one login, whichever comes first.
func TestALinkMakesOneLogin(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	hash := models.HashLinkToken(invite(t, app, w.ConsumerTeam.ID, w.Consumer, "new@example.test", models.RoleDeveloper))
	made := make(chan error)
	for _, name := range []string{"ada", "bob", "eve", "kim"} {
		go func() {
			_, err := app.Store.SignUpInvited(t.Context(), models.System, models.NewUser{Name: name, Email: name + "@example.test"}, "x", hash)
			made <- err
		}()
	}
	var logins int
	for range 4 {
		if err := <-made; err == nil {
			logins++
		} else if !errors.Is(err, models.ErrInvitationUsed) {
			t.Error(err)
		}
	}
	if logins != 1 {
		t.Errorf("%d logins were made", logins)
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
