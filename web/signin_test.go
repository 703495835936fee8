package web_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

func TestSigningIn(t *testing.T) {
	app := webtest.New(t)
	app.Browser(t).SignUp("Ada", "ada@example.test")
	for _, tc := range []struct{ name, email, password string }{
		{"a wrong password", "ada@example.test", "wrong wrong wrong"},
		{"an unknown address", "nobody@example.test", webtest.Password},
		{"an empty form", "", ""},
	} {
		p := app.Browser(t).Post("/sign-in", "email", tc.email, "password", tc.password, "next", "/apis").Want(http.StatusUnprocessableEntity)
		if got := p.Find("input[name=email]").AttrOr("value", ""); got != tc.email {
			t.Errorf("%s: the address that was typed is lost: %q", tc.name, got)
		}
		if p.Find("input[name=next]").AttrOr("value", "") != "/apis" || !strings.Contains(p.Says(".error-summary"), "do not belong together") {
			t.Errorf("%s is answered %q", tc.name, p.Says(".error-summary"))
		}
		if p.Find("input[name=password]").AttrOr("value", "") != "" {
			t.Errorf("%s: the password is sent back", tc.name)
		}
	}
	for next, want := range map[string]string{"/apis?q=x": "/apis?q=x", "https://evil.test/": "/start", "//evil.test": "/start", "": "/start"} {
		p := app.Browser(t).Stay().Post("/sign-in", "email", " ADA@example.test", "password", webtest.Password, "next", next)
		if got := p.Header.Get("Location"); p.Status != http.StatusSeeOther || got != want {
			t.Errorf("next=%s leads to %d %s, want %s", next, p.Status, got, want)
		}
	}
}

func TestTheDemoOffersItsLogins(t *testing.T) {
	app := webtest.New(t, func(c *handlers.Config, _ *web.Config) {
		c.Demo.Logins = []handlers.DemoLogin{{Label: "the provider", What: "owns an API", Email: "ada@example.test", Password: webtest.Password}}
	})
	app.Browser(t).SignUp("Ada", "ada@example.test")
	b := app.Browser(t)
	p := b.Get("/sign-in?next=/apis")
	if got := p.Find(".demo-logins form").Length(); got != 1 || !strings.Contains(p.Says(".demo-logins button"), "Sign in as the provider") {
		t.Fatalf("%d logins are offered: %q", got, p.Says(".demo-logins"))
	}
	if p := b.Submit(p, ".demo-logins form"); p.Path != "/apis" || !p.Has(`form[action="/sign-out"]`) {
		t.Errorf("the button leads to %s", p.Path)
	}
}

// Guessing stops after a few tries, for a while, and never for the owner at home.
func TestGuessingIsThrottled(t *testing.T) {
	app := webtest.New(t)
	app.Browser(t).SignUp("Ada", "ada@example.test")
	app.Browser(t).SignUp("Bob", "bob@example.test")
	guess := func(email, password string) webtest.Page {
		return app.Browser(t).Stay().Post("/sign-in", "email", email, "password", password)
	}
	var last webtest.Page
	tries := 0
	for ; tries < 50 && last.Status != http.StatusTooManyRequests; tries++ {
		last = guess("ada@example.test", "guess number "+strconv.Itoa(tries))
	}
	if tries > 12 {
		t.Fatalf("%d guesses were let in", tries)
	}
	wait, err := strconv.Atoi(last.Header.Get("Retry-After"))
	if err != nil || !strings.Contains(last.Says("main"), "Try again in") {
		t.Errorf("the refusal says %q, Retry-After %q", last.Says("main"), last.Header.Get("Retry-After"))
	}
	if p := guess("ada@example.test", webtest.Password); p.Status != http.StatusTooManyRequests {
		t.Errorf("the right password is told apart while guessing is stopped: %d", p.Status)
	}
	if p := guess("bob@example.test", webtest.Password); p.Status != http.StatusSeeOther {
		t.Errorf("another account cannot sign in from there: %d", p.Status)
	}
	app.Clock.Move(time.Duration(wait) * time.Second)
	if p := guess("ada@example.test", webtest.Password); p.Status != http.StatusSeeOther {
		t.Errorf("after the time that was named the owner gets %d", p.Status)
	}
}

