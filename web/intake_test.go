package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/web"
	"github.com/faregate/faregate/web/webtest"
)

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	app := webtest.New(t)
	for _, tc := range []struct {
		why, header, value, path string
		want                     int
	}{
		{"a form of another site", "Sec-Fetch-Site", "cross-site", "/theme", http.StatusForbidden},
		{"one of an older browser", "Origin", "https://evil.test", "/theme", http.StatusForbidden},
		{"our own form", "Sec-Fetch-Site", "same-origin", "/theme", http.StatusSeeOther},
		{"our own form behind a proxy that changes the host", "Origin", app.Server.URL, "/theme", http.StatusSeeOther},
		{"a program", "X-Nothing", "", "/theme", http.StatusSeeOther},
		{"the webhook, which is signed", "Origin", "https://stripe.test", "/webhooks/stripe", http.StatusBadRequest},
	} {
		r := httptest.NewRequest(http.MethodPost, tc.path, strings.NewReader("theme=dark"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set(tc.header, tc.value)
		answer := httptest.NewRecorder()
		app.Portal.ServeHTTP(answer, r)
		if answer.Code != tc.want {
			t.Errorf("%s is answered %d, want %d", tc.why, answer.Code, tc.want)
		}
	}
}

func TestBodiesAreBounded(t *testing.T) {
	app := webtest.New(t)
	big := strings.Repeat("x", 1<<20+1)
	for _, path := range []string{"/sign-in", "/webhooks/stripe"} {
		for name, body := range map[string]io.Reader{"declared": strings.NewReader("email=" + big), "chunked": io.MultiReader(strings.NewReader("email=" + big))} {
			r, err := http.NewRequest(http.MethodPost, app.Server.URL+path, body)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Stripe-Signature", webtest.GoodSignature)
			if p := app.Browser(t).Do(r); p.Status != http.StatusRequestEntityTooLarge {
				t.Errorf("a %s body that is too large for %s is answered %d", name, path, p.Status)
			}
		}
	}
}

// Whoever sends a body slowly, wanted or not, is answered and cut off after a while.
func TestBodiesMustArriveInTime(t *testing.T) {
	app := webtest.New(t)
	app.Portal.SetBodyWithin(50 * time.Millisecond)
	const form, some = "Content-Type: application/x-www-form-urlencoded\r\n", "Content-Length: 1000\r\n\r\nemail="
	for _, tc := range []struct {
		why, request string
		want         int
	}{
		{"a form that stops", "POST /sign-in HTTP/1.1\r\nHost: h\r\n" + form + some, http.StatusRequestTimeout},
		{"a form that stops between chunks", "POST /sign-in HTTP/1.1\r\nHost: h\r\n" + form + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n", http.StatusRequestTimeout},
		{"a form that does not begin", "POST /theme HTTP/1.1\r\nHost: h\r\n" + form + "Content-Length: 1\r\n\r\n", http.StatusRequestTimeout},
		{"a webhook that stops", "POST /webhooks/stripe HTTP/1.1\r\nHost: h\r\n" + some, http.StatusRequestTimeout},
		{"a body that a page does not want", "GET /apis HTTP/1.1\r\nHost: h\r\n" + some, http.StatusRequestTimeout},
		{"a body that a probe does not want", "GET /healthz HTTP/1.1\r\nHost: h\r\n" + some, http.StatusRequestTimeout},
		{"a kind of form that is not read", "POST /sign-in HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\n" + some, http.StatusUnsupportedMediaType},
	} {
		conn, err := net.Dial("tcp", app.Server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.WriteString(conn, tc.request); err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(conn) // to the end of the connection
		if status := fmt.Sprintf("HTTP/1.1 %d ", tc.want); !strings.HasPrefix(string(all), status) || err != nil {
			t.Errorf("%s is answered %.40q, %v; want %d", tc.why, all, err, tc.want)
		}
		_ = conn.Close()
	}
}

// The limit is for the body alone: the work for it may take longer, and the connection serves the next request.
func TestAPageMayTakeLongerThanItsForm(t *testing.T) {
	app := webtest.New(t, func(c *handlers.Config, _ *web.Config) {
		c.CheckUpstream = func(ctx context.Context, _ string) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(150 * time.Millisecond):
				return nil
			}
		}
	})
	app.Portal.SetBodyWithin(50 * time.Millisecond)
	pia := app.As(t, app.World(t).Provider)
	for range 2 {
		pia.Post("/t/providers/apis/quotes/versions/v1/publish", "note", "Slowly").Want(http.StatusOK)
	}
}

// A form of a kind that is not read would look like one in which nothing was filled in.
func TestFormsOfAnotherKindAreRefused(t *testing.T) {
	app := webtest.New(t)
	for _, tc := range []struct {
		why, path, kind, body string
		want                  int
	}{
		{"our own kind", "/theme", "application/x-www-form-urlencoded", "theme=dark", http.StatusSeeOther},
		{"our own kind with its charset", "/theme", "Application/X-WWW-Form-Urlencoded; charset=UTF-8", "theme=dark", http.StatusSeeOther},
		{"no body at all", "/sign-out", "", "", http.StatusSeeOther},
		{"a form with files", "/theme", "multipart/form-data; boundary=x", "--x--", http.StatusUnsupportedMediaType},
		{"JSON", "/sign-in", "application/json", "{}", http.StatusUnsupportedMediaType},
		{"plain text", "/sign-in", "text/plain", "email=x", http.StatusUnsupportedMediaType},
		{"a kind that nobody names", "/sign-in", "", "email=x", http.StatusUnsupportedMediaType},
		{"a kind that cannot be read", "/sign-in", ";", "email=x", http.StatusUnsupportedMediaType},
		{"JSON where there is no form", "/apis", "application/json", "{}", http.StatusMethodNotAllowed},
		{"JSON where there is no page", "/nowhere", "application/json", "{}", http.StatusNotFound},
		{"the webhook, which is no form", "/webhooks/stripe", "application/json", "{}", http.StatusBadRequest},
	} {
		r, err := http.NewRequest(http.MethodPost, app.Server.URL+tc.path, strings.NewReader(tc.body))
		if err != nil {
			t.Fatal(err)
		}
		if tc.kind != "" {
			r.Header.Set("Content-Type", tc.kind)
		}
		p := app.Browser(t).Stay().Do(r)
		if p.Status != tc.want || tc.want == http.StatusUnsupportedMediaType && !strings.Contains(p.Says("h1"), "not a form") {
			t.Errorf("%s is answered %d %q, want %d", tc.why, p.Status, p.Says("h1"), tc.want)
		}
	}
}

func TestWrongTurnsKeepTheirStatus(t *testing.T) {
	app := webtest.New(t)
	for _, tc := range []struct {
		method, path string
		want         int
	}{
		{http.MethodGet, "/nowhere", http.StatusNotFound},
		{http.MethodGet, "/apis/nothing", http.StatusNotFound},
		{http.MethodGet, "/t", http.StatusNotFound},
		{http.MethodDelete, "/sign-in", http.StatusMethodNotAllowed},
		{http.MethodGet, "/sign-out", http.StatusMethodNotAllowed},
		{http.MethodGet, "/webhooks/stripe", http.StatusMethodNotAllowed},
		{http.MethodPost, "/apis", http.StatusMethodNotAllowed},
		{http.MethodGet, "/problems/no_luck", http.StatusNotFound},
		{http.MethodHead, "/apis", http.StatusOK},
		{http.MethodGet, "/_stories", http.StatusNotFound},
		{http.MethodGet, "/static/0000/faregate.css", http.StatusNotFound},
	} {
		r, err := http.NewRequest(tc.method, app.Server.URL+tc.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		p := app.Browser(t).Do(r)
		if p.Status != tc.want {
			t.Errorf("%s %s is answered %d, want %d", tc.method, tc.path, p.Status, tc.want)
		}
		if allow := p.Header.Get("Allow"); tc.want == http.StatusMethodNotAllowed && allow == "" {
			t.Errorf("%s %s does not say what is allowed", tc.method, tc.path)
		}
	}
}

func TestProgramsGetJSON(t *testing.T) {
	app := webtest.New(t)
	r, err := http.NewRequest(http.MethodGet, app.Server.URL+"/nowhere", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	p := app.Browser(t).Do(r).Want(http.StatusNotFound)
	if p.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(p.Body, p.Header.Get("Faregate-Request-Id")) {
		t.Errorf("a program gets %s: %s", p.Header.Get("Content-Type"), p.Body)
	}
}

// What is drawn from samples is for those who draw pages, never for the public.
func TestStoriesAreForDevelopment(t *testing.T) {
	app := webtest.New(t, func(_ *handlers.Config, c *web.Config) { c.Dev = true })
	p := app.Browser(t).Get("/_stories").Want(http.StatusOK)
	app.Browser(t).Get(p.Find("main li a").First().AttrOr("href", "")).Want(http.StatusOK)
}

func TestAnswersAreCounted(t *testing.T) {
	app := webtest.New(t)
	b := app.Browser(t).Stay()
	for _, path := range []string{"/", "/apis", "/start", "/nowhere"} {
		b.Get(path)
	}
	if got := app.Portal.Stats().Answers; got != [6]int64{0, 0, 2, 1, 1, 0} {
		t.Errorf("the answers by class are %v", got)
	}
}

func TestHealth(t *testing.T) {
	app := webtest.New(t)
	b := app.Browser(t)
	b.Get("/healthz").Want(http.StatusOK)
	b.Get("/readyz").Want(http.StatusOK)
	app.NotReady = models.Sentence("The ledger cannot be written.")
	if p := b.Get("/readyz").Want(http.StatusServiceUnavailable); !strings.Contains(p.Body, "The ledger cannot be written.") {
		t.Errorf("/readyz says %s", p.Body)
	}
	app.NotReady = errors.New("secret detail")
	if p := b.Get("/readyz").Want(http.StatusServiceUnavailable); strings.Contains(p.Body, "secret detail") {
		t.Errorf("/readyz tells %s", p.Body)
	}
	b.Get("/healthz").Want(http.StatusOK)
}

var scriptNonce = regexp.MustCompile(`script-src 'nonce-([^']+)'`)

// Every answer has the policy, and the scripts of a page carry the nonce of that very answer.
func TestThePolicyIsEverywhere(t *testing.T) {
	app := webtest.New(t)
	w := app.World(t)
	seen := map[string]bool{}
	for _, path := range []string{
		"/", "/apis", "/apis/quotes", "/t/consumers", "/t/consumers/keys/new", "/billing/top-up?team=consumers", "/billing/top-up?ref=broken",
		"/nowhere", "/healthz", "/static/nothing", "/start", "/admin/teams",
	} {
		p := app.As(t, w.Consumer).Stay().Get(path)
		policy := p.Header.Get("Content-Security-Policy")
		nonce := scriptNonce.FindStringSubmatch(policy)
		if !strings.HasPrefix(policy, "default-src 'none'; script-src 'nonce-") || nonce == nil || seen[nonce[1]] {
			t.Errorf("%s has the policy %q", path, policy)
			continue
		}
		seen[nonce[1]] = true
		if p.Header.Get("X-Content-Type-Options") != "nosniff" || p.Header.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%s lacks headers: %v", path, p.Header)
		}
		for _, script := range p.Find("script").EachIter() {
			if script.AttrOr("nonce", "") != nonce[1] {
				t.Errorf("%s has a script without the nonce", path)
			}
		}
		if p.Has("[style], style, [onclick], [hx-on]") {
			t.Errorf("%s has what the policy forbids", path)
		}
	}
}

// failing is a store that cannot read teams' calls.
type failing struct {
	handlers.Store
	err error
}

func (f failing) TeamCalls(context.Context, string, models.CallFilter, models.Page) (models.Searched[models.CallListing], error) {
	if f.err == nil {
		panic("a defect of ours")
	}
	return models.Searched[models.CallListing]{}, f.err
}

// What goes wrong inside stays inside: the reader gets a sentence and a reference.
func TestUnexpectedErrorsAreNeutral(t *testing.T) {
	for _, tc := range []struct {
		why    string
		err    error
		status int
		says   string
	}{
		{"an unknown error", errors.New("secret detail"), http.StatusInternalServerError, "This failed on our side"},
		{"a panic", nil, http.StatusInternalServerError, "This failed on our side"},
		{"a database that cannot be written", fmt.Errorf("%w: secret detail", store.ErrUnwritable), http.StatusServiceUnavailable, "cannot be written"},
	} {
		app := webtest.New(t, func(c *handlers.Config, _ *web.Config) { c.Store = failing{c.Store, tc.err} })
		w := app.World(t)
		p := app.As(t, w.Consumer).Get("/t/consumers/calls").Want(tc.status)
		id := p.Header.Get("Faregate-Request-Id")
		if text := p.Says("main"); !strings.Contains(text, tc.says) || !strings.Contains(text, id) || id == "" || strings.Contains(p.Body, "secret") || strings.Contains(p.Body, "defect") {
			t.Errorf("%s is answered %q", tc.why, text)
		}
	}
}
