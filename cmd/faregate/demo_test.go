package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/e2e/program"
)

// With --json exactly one line stands on standard output, with the documented fields; all else goes to standard error.
func TestDemoAnnouncesItselfInOneLineOfJSON(t *testing.T) {
	t.Parallel()
	mine := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(mine.Close)
	d := faregate.Demo(t, "--upstream", mine.URL)
	wants(t, program.Curl(t, d.Keys.Funded, d.InvokeURL), 200)
	if status := d.Stop(); status != 0 {
		t.Fatalf("ended with %d: %s", status, d.Stderr())
	}
	if strings.Count(d.Stdout(), "\n") != 1 || !strings.HasSuffix(d.Stdout(), "\n") {
		t.Errorf("standard output has more than one line: %q", d.Stdout())
	}
	var fields any
	if err := json.Unmarshal([]byte(d.Stdout()), &fields); err != nil {
		t.Fatal(err)
	}
	login := []any{"email", "password"}
	if diff := cmp.Diff(names(map[string]any{
		"portal_url": "", "logins": map[string]any{"provider": login, "consumer": login}, "keys": []any{"funded", "ten", "broke"},
		"invoke_url": "", "mine_url": "", "price_nano": "",
	}), names(fields)); diff != "" {
		t.Error("fields", diff)
	}
	if d.InvokeURL != d.PortalURL+"/invoke/quotes/v1/random" || d.MineURL != d.PortalURL+"/invoke/mine/v1" || d.PriceNano != 20_000_000 {
		t.Errorf("announced %+v", d.Announcement)
	}
	if !strings.Contains(d.Stderr(), "level=INFO") {
		t.Errorf("the log is not on standard error: %q", d.Stderr())
	}
}

// names are the names of an object's fields, all the way down.
func names(v any) map[string]any {
	found := map[string]any{}
	switch v := v.(type) {
	case map[string]any:
		for name, below := range v {
			found[name] = names(below)
		}
	case []any:
		for _, name := range v {
			found[name.(string)] = map[string]any{}
		}
	}
	return found
}

// Without --json a person is told where the portal is, who may sign in, and which lines to paste.
func TestDemoTellsPeopleWhatToDo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := faregate.Start(t, nil, "demo", "--addr", "127.0.0.1:0", "--data", dir)
	program.Await(t, "the logins are printed", func() string {
		if !strings.Contains(p.Stdout(), "repeat 2.") {
			return "there is only: " + p.Stdout()
		}
		return ""
	})
	var state struct {
		Provider, Consumer program.Login
		Keys               map[string]string
	}
	raw, err := os.ReadFile(filepath.Join(dir, "demo.json"))
	if err == nil {
		err = json.Unmarshal(raw, &state)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		state.Provider.Email + "   " + state.Provider.Password, state.Consumer.Email + "   " + state.Consumer.Password,
		state.Keys["funded"] + "   plenty of money", state.Keys["ten"] + "   money for exactly ten calls", state.Keys["broke"] + "   none",
	} {
		if !strings.Contains(p.Stdout(), want) {
			t.Errorf("does not print %q:\n%s", want, p.Stdout())
		}
	}
	line := regexp.MustCompile(`curl -i -H "Authorization: Bearer (\S+)" (\S+)`).FindAllStringSubmatch(p.Stdout(), -1)
	if len(line) != 2 {
		t.Fatalf("prints %d curl lines:\n%s", len(line), p.Stdout())
	}
	wants(t, program.Curl(t, line[0][1], line[0][2]), 200)
	wants(t, program.Curl(t, line[1][1], line[1][2]), 402)
}

