package gateway

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/gateway/http1"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/seal"
)

// Source is where the gateway reads from when its memory does not know. Package store implements it.
type Source interface {
	Routes(ctx context.Context) ([]billing.Route, error)
	APIRoutes(ctx context.Context, apiID string) ([]billing.Route, error)
	KeyTerms(ctx context.Context, hash models.KeyHash) (billing.KeyTerms, error)
	SubscriptionTerms(ctx context.Context, teamID, apiID string) (billing.SubscriptionTerms, error)
	SubscribedAPIs(ctx context.Context, teamID string) (apiIDs []string, err error)
	SaveDenials(ctx context.Context, denials []models.Denial) error
}

// Config is everything that the gateway is given.
type Config struct {
	Source     Source
	Accounts   *billing.Accounts
	Settler    *billing.Settler
	CallIDs    *models.CallIDs
	References seal.References
	Upstreams  Upstreams
	// Credentials opens what providers have stored to be sent to their upstreams.
	Credentials seal.Box
	Currency    models.Currency
	PublicURL   string // of the portal: the base of every link in a refusal
	Clock       models.Clock
	Log         *slog.Logger
	Timeouts    Timeouts
	// AddressAttempts is how many unknown keys an address (of IPv6, a /64) may try in a second; 0 bounds nobody.
	AddressAttempts int64
	// ClientAddr is the address that a call came from, which its upstream is told; behind a proxy that is trusted, the one
	// that the proxy names. nil: whoever holds the connection.
	ClientAddr func(*http.Request) string
	// Envelope is how the format that a request is made in writes refusals; nil, like a nil answer, is the plain document.
	Envelope func(*http.Request) Envelope
	// RefusalPage answers a refusal for somebody who asked with a browser.
	RefusalPage func(http.ResponseWriter, *http.Request, billing.Denial)
}

// Gateway is the data plane. It is an http.Handler, safe for concurrent use.
type Gateway struct {
	Config
	routes        routeTable
	keys          *keyCache
	subscriptions *subscriptionCache
	denials       denialBook
	strangers     *strangers
	flight        flight
	ends          ends
	client        client    // for plain calls
	transport     transport // for all others
	upgrades      transport // but those that ask to switch protocols
	draining      atomic.Bool
	stats         *stats
	phrases       phrases
}

// transport reaches the upstreams; in all but tests it is an http.Transport.
type transport interface {
	http.RoundTripper
	CloseIdleConnections()
}

// client makes the exchanges of plain calls; in all but tests it is an http1.Client.
type client interface {
	Do(*http1.Exchange) (*http.Response, error)
	CloseIdleConnections()
}

// New makes a gateway and loads its routes.
func New(ctx context.Context, c Config) (*Gateway, error) {
	g := &Gateway{Config: c, stats: newStats(), phrases: newPhrases(c.PublicURL, c.Currency)}
	g.Timeouts = c.Timeouts.orDefaults()
	g.keys, g.subscriptions = newKeyCache(c.Source), newSubscriptionCache(c.Source)
	g.strangers = newStrangers(c.AddressAttempts)
	g.client, g.transport, g.upgrades = newClient(c.Upstreams), newTransport(c.Upstreams), newUpgradeTransport(c.Upstreams)
	g.routes.timeouts, g.routes.box, g.routes.portal = g.Timeouts, c.Credentials, c.PublicURL
	if err := g.routes.load(ctx, c.Source); err != nil {
		return nil, err
	}
	return g, nil
}

// KeyChanged drops what is known of a key. As with the two below, the next call meets the committed change.
func (g *Gateway) KeyChanged(hash models.KeyHash) { g.keys.drop(hash) }

// SubscriptionChanged drops what is known of a team's subscription to an API.
func (g *Gateway) SubscriptionChanged(teamID, apiID string) {
	g.subscriptions.drop(subscriptionKey{teamID, apiID})
}

// APIChanged rebuilds the routes of one API. On an error the old ones stay in service.
func (g *Gateway) APIChanged(ctx context.Context, apiID string) error {
	return g.routes.reload(ctx, g.Source, apiID)
}

// Run does the gateway's work in the background until ctx ends: it stores refusals, and forgets accounts that are not in
// use. At its end it closes the connections to upstreams that are idle.
func (g *Gateway) Run(ctx context.Context) {
	defer func() {
		g.client.CloseIdleConnections()
		g.transport.CloseIdleConnections()
		g.upgrades.CloseIdleConnections()
	}()
	second, minute := time.NewTicker(time.Second), time.NewTicker(time.Minute)
	defer second.Stop()
	defer minute.Stop()
	for {
		select {
		case <-second.C:
			g.saveDenials(ctx)
		case <-minute.C:
			g.Accounts.Sweep()
		case <-ctx.Done():
			g.saveDenials(context.WithoutCancel(ctx))
			return
		}
	}
}

// Drain refuses new calls from now on, while those in flight go on to their end.
func (g *Gateway) Drain() { g.draining.Store(true) }

// Draining says whether new calls are refused because the program ends.
func (g *Gateway) Draining() bool { return g.draining.Load() }

// InFlight is the number of calls that are running.
func (g *Gateway) InFlight() int { return g.flight.count() }

// UpstreamStates tells of every upstream that a route leads to, by host and owner.
func (g *Gateway) UpstreamStates() []UpstreamState { return g.routes.breakers.states() }

// OldestInFlight is a call id such that every call with a smaller one has been settled.
func (g *Gateway) OldestInFlight() models.CallID {
	return g.flight.oldest(g.CallIDs.Next(g.Clock.Now()))
}
