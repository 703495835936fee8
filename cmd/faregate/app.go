package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/web"
)

var _ handlers.Store = (*store.Store)(nil)

// parts is what an app is made of besides its database.
type parts struct {
	settings  *settings
	publicURL string
	master    seal.Master
	payments  billing.Payments // nil: payments are off
	sandbox   http.Handler     // nil in serve
	upstreams gateway.Upstreams
	passwords *handlers.Passwords
	demo      *handlers.DemoConfig
	signUp    models.SignUpRule
	flags     []handlers.Flag // for administrators to read
	log       *slog.Logger
}

// app is the program put together and at work.
type app struct {
	store    *store.Store
	gateway  *gateway.Gateway
	settler  *billing.Settler
	prover   *jobs.Prover
	importer *jobs.Importer
	handler  http.Handler
	metrics  http.Handler
	log      *slog.Logger

	endJobs, endSettler func()       // each returns when what it ends has ended
	endMetrics          func() error // nil if the metrics have no listener of their own
}

// openApp wires the parts to each other and starts what runs in the background. The order follows who needs whom: the
// database, the money in memory, the gateway over both, then the listeners by which a commit reaches them, and the portal.
func openApp(ctx context.Context, db *store.Store, p parts) (*app, error) {
	if db.StoppedUncleanly() {
		p.log.Warn("the last process did not stop in good order; what it had committed is here")
	}
	currency, err := db.Currency(ctx)
	if err != nil {
		return nil, err
	}
	lastCall, err := db.LastCallID(ctx)
	if err != nil {
		return nil, err
	}
	clock, references := models.SystemClock{}, p.master.References()
	mailer, err := p.settings.mailer(db, clock)
	if err != nil {
		return nil, err
	}
	accounts, settler := billing.NewAccounts(db, clock, models.Rate{Calls: p.settings.KeyAttempts, Seconds: 1}), billing.NewSettler(db, p.log)
	prover := jobs.NewProver(db, clock, p.log)
	reader, err := p.reader()
	if err != nil {
		return nil, err
	}
	importer := p.importer(db, reader)
	read := &documents{db: db, reader: reader, log: p.log}
	config := handlers.Config{
		Store: db, Funds: accounts.Funds, Spent: accounts.Spent, Preview: accounts.Preview, Reserve: accounts.Reserve, Prover: prover,
		Documents: read, Editor: read,
		References: references, Console: p.master.ConsoleTokens(), Credentials: p.master.Credentials(), Links: p.master.Links(), SecondFactors: p.master.SecondFactors(),
		SignOn: p.settings.signOn(p.publicURL, clock, p.log), SignOnTrips: p.master.SignOnTrips(),
		WebhookSecrets: p.master.Webhooks(), Unsubscribing: p.master.Unsubscribing(), PlainWebhooks: plainWebhooks(p.upstreams),
		Clock: clock, Currency: currency, Passwords: p.passwords, SendsMail: p.settings.sendsMail(), RequireVerified: p.settings.RequireVerified,
		PublicURL: p.publicURL, WhoSignsUp: p.signUp, Flags: p.flags, Demo: p.demo, CheckUpstream: p.upstreams.Check, ImportWaits: importer.Wake,
		NotLive: func(err error) bool { return errors.Is(err, store.ErrNotLive) }, Log: p.log,
	}
	var fulfiller *billing.Fulfiller
	if p.payments != nil {
		fulfiller = billing.NewFulfiller(p.payments, db)
		config.Payments, config.Fulfiller = p.payments, fulfiller
	}
	a := &app{store: db, settler: settler, prover: prover, importer: importer, log: p.log}
	config.Gateway = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.gateway.ServeHTTP(w, r) })
	pulse := jobs.NewPulse(func() models.Beat { return beatOf(clock.Now(), a.gateway.Stats(), a.settler.Stats()) })
	config.Health = a.health(clock.Now(), pulse, p.payments != nil)
	var portal *web.Portal
	var onPortal http.Handler
	if a.metrics = newMetrics(a, func() web.Stats { return portal.Stats() }, accounts.Stats, p.settings.MetricsToken); p.settings.MetricsToken != "" {
		onPortal = a.metrics
	}
	pages := handlers.New(config)
	portal, err = web.New(web.Config{
		Handlers: pages, API: db, Answers: p.master.Answers(), TrustedProxies: prefixes(p.settings.TrustedProxies), Ready: a.ready,
		Unwritable: func(err error) bool { return errors.Is(err, store.ErrUnwritable) },
		Metrics:    onPortal,
		Log:        p.log,
	})
	if err != nil {
		return nil, err
	}
	a.gateway, err = gateway.New(ctx, gateway.Config{
		Source: db, Accounts: accounts, Settler: settler, CallIDs: models.NewCallIDs(lastCall), References: references, Console: p.master.ConsoleTokens(),
		Credentials: p.master.Credentials(), Upstreams: p.upstreams, Currency: currency, PublicURL: p.publicURL, Clock: clock, Log: p.log,
		AddressAttempts: p.settings.AddressAttempts, RefusalPage: portal.RefusalPage, ClientAddr: portal.ClientAddr,
	})
	if err != nil {
		return nil, err
	}
	if err := pages.Index().Load(ctx); err != nil {
		return nil, err
	}
	db.Listen(store.Listener{
		Wallet: accounts.Accept, Team: accounts.TeamChanged, Key: a.gateway.KeyChanged, Subscription: a.gateway.SubscriptionChanged, API: a.gateway.APIChanged,
		Catalogue:     pages.Index().APIsChanged,
		Announcements: pages.Site().AnnouncementsChanged,
		Settings:      pages.Site().SettingsChanged,
	})
	a.handler = web.Front(a.gateway, portal, p.sandbox)
	a.start(p, accounts, fulfiller, mailer, clock, pulse, pages.Index())
	return a, nil
}