// What the browser brought before signing in is worth nothing afterwards, and what it has while signed in is worth nothing
// after signing out.
func TestSessionTokensChange(t *testing.T) {
	app := webtest.New(t)
	b := app.Browser(t)
	b.SignUp("Ada", "ada@example.test")
	token := func(p webtest.Page) string {
		for _, c := range (&http.Response{Header: p.Header}).Cookies() {
			if c.Name == "faregate_session" && c.MaxAge >= 0 {
				return c.Value
			}
		}
		return ""
	}
	with := func(token string) int {
		r := httptest.NewRequest(http.MethodGet, "/start", nil)
		r.AddCookie(&http.Cookie{Name: "faregate_session", Value: token})
		answer := httptest.NewRecorder()
		app.Portal.ServeHTTP(answer, r)
		return answer.Code
	}
	first := token(b.Stay().Post("/sign-in", "email", "ada@example.test", "password", webtest.Password))
	second := token(b.Stay().Post("/sign-in", "email", "ada@example.test", "password", webtest.Password))
	if len(first) < 43 || first == second {
		t.Fatalf("the tokens are %q and %q", first, second)
	}
	if with(first) != http.StatusSeeOther || with(second) != http.StatusOK {
		t.Errorf("the old token opens %d, the new one %d", with(first), with(second))
	}
	b.Post("/sign-out").Want(http.StatusOK)
	if with(second) != http.StatusSeeOther {
		t.Errorf("after signing out the token still opens %d", with(second))
	}
}

// A session lasts as long as it is used, and its use is written down at most every five minutes.
func TestSessionsSlide(t *testing.T) {
	app := webtest.New(t)
	b := app.Browser(t)
	b.SignUp("Ada", "ada@example.test")
	wrote := func() bool { return b.Get("/start").Header.Get("Set-Cookie") != "" }
	if wrote() {
		t.Error("a read wrote the session at once")
	}
	app.Clock.Move(5*time.Minute - time.Millisecond)
	if wrote() {
		t.Error("a read wrote the session before five minutes were over")
	}
	app.Clock.Move(time.Millisecond)
	if !wrote() || wrote() {
		t.Error("after five minutes the use is to be written once")
	}
	for range 3 {
		app.Clock.Move(20 * 24 * time.Hour)
		if p := b.Get("/start"); p.Path != "/start" {
			t.Fatalf("a session in use ended: %s", p.Path)
		}
	}
	app.Clock.Move(31 * 24 * time.Hour)
	if p := b.Get("/start"); !strings.HasPrefix(p.Path, "/sign-in") {
		t.Errorf("a session that nobody used for a month opens %s", p.Path)
	}
}

func TestCookies(t *testing.T) {
	for _, tc := range []struct {
		url, session string
		secure       bool
	}{
		{"http://portal.example.test", "faregate_session", false},
		{"https://portal.example.test", "__Host-faregate_session", true},
	} {
		app := webtest.New(t, webtest.PublicURL(tc.url))
		post := func(path, body string) *http.Response {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			answer := httptest.NewRecorder()
			app.Portal.ServeHTTP(answer, r)
			return answer.Result()
		}
		signedUp := post("/sign-up", "name=Ada&email=ada@example.test&password=long+enough+password")
		cookies := append(signedUp.Cookies(), post("/theme", "theme=dark&next=/apis").Cookies()...)
		if len(cookies) != 2 || cookies[0].Name != tc.session || cookies[1].Value != "dark" {
			t.Fatalf("%s sets %v", tc.url, cookies)
		}
		for _, c := range cookies {
			if !c.HttpOnly || c.Secure != tc.secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
				t.Errorf("%s sets %s", tc.url, c)
			}
		}
		if hsts := signedUp.Header.Get("Strict-Transport-Security"); (hsts != "") != tc.secure {
			t.Errorf("%s says Strict-Transport-Security %q", tc.url, hsts)
		}
	}
}

// A visitor who only looks around gets no cookie and leaves no session.
func TestVisitorsLeaveNoTrace(t *testing.T) {
	app := webtest.New(t)
	for _, path := range []string{"/", "/apis", "/sign-in", "/sign-up", "/problems/not_found", "/nowhere"} {
		if got := app.Browser(t).Get(path).Header.Get("Set-Cookie"); got != "" {
			t.Errorf("%s sets %s", path, got)
		}
	}
}