// Each operation of the sample API is documented, and what the document says of it is what its upstream answers.
func TestDemoDocumentsItsSampleAPI(t *testing.T) {
	t.Parallel()
	d := faregate.Demo(t)
	wants(t, get(t, d.PortalURL+"/apis/quotes/v1/reference"), 200, "4 operations")
	for id, path := range map[string]string{"randomQuote": "/random", "listQuotes": "/quotes?on=money", "getQuote": "/quotes/3", "streamQuotes": "/stream"} {
		route, _, _ := strings.Cut(path, "?")
		wants(t, get(t, d.PortalURL+"/apis/quotes/v1/reference/"+id), 200, strings.Replace(route, "/3", "/{id}", 1), "/apis/quotes/v1/try/"+id)
		wants(t, program.Curl(t, d.Keys.Funded, d.PortalURL+"/invoke/quotes/v1"+path), 200)
	}
}

// What holds secrets is for the operator alone.
func TestDemoKeepsItsSecretsToItself(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	faregate.Demo(t, "--data", dir)
	for _, name := range []string{".", "demo.json", "secret.key", "sandbox.json"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v, %v", name, info.Mode(), err)
		}
	}
}

// Without --data everything goes with the process.
func TestDemoWithoutDataLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	tmp := t.TempDir()
	p := faregate.Start(t, []string{"TMPDIR=" + tmp}, "demo", "--addr", "127.0.0.1:0", "--json")
	p.Line()
	if found, _ := filepath.Glob(filepath.Join(tmp, "faregate-demo-*", "faregate.db")); len(found) != 1 {
		t.Errorf("the temporary folder holds %v", found)
	}
	if status := p.Stop(); status != 0 {
		t.Fatalf("ended with %d: %s", status, p.Stderr())
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// A later start on the same data has the same logins and keys, the balances as they were, and the sandbox's payments:
// somebody who was just about to pay still can.
func TestDemoFindsEverythingAsItWasLeft(t *testing.T) {
	t.Parallel()
	dir, addr := t.TempDir(), freeAddr(t)
	before := faregate.Demo(t, "--data", dir, "--addr", addr)
	for range 4 {
		wants(t, program.Curl(t, before.Keys.Ten, before.InvokeURL), 200)
	}
	casey := visit(t, before.PortalURL)
	wants(t, casey.post("/sign-in", "email", before.Logins.Consumer.Email, "password", before.Logins.Consumer.Password), 200)
	leaving := wants(t, casey.post("/billing/top-up", "team", "empty-pockets", "preset", "5.00", "amount", ""), 200, "Taking you to Stripe")
	checkout := regexp.MustCompile(`/sandbox/[\w/]+`).FindString(leaving.Body)
	wants(t, casey.get(checkout), 200, "$5.00")
	if status := before.Stop(); status != 0 {
		t.Fatalf("ended with %d: %s", status, before.Stderr())
	}

	after := faregate.Demo(t, "--data", dir, "--addr", addr)
	if diff := cmp.Diff(before.Announcement, after.Announcement); diff != "" {
		t.Error("announced something else", diff)
	}
	for range 6 {
		wants(t, program.Curl(t, after.Keys.Ten, after.InvokeURL), 200)
	}
	wants(t, program.Curl(t, after.Keys.Ten, after.InvokeURL), 402)

	wants(t, casey.get("/t/empty-pockets"), 200, "Empty Pockets") // still signed in
	wants(t, program.Curl(t, after.Keys.Broke, after.InvokeURL), 402)
	wants(t, casey.post(checkout, "email", "casey@example.com", "number", "4242 4242 4242 4242", "expiry", "12/34", "cvc", "123", "name", "Casey"), 200)
	program.Await(t, "the credit arrives", func() string {
		if a := casey.get("/t/empty-pockets/wallet"); !strings.Contains(a.Body, "+$5.00") {
			return a.Body
		}
		return ""
	})
	wants(t, program.Curl(t, after.Keys.Broke, after.InvokeURL), 200)
}

// The newcomer's own service is published as "mine", for the same keys and at the same price.
func TestDemoPutsAServiceBehindTheGateway(t *testing.T) {
	t.Parallel()
	mine := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte(r.Method + " " + r.URL.String() + " " + r.Header.Get("Authorization")))
	}))
	t.Cleanup(mine.Close)
	dir := t.TempDir()
	d := faregate.Demo(t, "--data", dir, "--upstream", mine.URL+"/base")
	a := wants(t, program.Curl(t, d.Keys.Funded, d.MineURL+"/tea%2Fpot?milk=no"), http.StatusTeapot)
	if a.Body != "GET /base/tea%2Fpot?milk=no " || a.Header.Get("Faregate-Charged") != "20000000" {
		t.Errorf("the service got %q; charged %s", a.Body, a.Header.Get("Faregate-Charged"))
	}
	wants(t, program.Curl(t, d.Keys.Broke, d.MineURL+"/"), 402)
	wants(t, get(t, d.PortalURL+"/apis?q=mine"), 200, "Your own service, behind the gateway.")
	d.Stop()

	moved := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("moved")) }))
	t.Cleanup(moved.Close)
	again := faregate.Demo(t, "--data", dir, "--upstream", moved.URL)
	wants(t, program.Curl(t, again.Keys.Funded, again.MineURL+"/"), 200, "moved")
}

