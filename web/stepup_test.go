package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

// stepUp are the routes that take a recent proof of who asks, written out once more.
var stepUp = []string{
	"GET /account/password", "POST /account/password",
	"GET /account/two-step", "POST /account/two-step", "POST /account/two-step/codes", "POST /account/two-step/off",
	"POST /account/tokens/new", "POST /t/:team/settings/tokens/new",
	"GET /account/passkeys/new", "POST /account/passkeys/new", "POST /account/passkeys/new/challenge", "POST /account/passkeys/:passkey/remove",
	"POST /account/delete",
	"GET /account/single-sign-on/begin", "POST /account/single-sign-on", "POST /account/single-sign-on/:identity/unlink",
	"POST /admin/single-sign-on/rules/new", "POST /admin/single-sign-on/rules/:rule/remove",
	"POST /t/:team/settings/owner", "POST /t/:team/settings/delete", "POST /t/:team/apis/:slug/hand-over", "POST /admin/apis/:slug/:version/block",
	"POST /admin/teams", "POST /admin/teams/:team/wallet", "POST /admin/unconfirmed/refund",
	"POST /t/:team/invitations/new", "POST /t/:team/invitations/:invitation/resend", "POST /t/:team/members/:user", "POST /t/:team/members/:user/remove",
	"POST /t/:team/join-requests/:request",
	"POST /admin/users/:user/administrator", "POST /admin/users/:user/second-factor", "POST /admin/users/:user/suspend", "POST /admin/users/:user/impersonate",
}