// start begins the work in the background. The settler ends last: every call must be settled before the database closes.
func (a *app) start(p parts, accounts *billing.Accounts, fulfiller *billing.Fulfiller, mailer jobs.Mailer, clock models.Clock, pulse *jobs.Pulse, index *handlers.CatalogueIndex) {
	keepHeapFloor()
	account := jobs.AccountMails{Mailer: mailer, People: a.store, PublicURL: p.publicURL, Clock: clock}
	joining := jobs.JoinRequests{Mailer: mailer, PublicURL: p.publicURL}
	tokens := jobs.TokenMails{Mailer: mailer, PublicURL: p.publicURL}
	endings := jobs.Endings{PublicURL: p.publicURL, Seal: func(c models.MailChoice) string { return p.master.Unsubscribing().Seal([]byte(c.String())) }}
	all := append(jobs.Maintain(a.store, a.gateway.OldestInFlight), jobs.WorkOutbox(a.store, endings.Under(map[models.OutboxKind]jobs.Deliver{
		models.TopupReceipt:        jobs.Receipts{Mailer: mailer, PublicURL: p.publicURL, Sandbox: p.sandbox != nil}.Deliver,
		models.PasswordReset:       account.PasswordReset,
		models.AddressVerification: account.AddressVerification,
		models.PasswordChanged:     account.PasswordChanged,
		models.JoinAsked:           joining.Asked,
		models.JoinAnswered:        joining.Answered,
		models.AccountStanding:     account.AccountStanding,
		models.Impersonated:        account.Impersonated,
		models.IdentityChanged:     account.IdentityChanged,
		models.SecondFactorChanged: account.SecondFactorChanged,
		models.LeakedKey:           jobs.LeakedKeys{Mailer: mailer, PublicURL: p.publicURL}.Deliver,
		models.LeakedToken:         tokens.Leaked,
		models.TokenCreated:        tokens.Created,
		models.SubscriptionNews:    jobs.SubscriptionNews{Mailer: mailer, PublicURL: p.publicURL}.Deliver,
		models.WebhookOff:          jobs.Webhooks{Mailer: mailer, PublicURL: p.publicURL}.Off,
		models.TeamInvitation:      jobs.Invitations{Mailer: mailer, PublicURL: p.publicURL, Open: p.master.Links().Open}.Deliver,
		models.NotificationMail:    jobs.Notifications{Mailer: mailer, PublicURL: p.publicURL}.Deliver,
	})))
	all = append(all, jobs.ExpireCredit(a.store, accounts), jobs.KeepSubscriptions(a.store), jobs.PublishReleases(a.store, p.upstreams.Check, a.log), jobs.KeepLifecycles(a.store), pulse.Feel())
	all = append(all, jobs.KeepNotifications(a.store)...)
	if fulfiller != nil {
		all = append(all, jobs.VisitTopups(a.store, fulfiller, clock))
	}
	a.endJobs = background(func(ctx context.Context) { jobs.Run(ctx, a.log, all...) }, a.gateway.Run, a.prover.Run, a.importer.Run, index.Run, p.webhooks(a.store, clock).Run)
	a.endSettler = background(a.settler.Run)
}

// background runs functions until the returned one is called, which waits for them.
func background(run ...func(context.Context)) (end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, f := range run {
		running.Go(func() { f(ctx) })
	}
	return func() { cancel(); running.Wait() }
}

// ready says why the app cannot serve, if it cannot.
func (a *app) ready(ctx context.Context) error {
	if a.gateway.Draining() {
		return models.Sentence("The gateway is shutting down.")
	}
	if !a.settler.Healthy() {
		return models.Sentence("The ledger cannot be written, so paid calls are stopped.")
	}
	if err := a.store.Ready(ctx); err != nil {
		return models.Sentence("The database does not answer.")
	}
	return nil
}

// closeTime is how long the end may take. It is far beyond what a healthy database needs; one that cannot be read or
// written any more must not keep the process for ever.
const closeTime = 20 * time.Second

// close ends what runs in the background, once nothing is being served any more, and notes a clean stop.
func (a *app) close(ctx context.Context) error {
	if a.endMetrics != nil {
		_ = a.endMetrics() // a scrape that it cuts is made again
	}
	ended := make(chan struct{})
	go func() {
		a.endJobs()
		a.endSettler()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(closeTime):
		return errors.New("the database does not answer, so what became of the last calls is found out at the next start")
	}
	if err := a.store.Close(ctx); err != nil {
		return fmt.Errorf("the database was not closed in good order: %w", err)
	}
	return nil
}
