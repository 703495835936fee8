// Package api is the management API: what the pages do to teams and what is theirs, for programs. It has the pages' use cases
// (one method of the store each), their permission table and their rules, and asks for a token instead of a session.
//
// A request goes through the steps of New in order: who asks, how often, what they may, whether it was carried out already.
// routes.go is the table of contents; there is one file for each kind of thing, with the operations and the shapes of their
// bodies.
package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/paths"
)

// Store is what the API asks of the store.
type Store interface {
	tokenStore
	idempotencyStore
	keyStore
	subscriptionStore
	invitationStore
	joinRequestStore
	memberStore
	teamStore
	auditStore
	callStore
	catalogueStore
	deliveryStore
	ownAPIStore
	versionStore
	documentStore
	releaseStore
	deprecationStore
	planStore
	refusalStore
	requestStore
	subscriberStore
	teamLimitStore
	walletStore
	webhookStore
}

type tokenStore interface {
	// TokenGrant says whose token it is. models.ErrNotFound for one that does not work, for whatever reason.
	TokenGrant(ctx context.Context, secret string, now time.Time) (models.TokenGrant, error)
}

// Sealer keeps what is at rest from whoever reads the database. Package seal has them.
type Sealer interface {
	Seal(plain []byte) string
	Open(sealed string) ([]byte, error)
}

// Config is what the API is given. Everything must be set.
type Config struct {
	Store Store
	// Pages have the settings and rules that the API shares with them.
	Pages *handlers.Handlers
	// Receive reads a body that is larger than others into memory, and sets that as the request's. The status is that of the refusal,
	// 0 if it is read.
	Receive func(c echo.Context) (refused int)
	// Answers seals what is kept of requests that came with an idempotency key.
	Answers Sealer
	// Unwritable says whether an error means that the database cannot be written.
	Unwritable func(error) bool
	Log        *slog.Logger
}

// API answers below paths.ManagementAPI. It is safe for concurrent use.
type API struct {
	Config
	store    Store
	huma     huma.API
	limits   *limits
	routes   []Route
	uploads  []string
	document []byte

	mu       sync.Mutex
	inFlight map[models.Claim]bool
}

// Route is one operation of the API with the permission that it takes.
type Route struct {
	Method, Path string // the path with {names}, from the root of the portal
	Need         models.Permission
}

// Mount builds the API and registers its routes.
func Mount(e *echo.Echo, c Config) (*API, error) {
	a := &API{Config: c, store: c.Store, limits: newLimits(c.Pages.Clock), inFlight: map[models.Claim]bool{}}
	a.huma = humaecho.NewWithGroup(e, e.Group(paths.ManagementAPI), describe(c.Pages.PublicURL))
	a.huma.UseMiddleware(a.begin, a.authenticate, a.limit, a.authorise, a.onlyOnce)
	a.register()
	finish(a.huma.OpenAPI())
	var err error
	if a.document, err = json.Marshal(a.huma.OpenAPI()); err != nil {
		return nil, fmt.Errorf("api: the document cannot be written: %w", err)
	}
	e.GET(paths.ManagementDocument, a.serveDocument)
	return a, nil
}

// Routes lists the operations.
func (a *API) Routes() []Route { return a.routes }

// Uploads are the methods and patterns, as the router has them, of the operations whose bodies are left to Config.Receive.
func (a *API) Uploads() []string { return a.uploads }

// receive reads a large body, once it is known that it may be sent.
func (a *API) receive(ctx huma.Context, next func(huma.Context)) {
	if refused := a.Receive(humaecho.Unwrap(ctx)); refused != 0 {
		callOf(ctx.Context()).refuse(ctx, plain(refused, ""))
		return
	}
	next(ctx)
}
