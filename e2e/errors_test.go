package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/faregate/faregate/e2e/program"
)

// Whatever goes wrong, there is a page that says so in a sentence and leads on, and its status stays what it is.
func TestErrorsHavePagesThatLeadOn(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	casey := visit(t, demo, "Casey")

	for _, wrong := range []struct {
		path   string
		status int64
		says   string
		leads  string
	}{
		{"/nowhere", 404, "There is no such page", "Go to the front page"},
		{"/apis/nothing-of-the-kind", 404, "There is no such page", "Browse APIs"},
		{"/t/acme-research/", 404, "There is no such page", "Browse APIs"},
		{"/problems/nonsense", 404, "No such code", "Browse APIs"},
		{"/setup/guessed", 404, "This set-up link does not work", "Browse APIs"},
		{"/sign-out", 405, "This address does not take that method", "Browse APIs"},
	} {
		casey.open(wrong.path)
		casey.wants(wrong.status)
		casey.sees(wrong.says)
		casey.clickIn("main", wrong.leads)
		casey.wants(200)
	}

	casey.open("/t/quotable/wallet")
	casey.click("Sign in as the consumer")
	casey.wants(404) // another team's: it is not even said that it exists
	casey.sees("There is no such page")
	casey.open("/admin/teams")
	if a := casey.read("h1"); strings.Contains(a, "All teams") {
		casey.fail("somebody who is no administrator sees all teams")
	}
	casey.open("/billing/top-up?ref=dny_forged")
	if got := casey.read("main"); strings.Contains(got, "Call") {
		casey.fail("a forged reference explains a call")
	}
}

// A form that is too large is refused with a page, not with a broken connection.
func TestAnOversizedFormIsRefused(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	casey := visit(t, demo, "Casey")
	casey.open("/teams/new")
	casey.click("Sign in as the consumer")
	casey.fill("Team name", strings.Repeat("x", 3<<20))
	casey.click("Create team")
	casey.wants(413)
	casey.sees("That was too much at once", "Nothing was saved.")
}

// A form on somebody else's site cannot act in the name of who is signed in here.
func TestAFormOfAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	casey := visit(t, demo, "Casey")
	casey.open("/t/acme-research")
	casey.click("Sign in as the consumer")
	casey.sees("Active keys")

	trap := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><html lang="en"><head><title>Win</title><link rel="icon" href="data:,"></head><body><main><h1>Win a prize</h1>
			<form method="post" action="%s/teams/new"><input type="hidden" name="name" value="Trapped"><button>Claim</button></form></main></body></html>`, demo.PortalURL)
	}))
	defer trap.Close()
	casey.expects = trap.URL
	casey.open(trap.URL + "/")
	casey.click("Claim")
	casey.wants(403)
	casey.sees("This form came from another site")
	casey.open("/t/acme-research")
	casey.sees("Active keys")
	casey.open("/t/trapped")
	casey.wants(404)
}

// Who guesses passwords has to wait, and is told how long; everybody else signs in as before.
func TestGuessingPasswordsIsThrottled(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	for try := 1; try <= 8; try++ {
		form := url.Values{"email": {demo.Logins.Provider.Email}, "password": {fmt.Sprintf("guess number %d", try)}}
		r, err := http.NewRequest(http.MethodPost, demo.PortalURL+"/sign-in", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if a, err := program.Send(r); err != nil || a.Status != 422 {
			t.Fatalf("guess %d gets %d, %v", try, a.Status, err)
		}
	}
	pat := visit(t, demo, "Pat")
	pat.open("/sign-in")
	pat.fill("Email", demo.Logins.Provider.Email)
	pat.fill("Password", "one more guess")
	pat.clickIn("main form.form", "Sign in")
	pat.wants(429)
	pat.sees("Too many tries", "Too many sign-ins failed for this account or from your network. Try again in", "second")
	pat.click("Back to sign-in")
	pat.click("Sign in as the consumer")
	pat.sees("Acme Research")
}

// The inspector is not blind: it finds what it is there for.
func TestTheInspectorFindsWhatIsWrongWithAPage(t *testing.T) {
	t.Parallel()
	bad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "script-src 'nonce-a'")
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><html><head><title>Bad `+r.Host+`</title><link rel="icon" href="data:,"></head><body><h1>Bad</h1>
			<div style="width:900px">wide</div><p style="color:#bbb;background:#fff">faint</p><input name="nameless">
			<script>document.title = "not allowed"</script><script nonce="a">console.error("ouch"); null.thing</script>
			<img alt="" src="http://elsewhere.invalid/pixel.png"></body></html>`)
	}))
	defer bad.Close()
	nobody := visit(t, &program.Demo{Announcement: program.Announcement{PortalURL: bad.URL}}, "Nobody")
	nobody.open("/")
	nobody.mu.Lock()
	all := strings.Join(nobody.trouble, "\n")
	nobody.trouble = nil
	nobody.mu.Unlock()
	for _, want := range []string{
		"px wide on a screen of 390 px", "color-contrast (serious)", "label (critical)", "html-has-lang (serious)", "Content Security Policy",
		"wrote to the console", "a script failed", "asked somebody else: http://elsewhere.invalid",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("the inspector did not see: %s\nit saw:\n%s", want, all)
		}
	}
}
