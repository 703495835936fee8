package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/faregate/faregate/e2e/program"
)

// From nothing to a sold call, by clicking only: one person publishes an API, another finds it, subscribes, pays call by
// call, sees where the money went, and takes the key back.
func TestAnAPIIsPublishedFoundSubscribedAndPaidFor(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	upstream := tides(t)
	pia, carl := visit(t, demo, "Pia"), visit(t, demo, "Carl")

	// Pia signs up, makes a team and an API of her own.
	pia.open("/")
	pia.sees("The developer portal whose gateway takes payment")
	signUp(pia, "Pia Provider", "pia@example.test")
	pia.sees("Create your team")
	pia.fill("Team name", "Harbour Office")
	pia.click("Create team")
	pia.sees("Harbour Office", "$0.00")
	pia.click("My APIs")
	pia.sees("No API yet")
	pia.click("New API")
	pia.fill("Name", "Tide Tables")
	pia.fill("Upstream URL", upstream)
	pia.fill("Price per call", "0.25")
	pia.click("Create draft")
	pia.sees("Tide Tables", "draft", "Only your team sees it.")
	pia.fill("In one line", "High and low water for any harbour")
	pia.fill("What it does", "Every tide of the next thirty days.")
	pia.fill("Example path", "/today")
	pia.click("Save")
	pia.sees("Saved. It is seen at once.")

	carl.open("/apis")
	carl.misses("Tide Tables")

	pia.click("Publish v1…")
	pia.sees("Publish Tide Tables v1", "This is the first release.")
	pia.fill("Note for the changelog", "First tables")
	pia.click("Publish")
	pia.sees("Tide Tables", "published", "$0.25 per call", "This is your API")

	// Carl, signed out, finds it by what it is for; he signs up and comes back to it.
	carl.fill("Search by name, purpose or team", "low water")
	carl.sees("1 API matching “low water”", "High and low water for any harbour", "by Harbour Office", "$0.25 per call")
	carl.misses("Quotes")
	carl.click("Tide Tables")
	carl.sees("Every tide of the next thirty days.", "Sign in to subscribe")
	carl.clickIn("main", "Sign up")
	fillSignUp(carl, "Carl Consumer", "carl@example.test")
	carl.sees("Tide Tables", "You need a team")
	carl.click("Create a team")
	carl.fill("Team name", "Sailing Club")
	carl.click("Create team")
	if carl.path() == "/t/sailing-club" { // the way back to what he was about to do
		carl.fill("Search APIs", "tide")
		carl.pressAndGo("\r")
		carl.click("Tide Tables")
	}
	carl.click("Subscribe Sailing Club")
	carl.sees("Sailing Club is subscribed", "out of credit", "the wallet of Sailing Club has $0.00")

	// He makes a key. It is shown once.
	carl.open("/t/sailing-club")
	carl.sees("Your first call")
	carl.click("Keys")
	carl.click("Create key")
	carl.fill("Label", "Boat computer")
	carl.click("Create key")
	carl.sees("Save this key now", "This is the only time its secret is shown")
	key := carl.read(".secret-text")
	carl.sees("curl " + demo.PortalURL + "/invoke/tide-tables/v1/today")
	carl.click("I have saved it")
	carl.sees("Boat computer", key[:len("fg_live_")+3]+"…"+key[len(key)-4:])
	carl.misses(key)
	carl.reload()
	carl.misses(key)

	// Without money the call is refused; the administrator gives some, and it goes through.
	call := demo.PortalURL + "/invoke/tide-tables/v1/today?harbour=kiel"
	if a := program.Curl(t, key, call); a.Status != 402 {
		t.Fatalf("without money the call gets %d: %s", a.Status, a.Body)
	}
	pat := visit(t, demo, "Pat")
	pat.open("/admin/teams")
	pat.click("Sign in as the provider")
	pat.sees("All teams", "Sailing Club", "Harbour Office")
	pat.fill("Team", "Sailing Club")
	pat.fill("Amount", "1")
	pat.fill("Reason", "Welcome aboard")
	pat.click("Grant credit")
	pat.sees("$1.00")

	served := program.Curl(t, key, call)
	if served.Status != 200 || served.Body != "high water, harbour=kiel, key=" || served.Header.Get("Faregate-Charged") != "250000000" {
		t.Fatalf("with money the call gets %d, charged %q: %s", served.Status, served.Header.Get("Faregate-Charged"), served.Body)
	}

	// The team sees the call: when, what, how it ended, what it cost, and by which id to ask about it.
	carl.click("Overview")
	carl.sees("$0.75", "Latest calls", "Latest refusals", "Not enough credit")
	row := rowOf("$0.25")
	line := carl.read(row)
	for _, want := range []string{"GET /today", "Tide Tables", "200", "Boat computer", "$0.25"} {
		if !strings.Contains(line, want) {
			carl.fail(fmt.Sprintf("the latest call %q does not say %q", line, want))
		}
	}
	if !regexp.MustCompile(`\d\d:\d\d:\d\d`).MatchString(line) {
		carl.fail(fmt.Sprintf("the latest call %q does not say when it was", line))
	}
	carl.clickIn(row, "Call of")
	carl.sees(served.Header.Get("Faregate-Request-Id"), "1 call at $0.25", "Charged")
	carl.click("Wallet")
	carl.sees("Welcome aboard", "+$1.00", "Tide Tables", "−$0.25", "$0.75")
	if a := program.Curl(t, key, call); a.Status != 200 {
		t.Fatalf("the second call gets %d", a.Status)
	}
	carl.reload()
	carl.sees("2 calls so far", "−$0.50", "$0.50")

	// Pia calls her own API for nothing.
	pia.open("/t/harbour-office/keys")
	pia.click("Create key")
	pia.fill("Label", "Own use")
	pia.click("Create key")
	own := program.Curl(t, pia.read(".secret-text"), call)
	if own.Status != 200 || own.Header.Get("Faregate-Charged") != "0" {
		t.Errorf("the owner's own call gets %d, charged %q: %s", own.Status, own.Header.Get("Faregate-Charged"), own.Body)
	}
	pia.click("Calls")
	pia.sees("GET /today", "own, free")
	pia.click("My APIs")
	pia.sees("Tide Tables", "published", "$0.50")

	// Carl takes the key back; from then on it opens nothing.
	carl.click("Keys")
	carl.clickIn(rowOf("Boat computer"), "Revoke")
	carl.sees("Revoke “Boat computer”", "gets 401 from the moment you confirm")
	carl.fill("Type Boat computer to confirm", "Boat computer")
	carl.click("Revoke key")
	carl.sees("revoked")
	refused := program.Curl(t, key, call)
	var body struct{ Code string }
	refused.Decode(t, &body)
	if refused.Status != 401 || body.Code != "key_revoked" || !strings.Contains(refused.Header.Get("WWW-Authenticate"), `error="invalid_token"`) {
		t.Errorf("the revoked key gets %d %q, challenged with %q", refused.Status, body.Code, refused.Header.Get("WWW-Authenticate"))
	}
	carl.click("Subscriptions")
	carl.clickIn(rowOf("Tide Tables"), "End")
	carl.fill("Type tide-tables to confirm", "tide-tables")
	carl.click("End subscription")
	carl.sees("ended")
}

