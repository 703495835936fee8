// Package gatewaytest puts a gateway together over a real database, with an upstream that a test can script.
package gatewaytest

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/plain"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
)

// Price is what a call of the world's API costs: two cents.
const Price models.Nano = 20_000_000

// PortalURL is the base of every link in a refusal.
const PortalURL = "https://portal.example.test"

// Env is a running gateway with one provider, one consumer and one API at /invoke/quotes/v1, which leads to the folder
// /base of the upstream.
type Env struct {
	T          testing.TB
	Store      *store.Store
	Books      *Books // what the settler writes to
	Clock      *modeltest.Clock
	Accounts   *billing.Accounts
	Settler    *billing.Settler
	Gateway    *gateway.Gateway
	World      storetest.World
	URL        string // of the gateway's listener
	References seal.References
	Client     *http.Client

	busy busy
}

// Option changes the gateway before it starts.
type Option func(*gateway.Config)

// New starts a gateway whose API leads to upstream. Everything ends with the test.
func New(t testing.TB, upstream http.HandlerFunc, options ...Option) *Env {
	t.Helper()
	server := httptest.NewServer(upstream)
	t.Cleanup(server.Close)
	return NewAt(t, server.URL+"/base", options...)
}

// NewAt starts a gateway whose API leads to an address.
func NewAt(t testing.TB, upstream string, options ...Option) *Env {
	t.Helper()
	e := &Env{T: t, Clock: modeltest.NewClock(time.Time{}), References: seal.Master{1}.References()}
	e.Store = storetest.Open(t, e.Clock)
	e.World = storetest.Fill(t, e.Store, upstream, Price)
	e.start(options)
	return e
}

// Over starts a gateway over a database that is filled already, beside whatever else is over it.
func Over(t testing.TB, s *store.Store, clock *modeltest.Clock, world storetest.World, options ...Option) *Env {
	t.Helper()
	e := &Env{T: t, Clock: clock, References: seal.Master{1}.References(), Store: s, World: world}
	e.start(options)
	return e
}

func (e *Env) start(options []Option) {
	log := slog.New(slog.DiscardHandler)
	e.Books = &Books{Store: e.Store}
	e.Accounts = billing.NewAccounts(e.Books, e.Clock, models.Rate{})
	e.Settler = billing.NewSettler(e.Books, log)
	config := gateway.Config{
		Source: e.Store, Accounts: e.Accounts, Settler: e.Settler, CallIDs: models.NewCallIDs(0), References: e.References,
		Credentials: seal.Master{1}.Credentials(), Upstreams: gateway.Upstreams{Loopback: true}, Currency: models.USD, PublicURL: PortalURL, Clock: e.Clock, Log: log,
	}
	for _, option := range options {
		option(&config)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var err error
	if e.Gateway, err = gateway.New(ctx, config); err != nil {
		e.T.Fatalf("start the gateway: %v", err)
	}
	e.Store.Listen(store.Listener{
		Wallet: e.Accounts.Accept, Team: e.Accounts.TeamChanged, Key: e.Gateway.KeyChanged,
		Subscription: e.Gateway.SubscriptionChanged, API: e.Gateway.APIChanged,
		Catalogue: func(context.Context, []string) {}, // nobody looks for anything here
	})
	var background sync.WaitGroup
	background.Go(func() { e.Settler.Run(ctx) })
	background.Go(func() { e.Gateway.Run(ctx) })
	e.T.Cleanup(func() { cancel(); background.Wait() })
	e.URL, e.Client = e.listen(false)
}

// listen serves the gateway on a port of its own until the test ends.
func (e *Env) listen(http2 bool) (url string, client *http.Client) {
	server := httptest.NewUnstartedServer(e.busy.wrap(e.Gateway))
	server.Config.ConnContext, server.Config.ConnState = e.Gateway.ConnContext, e.Gateway.ConnState
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	transport := &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}
	if http2 {
		server.EnableHTTP2 = true
		server.StartTLS()
		transport.ForceAttemptHTTP2 = true
		transport.TLSClientConfig = &tls.Config{RootCAs: server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}
	} else {
		calls := &plain.Server{Rest: server.Config, Takes: func(string) bool { return !onlyNetHTTP }, Now: models.SystemClock{}.Now}
		server.Listener = calls.Listen(server.Listener)
		server.Start()
		e.T.Cleanup(func() { _ = calls.Close() })
	}
	e.T.Cleanup(func() { transport.CloseIdleConnections(); server.CloseClientConnections(); server.Close() })
	return server.URL, &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// UseHTTP2 has all further calls made over HTTP/2.
func (e *Env) UseHTTP2() { e.URL, e.Client = e.listen(true) }

// Quiet waits until no handler is running: everything that a call does is done.
func (e *Env) Quiet() { e.busy.wait() }

// AwaitCallersGone waits until the server has noticed that the caller of every running call has left.
func (e *Env) AwaitCallersGone() {
	for _, running := range e.busy.contexts() {
		<-running.Done()
	}
}

// busy knows the handlers that are running.
type busy struct {
	mu      sync.Mutex
	running map[*http.Request]struct{}
	idle    chan struct{} // closed when the last one is done; nil if nobody waits
}

// onlyNetHTTP has every call of the tests served by http.Server and forwarded by http.Transport, not only those that are not
// plain, so that the same tests speak for both ways.
var onlyNetHTTP = os.Getenv("FAREGATE_TEST_NET_HTTP") != ""

func (b *busy) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if onlyNetHTTP && len(r.Header["Upgrade"]) == 0 {
			r.Header["Upgrade"] = []string{"no protocol"} // which is dropped, and makes a call one that is not plain
		}
		b.enter(r)
		defer b.leave(r)
		next.ServeHTTP(w, r)
	})
}

func (b *busy) enter(r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.running == nil {
		b.running = map[*http.Request]struct{}{}
	}
	b.running[r] = struct{}{}
}

func (b *busy) leave(r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.running, r)
	if len(b.running) == 0 && b.idle != nil {
		close(b.idle)
		b.idle = nil
	}
}

func (b *busy) contexts() (all []context.Context) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for r := range b.running {
		all = append(all, r.Context())
	}
	return all
}

func (b *busy) wait() {
	b.mu.Lock()
	if len(b.running) == 0 {
		b.mu.Unlock()
		return
	}
	if b.idle == nil {
		b.idle = make(chan struct{})
	}
	idle := b.idle
	b.mu.Unlock()
	<-idle
}
