package stripepay_test

import (
	"bufio"
	"debug/buildinfo"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/billing/stripepay"
)

const (
	stripeMock        = "github.com/stripe/stripe-mock"
	stripeMockVersion = "v0.203.0"
)

// TestStripesOwnMockAcceptsEveryRequest checks our parameters against the specification that Stripe publishes. The
// sandbox cannot do that: it was written by us and shares our misunderstandings. stripe-mock keeps no state and answers
// from fixtures, so only its acceptance means anything.
func TestStripesOwnMockAcceptsEveryRequest(t *testing.T) {
	statuses := &recorder{next: http.DefaultTransport}
	c := stripepay.New(stripepay.Config{
		SecretKey: "sk_test_123", BackendURL: startStripeMock(t), HTTPClient: &http.Client{Transport: statuses},
		Logger: slog.New(slog.DiscardHandler),
	})
	for _, row := range []struct {
		sentence string
		call     func() error
	}{
		{"making a customer", func() error {
			_, err := c.CreateCustomer(t.Context(), billing.CustomerRequest{TeamID: "team_1", TeamName: "Blue", Email: "ann@example.com"})
			return err
		}},
		{"making a customer without an e-mail address", func() error {
			_, err := c.CreateCustomer(t.Context(), billing.CustomerRequest{TeamID: "team_2", TeamName: "Red"})
			return err
		}},
		{"opening a checkout", func() error {
			_, err := c.OpenCheckout(t.Context(), checkoutRequest())
			return err
		}},
		{"fetching a payment", func() error {
			_, err := c.Payment(t.Context(), "cs_test_1")
			return err
		}},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			before := len(statuses.taken())
			if err := row.call(); err != nil {
				t.Error(err)
			}
			seen := statuses.taken()[before:]
			if len(seen) == 0 {
				t.Error("no request was made")
			}
			for _, s := range seen {
				if !strings.HasSuffix(s, " 200") {
					t.Errorf("stripe-mock refused: %s", s)
				}
			}
		})
	}
}

// recorder notes every request with the status it got.
type recorder struct {
	next http.RoundTripper
	mu   sync.Mutex
	seen []string
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := r.next.RoundTrip(req)
	if err == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.seen = append(r.seen, fmt.Sprintf("%s %s %d", req.Method, req.URL.Path, res.StatusCode))
	}
	return res, err
}

func (r *recorder) taken() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen
}

// startStripeMock runs stripe-mock on ports of the system's choice until the test ends and returns its address, which it
// prints once it listens.
func startStripeMock(t *testing.T) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), installStripeMock(t), "-http-addr", "127.0.0.1:0", "-https-addr", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // the context has ended it by then
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if address, ok := strings.CutPrefix(lines.Text(), "Listening for HTTP at address: "); ok {
			go func() { // so that it never blocks on its own output
				for lines.Scan() {
				}
			}()
			return "http://" + address
		}
	}
	t.Fatal("stripe-mock ended before it listened")
	return ""
}

// installStripeMock returns the pinned stripe-mock, which stays in the user's cache from run to run.
func installStripeMock(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(cache, "faregate-tools")
	binary := filepath.Join(folder, "stripe-mock")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	if info, err := buildinfo.ReadFile(binary); err == nil && info.Main.Version == stripeMockVersion {
		return binary
	}
	install := exec.CommandContext(t.Context(), "go", "install", stripeMock+"@"+stripeMockVersion)
	install.Env = append(os.Environ(), "GOBIN="+folder)
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("this test needs stripe-mock, and `GOBIN=%s go install %s@%s` failed: %v\n%s",
			folder, stripeMock, stripeMockVersion, err, out)
	}
	return binary
}