// A provider changes what was published: callers get the old until the new is published, then at once the new.
func TestAChangeReachesCallersWhenItIsPublished(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	pat := visit(t, demo, "Pat")
	moved := tides(t)
	answer := func() string { return program.Curl(t, demo.Keys.Funded, demo.PortalURL+"/invoke/quotes/v1/today").Body }
	pat.open("/t/quotable/apis")
	pat.click("Sign in as the provider")
	pat.clickIn("main", "Quotes")
	pat.clickIn("main", "v1")
	pat.fill("Upstream URL", moved)
	pat.click("Save draft")
	pat.sees("The draft differs from what callers get.")
	if got := answer(); strings.Contains(got, "high water") {
		t.Errorf("before publishing a call is answered %q", got)
	}
	pat.click("Publish…")
	pat.sees("Publish changes to Quotes v1", moved)
	pat.click("Publish")
	pat.sees("published")
	if got := answer(); !strings.Contains(got, "high water") {
		t.Errorf("after publishing a call is answered %q", got)
	}
}

// tides is somebody's service, without any notion of keys or money.
func tides(t *testing.T) (url string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/today" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprintf(w, "high water, %s, key=%s", r.URL.RawQuery, r.Header.Get("Authorization")+r.Header.Get("X-API-Key"))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

const password = "correct horse battery"

// signUp makes a login, from wherever somebody is.
func signUp(p *person, name, email string) {
	p.t.Helper()
	p.click("Sign up")
	fillSignUp(p, name, email)
}

func fillSignUp(p *person, name, email string) {
	p.t.Helper()
	p.fill("Your name", name)
	p.fill("Email", email)
	p.fill("Password", password)
	p.clickIn("main", "Sign up")
}
