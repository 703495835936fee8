package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/faregate/faregate/e2e/program"
)

// What people have changed in a demo is still changed at its next start: samples are put in only once.
func TestDemoPutsItsSamplesInOnlyOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before := faregate.Demo(t, "--data", dir)
	casey, pat := visit(t, before.PortalURL), visit(t, before.PortalURL)
	wants(t, casey.post("/sign-in", "email", before.Logins.Consumer.Email, "password", before.Logins.Consumer.Password), 200)
	wants(t, pat.post("/sign-in", "email", before.Logins.Provider.Email, "password", before.Logins.Provider.Password), 200)
	end := regexp.MustCompile(`/t/acme-research/subscriptions/[^"/]+/end`).FindString(casey.get("/t/acme-research/subscriptions").Body)
	wants(t, casey.post(end, "confirm", "quotes"), 200)
	wants(t, pat.post("/t/quotable/apis/quotes", "name", "Sayings", "summary", "Wise ones", "visibility", "private"), 200)
	wants(t, program.Curl(t, before.Keys.Funded, before.InvokeURL), 404)
	if status := before.Stop(); status != 0 {
		t.Fatalf("ended with %d: %s", status, before.Stderr())
	}

	after := faregate.Demo(t, "--data", dir)
	casey, pat = visit(t, after.PortalURL), visit(t, after.PortalURL)
	wants(t, casey.post("/sign-in", "email", after.Logins.Consumer.Email, "password", after.Logins.Consumer.Password), 200)
	wants(t, pat.post("/sign-in", "email", after.Logins.Provider.Email, "password", after.Logins.Provider.Password), 200)
	wants(t, casey.get("/t/acme-research/subscriptions"), 200, "ended")
	wants(t, pat.get("/t/quotable/apis/quotes"), 200, "Sayings", "Wise ones")
	wants(t, program.Curl(t, after.Keys.Funded, after.InvokeURL), 404)
}

// A demo's credit was never paid for, and a portal's customers are no samples: neither command opens what the other made,
// nor leaves anything there.
func TestDemoAndRealPortalsStayApart(t *testing.T) {
	t.Parallel()
	ofDemo, ofPortal := t.TempDir(), t.TempDir()
	faregate.Demo(t, "--data", ofDemo).Stop()
	serve(t, "--data", ofPortal).ready().Stop()
	for _, row := range []struct {
		sentence, says string
		args           []string
	}{
		{"serve on a demo's data", "belong to a demo", []string{"serve", "--addr", "127.0.0.1:0", "--data", ofDemo}},
		{"migrate on a demo's data", "belong to a demo", []string{"migrate", "--data", ofDemo}},
		{"demo on a portal's data", "belong to a real portal", []string{"demo", "--addr", "127.0.0.1:0", "--data", ofPortal}},
	} {
		p := faregate.Run(t, nil, row.args...)
		if status := p.Wait(); status != 1 || !strings.Contains(p.Stderr(), row.says) {
			t.Errorf("%s ended with %d: %s", row.sentence, status, p.Stderr())
		}
	}
	for _, name := range []string{"demo.json", "sandbox.json"} {
		if _, err := os.Stat(filepath.Join(ofPortal, name)); err == nil {
			t.Errorf("the demo left %s with the portal's data", name)
		}
	}
	faregate.Demo(t, "--data", ofDemo)
	serve(t, "--data", ofPortal).ready()
}
