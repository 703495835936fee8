// Package webtest starts the whole portal for a test in one line, over a real database, with a payment provider and an
// upstream that do as they are told, and looks at its pages as a browser does.
package webtest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web"
)

// App is the portal at work.
type App struct {
	Store      *store.Store
	Accounts   *billing.Accounts
	Clock      *modeltest.Clock
	Payments   *Payments
	References seal.References
	Portal     *web.Portal
	Server     *httptest.Server
	// Upstream is what the check of an upstream's address answers; nil: it can be used.
	Upstream error
	// Health is what the page of health is about.
	Health models.Health
	// NotReady is what /readyz answers; nil: ready.
	NotReady error
}

// Option changes how the portal is put together.
type Option func(*handlers.Config, *web.Config)

// Closed closes sign-up.
func Closed(c *handlers.Config, _ *web.Config) { c.WhoSignsUp.Mode = models.SignUpClosed }

// Serve leaves out what only the demo has.
func Serve(c *handlers.Config, _ *web.Config) { c.Demo = nil }

// NoPayments turns payments off.
func NoPayments(c *handlers.Config, _ *web.Config) { c.Payments, c.Fulfiller = nil, nil }

// PublicURL sets the address that links and cookies are made for.
func PublicURL(url string) Option {
	return func(c *handlers.Config, _ *web.Config) { c.PublicURL = url }
}

// New starts a portal like the demo's, without its logins. It ends with the test.
func New(t testing.TB, options ...Option) *App {
	t.Helper()
	return NewIn(t, t.TempDir(), options...)
}

// NewIn is New over the database in a folder, as an earlier process left it.
func NewIn(t testing.TB, dir string, options ...Option) *App {
	t.Helper()
	a := &App{Clock: modeltest.NewClock(time.Time{}), Payments: NewPayments(), References: seal.Master{1}.References()}
	a.Store = storetest.OpenIn(t, dir, a.Clock)
	accounts := billing.NewAccounts(a.Store, a.Clock, models.Rate{})
	a.Accounts = accounts
	var pages *handlers.Handlers
	a.Store.Listen(store.Listener{
		Announcements: func() { pages.Site().AnnouncementsChanged() },
		Settings:      func() { pages.Site().SettingsChanged() },
		Catalogue:     func(ctx context.Context, ids []string) { pages.Index().APIsChanged(ctx, ids) },
		Wallet:        accounts.Accept, Team: accounts.TeamChanged, Key: func(models.KeyHash) {}, Subscription: func(string, string) {},
		API: func(context.Context, string) error { return nil },
	})
	a.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		web.Front(http.HandlerFunc(Gateway), a.Portal, nil).ServeHTTP(w, r)
	}))
	log, master := slog.New(slog.DiscardHandler), seal.Master{1}
	hc := handlers.Config{
		Store: a.Store, Fulfiller: billing.NewFulfiller(a.Payments, a.Store), Payments: a.Payments, Funds: accounts.Funds,
		Spent: accounts.Spent, Preview: accounts.Preview, Reserve: accounts.Reserve, Prover: a.prover(t, log),
		References: a.References, Gateway: http.HandlerFunc(Gateway), Console: master.ConsoleTokens(), Credentials: master.Credentials(), Links: master.Links(), SecondFactors: master.SecondFactors(),
		SignOnTrips: master.SignOnTrips(), WebhookSecrets: master.Webhooks(), Unsubscribing: master.Unsubscribing(),
		Clock: a.Clock, Currency: models.USD, Passwords: handlers.CheapPasswords(),
		PublicURL: "http://" + a.Server.Listener.Addr().String(), WhoSignsUp: models.SignUpRule{Mode: models.SignUpOpen}, Demo: &handlers.DemoConfig{},
		Health:        func(context.Context) (models.Health, error) { return a.Health, nil },
		CheckUpstream: func(context.Context, string) error { return a.Upstream },
		ImportWaits:   func() {},
		NotLive:       func(err error) bool { return errors.Is(err, store.ErrNotLive) },
		Log:           log,
	}
	wc := web.Config{
		API:        a.Store,
		Answers:    master.Answers(),
		Ready:      func(context.Context) error { return a.NotReady },
		Unwritable: func(err error) bool { return errors.Is(err, store.ErrUnwritable) },
		Log:        log,
	}
	for _, o := range options {
		o(&hc, &wc)
	}
	pages = handlers.New(hc)
	wc.Handlers = pages
	if err := pages.Index().Load(context.Background()); err != nil {
		t.Fatalf("load the catalogue: %v", err)
	}
	var err error
	if a.Portal, err = web.New(wc); err != nil {
		t.Fatalf("build the portal: %v", err)
	}
	a.Server.Start()
	t.Cleanup(a.Server.Close)
	return a
}

// Gateway stands in for the data plane and says that it was asked.
func Gateway(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Plane", "gateway")
	_, _ = w.Write([]byte(r.URL.EscapedPath()))
}

// prover proves at once for as long as the test runs.
func (a *App) prover(t testing.TB, log *slog.Logger) *jobs.Prover {
	p := jobs.NewProver(a.Store, a.Clock, log)
	running, end := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { p.Run(running); close(ended) }()
	t.Cleanup(func() { end(); <-ended })
	return p
}
