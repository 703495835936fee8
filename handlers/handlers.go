// Package handlers is what people click: one file per page or action. A handler reads the request, asks one or two things
// of the store, and fills a page's props; it returns an error where it cannot, and package web decides what that looks
// like. Each file names the few methods of the store that it needs; Store is all of them.
package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/web/page"
)

// Store is everything that the pages ask of the store.
type Store interface {
	page.People
	accountStore
	activityStore
	adminStore
	adminListStore
	announcementStore
	apiStore
	auditStore
	blockStore
	callStore
	changePasswordStore
	catalogueStore
	catalogueIndexStore
	categoryStore
	feedStore
	favouriteStore
	correctionStore
	draftEndStore
	deprecateStore
	deprecationStore
	editDocumentStore
	impersonationStore
	importStore
	logoStore
	groupRuleStore
	identityStore
	invitationStore
	joinRequestStore
	personalDataStore
	passkeyStore
	passkeySignInStore
	keyStore
	leakStore
	machineStore
	limitStore
	memberStore
	outboxStore
	passwordStore
	notificationStore
	overviewStore
	planStore
	proofStore
	publishStore
	referenceStore
	refusalStore
	releaseStore
	requestStore
	secondFactorStore
	sessionStore
	settingsStore
	setupStore
	signInStore
	signOnStore
	signUpStore
	studioStore
	teamEndStore
	subscriptionStore
	teamStore
	topupStore
	transferStore
	tryStore
	unconfirmedStore
	upstreamStore
	userStore
	versionStore
	versionCallerStore
	walletStore
	webhookStore
	tokenStore
}

// Fulfiller turns paid top-ups into credit; billing.Fulfiller is one.
type Fulfiller interface {
	// Fulfil asks the payment provider how far a top-up has come, and credits it if it is paid. The top-up is returned as
	// it is stored, even with an error.
	Fulfil(ctx context.Context, topupID string) (models.Topup, error)
	// Receive takes a webhook as it came. billing.ErrBadSignature and billing.ErrBadEvent mean that it is not worth
	// sending again.
	Receive(ctx context.Context, raw []byte, signature string, now time.Time) error
}

// Config is what the handlers are given. Everything must be set unless it says otherwise.
type Config struct {
	Store     Store
	Fulfiller Fulfiller        // nil if and only if Payments is
	Payments  billing.Payments // nil: payments are off
	Funds     func(ctx context.Context, teamID string) (billing.Funds, error)
	// Spent is what a team and some of its keys have spent, and Preview what a call would meet now; see billing.Accounts.
	Spent   func(ctx context.Context, teamID string, keyIDs ...string) (team billing.Spent, keys map[string]billing.Spent, err error)
	Preview func(ctx context.Context, c *billing.Case) (billing.Decision, error)
	// Reserve takes money for a debit that is about to be committed; ok is false if less is available.
	Reserve func(ctx context.Context, teamID string, amount models.Nano) (hold *billing.Hold, ok bool, err error)
	Prover  Prover
	// Health is how this machine does.
	Health     func(ctx context.Context) (models.Health, error)
	References seal.References
	// Gateway answers the calls that members send from the console, in this process; Console mints the tokens that it takes for
	// them.
	Gateway http.Handler
	Console seal.ConsoleTokens
	// Credentials seals what providers give the gateway for their upstreams.
	Credentials seal.Box
	// Links seals the secrets of links until they are mailed.
	Links seal.Box
	// SecondFactors seals the secrets that users' programs make codes from.
	SecondFactors seal.Box
	// SignOn is single sign-on; nil: nobody signs in by it.
	SignOn *SignOnConfig
	// SignOnTrips seals what a browser keeps while it is at the provider of single sign-on.
	SignOnTrips seal.Box
	// WebhookSecrets seals the secrets that sign what webhooks are sent.
	WebhookSecrets seal.Box
	// Unsubscribing opens the links that turn mails off.
	Unsubscribing seal.Box
	// PlainWebhooks lets webhooks lead to http addresses.
	PlainWebhooks bool
	Clock         models.Clock
	Currency      models.Currency
	Passwords     *Passwords
	PublicURL     string            // without a slash at the end; the only source of links
	WhoSignsUp    models.SignUpRule // takes effect once the portal is set up
	// RequireVerified keeps users from everything but their account until they have verified their address.
	RequireVerified bool
	Flags           []Flag // what the program was started with, for administrators to read
	SendsMail       bool   // mails leave the portal; false: they are kept on the outbox page
	Demo            *DemoConfig
	// CheckUpstream says whether calls could be forwarded to an address: nil, or an error whose text is a sentence.
	CheckUpstream func(ctx context.Context, upstreamURL string) error
	// ImportWaits tells those who import documents that one waits.
	ImportWaits func()
	// Documents reads what is to be said of OpenAPI documents before they are published; nil: nothing is.
	Documents DocumentReader
	// Editor changes the documents of drafts; nil: forms edit none.
	Editor DocumentEditor
	// NotLive says whether an error of the store means "saved, but the gateway does not serve it yet".
	NotLive func(error) bool
	Log     *slog.Logger
}

// DemoConfig is what differs in the demo: logins to click, providers without an administrator, an outbox for everybody.
type DemoConfig struct {
	Logins []DemoLogin // the provider's, then the consumer's
}

// DemoLogin is a login that the demo's sign-in page offers as one button.
type DemoLogin struct {
	Label           string // "the provider"
	What            string // what this login is good for, in a few words
	Email, Password string
}

// Handlers answers the portal's pages. It is safe for concurrent use.
type Handlers struct {
	Config
	store       Store
	site        *page.Site
	index       *CatalogueIndex
	throttle    *throttle
	party       *relyingParty // nil: there can be no passkeys, and noParty says why
	noParty     error
	ceremonies  *ceremonies
	outlines    outlines
	services    services
	setUp       atomic.Bool // somebody has used the set-up link; it never becomes false again
	corrections sync.Mutex  // held while one is booked
	topups      sync.Mutex  // held while a top-up is looked for or made, so that a double click makes one
}

// New makes the handlers.
func New(c Config) *Handlers {
	h := &Handlers{Config: c, store: c.Store, throttle: newThrottle(c.Clock), ceremonies: newCeremonies(c.Clock)}
	h.index = newCatalogueIndex(c.Store, c.Clock, c.Log)
	h.party, h.noParty = newRelyingParty(c.PublicURL)
	h.site = page.NewSite(page.Config{
		People: c.Store, Announcements: c.Store, Settings: c.Store, Clock: c.Clock, Log: c.Log, PublicURL: c.PublicURL,
		Demo: c.Demo != nil, Payments: c.Payments != nil, SendsMail: c.SendsMail,
		SignUp: func(ctx context.Context) bool { return h.signUp(ctx).Offered() },
	})
	return h
}

// Site is the frame that all pages share; package web loads the viewer with it and draws error pages in it.
func (h *Handlers) Site() *page.Site { return h.site }

// Index is what the catalogue is searched in. It is empty until it is loaded.
func (h *Handlers) Index() *CatalogueIndex { return h.index }