// A service that is our own listener would call itself for ever; it is not called. Nor does one that is down cost anything.
func TestDemoCallsNeitherItselfNorChargesForNothing(t *testing.T) {
	t.Parallel()
	addr := freeAddr(t)
	self := faregate.Demo(t, "--addr", addr, "--upstream", "http://"+addr)
	a := program.Curl(t, self.Keys.Funded, self.MineURL+"/healthz")
	if a.Status < 500 || a.Header.Get("Faregate-Charged") != "0" || strings.Contains(a.Body, "ok\n") {
		t.Errorf("our own listener as upstream: %d, charged %q: %s", a.Status, a.Header.Get("Faregate-Charged"), a.Body)
	}

	down := faregate.Demo(t, "--upstream", "http://"+freeAddr(t))
	a = wants(t, program.Curl(t, down.Keys.Funded, down.MineURL+"/"), 502, `"code":"upstream_error"`)
	if a.Header.Get("Faregate-Charged") != "0" {
		t.Errorf("a service that is down costs %s", a.Header.Get("Faregate-Charged"))
	}
}

// An address that listens everywhere is printed as one that can be opened.
func TestDemoPrintsAnAddressThatCanBeOpened(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", ":0"} {
		d := faregate.Demo(t, "--addr", addr)
		if !regexp.MustCompile(`^http://localhost:\d+$`).MatchString(d.PortalURL) {
			t.Errorf("--addr %s is announced as %s", addr, d.PortalURL)
		}
		wants(t, program.Curl(t, d.Keys.Funded, d.InvokeURL), 200)
	}
}

// Links are made from --public-url alone, whatever Host a caller writes; payments work behind it, too.
func TestDemoMakesLinksFromThePublicURL(t *testing.T) {
	t.Parallel()
	addr := freeAddr(t)
	d := faregate.Demo(t, "--addr", addr, "--public-url", "https://portal.example.com/")
	if d.PortalURL != "https://portal.example.com" || d.InvokeURL != "https://portal.example.com/invoke/quotes/v1/random" {
		t.Errorf("announced %+v", d.Announcement)
	}
	a := wants(t, program.Curl(t, d.Keys.Broke, "http://"+addr+"/invoke/quotes/v1/random"), 402, `"top_up_url":"https://portal.example.com/billing/top-up?ref=dny_`)
	if strings.Contains(a.Body+a.Header.Get("Link"), addr) {
		t.Errorf("the address of the listener is given away: %s", a.Body)
	}
	r, err := http.NewRequest(http.MethodPost, "http://"+addr+"/sign-in", strings.NewReader("email="+d.Logins.Consumer.Email+"&password="+d.Logins.Consumer.Password))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	signedIn, err := program.Send(r)
	cookie := signedIn.Header.Get("Set-Cookie")
	if err != nil || signedIn.Status != 303 || !strings.HasPrefix(cookie, "__Host-") || !strings.Contains(cookie, "Secure") || !strings.Contains(cookie, "HttpOnly") {
		t.Errorf("signed in with %d, cookie %q, %v", signedIn.Status, cookie, err)
	}
}
