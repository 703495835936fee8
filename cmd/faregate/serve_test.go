package main

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/faregate/faregate/e2e/program"
)

// served is a portal at work.
type served struct {
	*program.Process
	url string
}

// serve starts a portal on a free port. ready is its last line before it serves.
func serve(t *testing.T, args ...string) served {
	t.Helper()
	addr := freeAddr(t)
	return served{faregate.Start(t, nil, append([]string{"serve", "--addr", addr, "--log-format", "json"}, args...)...), "http://" + addr}
}

func (s served) ready() served { s.Says(`"msg":"ready"`); return s }

// links are the addresses in the log.
func (s served) links(t *testing.T) (links []string) {
	t.Helper()
	for line := range strings.Lines(s.Stderr()) {
		var record struct{ Link string }
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("a log line is not JSON: %s", line)
		}
		if record.Link != "" {
			links = append(links, record.Link)
		}
	}
	return links
}

// A new portal prints one link. Whoever opens it first becomes the administrator; until then nobody can sign up, and
// afterwards as --sign-up says. The link is worth nothing then, and no later start prints another.
func TestServeIsSetUpOnceByTheLinkInItsLog(t *testing.T) {
	t.Parallel()
	for _, mode := range []struct{ signUp, says string }{{"open", "One login for every team"}, {"closed", "Sign-up is closed"}} {
		t.Run("sign-up "+mode.signUp, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := serve(t, "--data", dir, "--sign-up", mode.signUp).ready()
			links := s.links(t)
			if len(links) != 1 || !strings.HasPrefix(links[0], s.url+"/setup/") {
				t.Fatalf("the log has the links %v", links)
			}
			anna := visit(t, s.url)
			signUp := []string{"name", "Anna Admin", "email", "anna@example.com", "password", "correct horse battery"}
			wants(t, anna.get("/sign-up"), 200, "Sign-up is closed")
			if a := anna.post("/sign-up", signUp...); a.Status < 400 {
				t.Fatalf("before the portal is set up somebody signs up: %d", a.Status)
			}
			wants(t, anna.get(links[0]), 200, "Set up this portal")
			wants(t, anna.post(links[0], "name", "", "email", "nonsense", "password", "short"), 422, "nonsense")
			wants(t, anna.post(links[0], signUp...), 200)
			wants(t, anna.get("/admin/teams"), 200, "All teams")

			wants(t, visit(t, s.url).get(links[0]), 404)
			wants(t, visit(t, s.url).get("/sign-up"), 200, mode.says)
			if status := s.Stop(); status != 0 {
				t.Fatalf("ended with %d: %s", status, s.Stderr())
			}
			if again := serve(t, "--data", dir, "--sign-up", mode.signUp).ready(); len(again.links(t)) != 0 {
				t.Errorf("a later start prints %v", again.links(t))
			}
		})
	}
}

// A lost link costs a restart: the next start prints a new one, and the old one is worth nothing.
func TestServeReplacesASetUpLinkThatNobodyUsed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := serve(t, "--data", dir).ready()
	old := first.links(t)[0]
	first.Stop()
	second := serve(t, "--data", dir).ready()
	wants(t, get(t, second.url+old[len(first.url):]), 404)
	wants(t, get(t, second.links(t)[0]), 200)
}

// Without Stripe's keys nobody can pay, and the pages say so; new teams buy and do not sell until an administrator says so.
func TestServeWithoutStripeSaysThatPaymentsAreOff(t *testing.T) {
	t.Parallel()
	s := serve(t, "--data", t.TempDir()).ready()
	s.Says("payments are off")
	anna := visit(t, s.url)
	wants(t, anna.post(s.links(t)[0], "name", "Anna Admin", "email", "anna@example.com", "password", "correct horse battery"), 200)
	wants(t, anna.post("/teams/new", "name", "Harbour Office"), 200)
	wants(t, anna.get("/billing/top-up?team=harbour-office"), 200, "Payments are off on this portal.")
	if a := anna.post("/billing/top-up", "team", "harbour-office", "preset", "5.00"); a.Status < 400 {
		t.Errorf("a payment begins all the same: %d %s", a.Status, a.Body)
	}
	wants(t, anna.get("/sandbox/"), 404)
	carl := visit(t, s.url)
	wants(t, carl.post("/sign-up", "name", "Carl", "email", "carl@example.com", "password", "correct horse battery"), 200)
	wants(t, carl.get("/outbox"), 404)
	wants(t, carl.get("/admin/teams"), 404)
	if a := anna.get("/t/harbour-office/apis/new"); a.Status < 400 {
		t.Errorf("a consumer team makes APIs: %d", a.Status)
	}
	wants(t, anna.post("/admin/teams", "action", "provider", "team", "harbour-office", "provider", "on"), 200)
	wants(t, anna.get("/t/harbour-office/apis/new"), 200, "New API")
	refused := wants(t, anna.post("/t/harbour-office/apis/new", "name", "Local", "upstream", "http://127.0.0.1:9"), 200)
	if published := anna.post("/t/harbour-office/apis/local/publish"); published.Status < 400 || strings.Contains(refused.Body, "panic") {
		t.Errorf("an upstream on this machine is published: %d %s", published.Status, published.Body)
	}
}

// A new process waits for the one before it: alive, but not ready. It takes over as soon as that has ended.
func TestServeWaitsForTheProcessBeforeIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := serve(t, "--data", dir).ready()
	second := serve(t, "--data", dir)
	program.Await(t, "the second process listens", func() string {
		if p := faregate.Run(t, nil, "healthcheck", "--addr", second.url[len("http://"):]); !strings.Contains(p.Stderr(), "is not ready") || p.Wait() != 1 {
			return "the health check ends with " + strconv.Itoa(p.Wait()) + ": " + p.Stderr()
		}
		return ""
	})
	wants(t, get(t, second.url+"/healthz"), 200, "ok")
	waiting := wants(t, get(t, second.url+"/readyz"), 503)
	if waiting.Header.Get("Retry-After") == "" {
		t.Error("nothing says when to ask again")
	}
	wants(t, get(t, second.url+"/"), 503, "Faregate is starting.")
	wants(t, get(t, first.url+"/readyz"), 200)
	if status := first.Stop(); status != 0 {
		t.Fatalf("the first ended with %d: %s", status, first.Stderr())
	}
	second.ready()
	wants(t, get(t, second.url+"/readyz"), 200)
	if p := faregate.Run(t, nil, "healthcheck", "--addr", second.url[len("http://"):]); p.Wait() != 0 || p.Stdout() != "ok\n" {
		t.Errorf("the health check ends with %d: %s", p.Wait(), p.Stderr())
	}
	if status := second.Stop(); status != 0 {
		t.Errorf("the second ended with %d: %s", status, second.Stderr())
	}
}
