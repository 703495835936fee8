package gateway_test

import (
	"bufio"
	"flag"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

const (
	random = "/invoke/quotes/v1/random"
	price  = gatewaytest.Price
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestMain fails if a goroutine is left. The one that gorm starts for each of its statement caches cannot be ended.
func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // net/http's transport tells of upstreams that say too much
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("gorm.io/gorm/internal/lru.NewLRU[...].func1"))
}

// golden compares text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// overTLS starts a gateway whose API leads to upstream over TLS, where it speaks HTTP/2 and HTTP/1.
func overTLS(t *testing.T, upstream http.HandlerFunc, options ...gatewaytest.Option) *gatewaytest.Env {
	t.Helper()
	server := httptest.NewUnstartedServer(upstream)
	server.EnableHTTP2 = true
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	t.Cleanup(server.Close)
	e := gatewaytest.NewAt(t, server.URL+"/base", options...)
	gateway.SetRootCAs(e.Gateway, server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs)
	return e
}

// seen is a request as the upstream met it.
type seen struct {
	Method, URI, Host, Proto, Body string
	Header, Trailer                http.Header
	Length                         int64
}

// notebook is an upstream that writes down the last request and answers 200.
type notebook struct {
	mu   sync.Mutex
	last seen
	n    int
}

func (b *notebook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = seen{r.Method, r.RequestURI, r.Host, r.Proto, string(body), r.Header, r.Trailer, r.ContentLength}
	b.n++
}

func (b *notebook) page() seen {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.last
}

func (b *notebook) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.n
}

// rawReply reads an answer from a connection.
func rawReply(t *testing.T, from *bufio.Reader, method string) gatewaytest.Reply {
	t.Helper()
	response, err := http.ReadResponse(from, &http.Request{Method: method})
	if err != nil {
		t.Fatalf("read the answer: %v", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("read the answer's body: %v", err)
	}
	return gatewaytest.Reply{Response: response, Text: string(text)}
}

// quick gives every wait of the gateway's the same short limit.
func quick(limit time.Duration) gatewaytest.Option {
	return func(c *gateway.Config) { c.Timeouts = gateway.Timeouts{Answer: limit, HangUp: limit} }
}

// wantStatus fails unless an answer has the status and, if code is not empty, that code in its body.
func wantStatus(t *testing.T, reply gatewaytest.Reply, status int, code string) {
	t.Helper()
	if reply.StatusCode != status || !strings.Contains(reply.Text, code) {
		t.Fatalf("got %d %q, want %d %s", reply.StatusCode, reply.Text, status, code)
	}
}

// wantCall compares the newest stored call.
func wantCall(t *testing.T, e *gatewaytest.Env, status int, charge models.Nano, evidence models.Evidence) {
	t.Helper()
	call := e.LastCall()
	if call.Status != status || call.Charge != charge || call.Evidence != evidence {
		t.Errorf("stored %d, charge %s, %q; want %d, %s, %q",
			call.Status, call.Charge.Decimal(2), call.Evidence, status, charge.Decimal(2), evidence)
	}
}
