package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/web/api"
	"github.com/faregate/faregate/web/page"
)

// Config is what the portal is given. Everything must be set unless it says otherwise.
type Config struct {
	Handlers *handlers.Handlers
	// TrustedProxies are the addresses whose X-Forwarded-For is believed; with none of them a request comes from whoever
	// holds the connection.
	TrustedProxies []netip.Prefix
	// Ready says whether the program can serve; the text of an error that is a models.Sentence is shown.
	Ready func(ctx context.Context) error
	// Unwritable says whether an error means that the database cannot be written.
	Unwritable func(error) bool
	// API is what the management API asks of the store, and Answers seals what it keeps of requests with an idempotency key.
	API     api.Store
	Answers api.Sealer
	// Metrics is served at /metrics; nil: the portal has no such address.
	Metrics http.Handler
	Dev     bool // serve the sample pages at /_stories
	Log     *slog.Logger
}

// Portal answers everything that is not a call. It is safe for concurrent use.
type Portal struct {
	config     Config
	site       *page.Site
	echo       *echo.Echo
	api        *api.API
	origins    *http.CrossOriginProtection
	https      bool
	teamRoutes []teamRoute
	forms      map[string]bool // the patterns that take a POST
	uploads    map[string]bool // methods and patterns of what takes a document
	bodyWithin time.Duration
	// openUnverified are the patterns of the pages for those who have to verify their address.
	openUnverified map[string]bool
	counts         counts
}

// New builds the portal. The error is a public URL that cannot be one, or a document of the management API that cannot be written.
func New(c Config) (*Portal, error) {
	site := c.Handlers.Site()
	public, err := url.Parse(site.PublicURL)
	if err != nil || public.Host == "" {
		return nil, fmt.Errorf("web: the public URL %q is not a whole address", site.PublicURL)
	}
	p := &Portal{
		config: c, site: site, echo: echo.New(), origins: http.NewCrossOriginProtection(), https: public.Scheme == "https",
		forms: map[string]bool{}, uploads: map[string]bool{}, openUnverified: map[string]bool{}, bodyWithin: bodyWithin,
	}
	if err := p.origins.AddTrustedOrigin(public.Scheme + "://" + public.Host); err != nil {
		return nil, fmt.Errorf("web: the public URL cannot be an origin: %w", err)
	}
	p.echo.IPExtractor = addresses(c.TrustedProxies)
	p.echo.HTTPErrorHandler = p.answerError
	// The viewer comes before what may refuse a request, so that a refusal is told in the viewer's own frame.
	p.echo.Use(p.identify, p.hurry, p.record, p.recover, p.protect, p.whoIsLooking, p.limit, p.sameOrigin, p.verified, p.impersonated)
	return p, p.routes(c.Handlers)
}

// ClientAddr is the address that a request came from: the one that sign-in limits are kept by and that upstreams are told.
func (p *Portal) ClientAddr(r *http.Request) string { return p.echo.IPExtractor(r) }

// ServeHTTP implements http.Handler.
func (p *Portal) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.echo.ServeHTTP(w, headAsGet(r)) }