func TestDangerousActsTakeAProofOfWhoAsks(t *testing.T) {
	declared := web.StepUpNeeded()
	slices.Sort(declared)
	wanted := slices.Sorted(slices.Values(stepUp))
	if !slices.Equal(declared, wanted) {
		t.Fatalf("the table has\n%q, want\n%q", declared, wanted)
	}
	app := webtest.New(t, webtest.Serve)
	w := app.World(t)
	root, err := app.Store.AddAdministrator(t.Context(), models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	owner, admin, stranger := app.As(t, w.Consumer).Stay(), app.As(t, root).Stay(), app.As(t, w.Provider).Stay()
	asks := func(p webtest.Page) bool {
		to := p.Header.Get("Location")
		return p.Status == http.StatusSeeOther && strings.HasPrefix(to, "/account/confirm") || p.Status == http.StatusForbidden && strings.Contains(p.Says("h1"), "Confirm that it is you")
	}
	fill := strings.NewReplacer(":team", w.ConsumerTeam.Slug, ":user", w.Consumer.ID, ":invitation", "inv_1", ":request", "join_1")
	for r := range rights {
		method, pattern, _ := strings.Cut(r, " ")
		b, path := owner, fill.Replace(pattern)
		if rights[r] == administrators {
			b = admin
		}
		if rights[r] == everybody || strings.Contains(path, ":") {
			continue
		}
		if method == http.MethodGet { // a fresh session first: the walk of the posts would do what it asks for
			if p := ask(b, method, path); asks(p) {
				t.Errorf("%s asks who has just signed in", r)
			}
		}
	}
	app.Clock.Move(models.StepUpLife)
	for r := range rights {
		method, pattern, _ := strings.Cut(r, " ")
		b, path := owner, fill.Replace(pattern)
		if rights[r] == administrators {
			b = admin
		}
		needs := slices.Contains(stepUp, r)
		if rights[r] == everybody || !needs && (method == http.MethodPost || strings.Contains(path, ":")) {
			continue
		}
		p := ask(b, method, path)
		if asks(p) != needs {
			t.Errorf("%s after ten minutes is answered %d %s %q", r, p.Status, p.Header.Get("Location"), p.Says("h1"))
		}
		if needs && method == http.MethodGet && p.Header.Get("Location") != "/account/confirm?next="+url.QueryEscape(path) {
			t.Errorf("%s leads to %s", r, p.Header.Get("Location"))
		}
		if needs && rights[r] != signedIn {
			if p := ask(stranger, method, path); p.Status != http.StatusNotFound {
				t.Errorf("%s asks somebody for a proof who may not do it at all: %d", r, p.Status)
			}
		}
	}
}

// The act goes on after the proof, with what was typed before it.
func TestAFormWaitsForTheProofAndLosesNothing(t *testing.T) {
	app := webtest.New(t)
	b := app.Browser(t)
	b.SignUp("Ada", "ada@example.test")
	slug := b.NewTeam("Acme <b>")
	app.Clock.Move(models.StepUpLife)
	form := b.Get("/t/" + slug + "/settings/delete").Want(http.StatusOK)
	p := b.Submit(form, "main form", "confirm", "Acme <b>").Want(http.StatusForbidden)
	if strings.Contains(p.Body, `value="Acme <b>"`) || p.Find("input[name=confirm]").AttrOr("value", "") != "Acme <b>" {
		t.Fatalf("what was typed is lost:\n%s", p.Body)
	}
	if got := b.Get("/t/" + slug); got.Status != http.StatusOK {
		t.Fatal("the team was deleted without a proof")
	}
	p = b.Submit(p, "main form", "proof", "guess guess guess").Want(http.StatusUnprocessableEntity)
	if !p.Has("#f-proof[aria-invalid=true]") || strings.Contains(p.Body, "guess guess") || p.Find("input[name=confirm]").AttrOr("value", "") != "Acme <b>" {
		t.Errorf("a wrong password is answered %q", p.Says("main"))
	}
	if got := b.Get("/t/" + slug); got.Status != http.StatusOK {
		t.Fatal("the team was deleted by a wrong password")
	}
	p = b.Submit(p, "main form", "proof", webtest.Password).Want(http.StatusOK)
	if !strings.Contains(p.Says(".flash"), "is deleted") {
		t.Errorf("after the proof: %s says %q", p.Path, p.Says("main"))
	}
}

// A page that takes a proof opens after it, and for ten minutes; what leads on is never another site.
func TestAPageOpensAfterTheProof(t *testing.T) {
	app := webtest.New(t)
	b := app.Browser(t)
	b.SignUp("Ada", "ada@example.test")
	app.Clock.Move(models.StepUpLife)
	p := b.Get("/account/password").Want(http.StatusOK)
	if p.Path != "/account/confirm?next=%2Faccount%2Fpassword" {
		t.Fatalf("it opens %s", p.Path)
	}
	if p = b.Submit(p, "main form", "proof", webtest.Password).Want(http.StatusOK); p.Path != "/account/password" {
		t.Errorf("after the proof it opens %s", p.Path)
	}
	app.Clock.Move(models.StepUpLife - time.Millisecond)
	if p := b.Get("/account/password"); p.Path != "/account/password" {
		t.Errorf("within ten minutes it opens %s", p.Path)
	}
	app.Clock.Move(time.Millisecond)
	if p := b.Get("/account/password"); p.Path == "/account/password" {
		t.Error("after ten minutes it opens")
	}
	for _, next := range []string{"https://evil.test/", "//evil.test", ""} {
		p := b.Stay().Post("/account/confirm", "proof", webtest.Password, "next", next)
		if got := p.Header.Get("Location"); p.Status != http.StatusSeeOther || got != "/start" {
			t.Errorf("next=%s leads to %d %s", next, p.Status, got)
		}
	}
	if p := app.Browser(t).Stay().Get("/account/confirm"); !strings.HasPrefix(p.Header.Get("Location"), "/sign-in") {
		t.Errorf("a visitor gets %d %s", p.Status, p.Header.Get("Location"))
	}
}

// Wrong proofs are bounded like wrong sign-ins, with which they share their count.
func TestProofsAreThrottled(t *testing.T) {
	app := webtest.New(t)
	b := app.Browser(t)
	b.SignUp("Ada", "ada@example.test")
	for range 8 {
		b.Post("/account/confirm", "proof", "guess").Want(http.StatusUnprocessableEntity)
	}
	if p := b.Post("/account/confirm", "proof", webtest.Password).Want(http.StatusTooManyRequests); p.Header.Get("Retry-After") == "" {
		t.Error("nothing says when to try again")
	}
}

// The token is another one after a proof and after a new password, and the old one opens nothing.
func TestTokensChangeWithEveryPrivilege(t *testing.T) {
	app := webtest.New(t)
	b := app.Browser(t)
	b.SignUp("Ada", "ada@example.test")
	for _, act := range []struct{ path, field, value string }{
		{"/account/confirm", "proof", webtest.Password},
		{"/account/password", "password", newPassword},
	} {
		before := b.Token()
		b.Post(act.path, act.field, act.value).Want(http.StatusOK)
		if after := b.Token(); after == before || opens(t, app, before) || !opens(t, app, after) {
			t.Errorf("%s: the token was %s and is %s; the old one opens: %t", act.path, before, after, opens(t, app, before))
		}
	}
}

// opens says whether a session's token opens its user's account.
func opens(t *testing.T, app *webtest.App, token string) bool {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/account", nil)
	r.AddCookie(&http.Cookie{Name: "faregate_session", Value: token})
	answer := httptest.NewRecorder()
	app.Portal.ServeHTTP(answer, r)
	return answer.Code == http.StatusOK
}

func TestThePasswordIsChangedWhileSignedIn(t *testing.T) {
	app := webtest.New(t)
	home := app.Browser(t)
	home.SignUp("Ada", "ada@example.test")
	phone := signIn(t, app, "Firefox/146.0")
	app.Mails(t)
	form := home.Submit(home.Get("/account/password"), "main form", "password", "Password1234").Want(http.StatusUnprocessableEntity)
	if !form.Has("#f-password[aria-invalid=true]") || !isSignedIn(phone) {
		t.Errorf("a bad password is answered %q", form.Says("main"))
	}
	p := home.Submit(form, "main form", "password", newPassword).Want(http.StatusOK)
	if p.Path != "/account" || !strings.Contains(p.Says(".flash"), "Your password is changed") || p.Find("tbody tr").Length() != 1 {
		t.Errorf("%s says %q", p.Path, p.Says("main"))
	}
	if isSignedIn(phone) || !isSignedIn(home) {
		t.Error("the wrong sessions are left")
	}
	if signsIn(t, app, "ada@example.test", webtest.Password) || !signsIn(t, app, "ada@example.test", newPassword) {
		t.Error("the passwords are not as they should be")
	}
	if told := app.Mails(t); len(told) != 1 || told[0].Recipient != "ada@example.test" || !strings.Contains(told[0].Subject, "password was changed") {
		t.Errorf("after the change: %+v", told)
	}
}

// In the demo nobody has typed the password of the logins that are offered, so the page says it.
func TestTheDemoSaysThePasswordOfItsLogins(t *testing.T) {
	app := webtest.New(t, func(c *handlers.Config, _ *web.Config) {
		c.Demo.Logins = []handlers.DemoLogin{{Label: "the provider", Email: "ada@example.test", Password: webtest.Password}}
	})
	ada, bob := app.Browser(t), app.Browser(t)
	ada.SignUp("Ada", "ada@example.test")
	bob.SignUp("Bob", "bob@example.test")
	if !strings.Contains(ada.Get("/account/confirm").Says(".notice"), webtest.Password) || bob.Get("/account/confirm").Has(".notice") {
		t.Error("the wrong people are told a password")
	}
}
