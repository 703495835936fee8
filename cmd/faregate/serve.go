package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/faregate/faregate/billing/stripepay"
	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/web/paths"
)

type serveCommand struct {
	settings `embed:""`
	Data     string   `help:"Folder of the database." default:"data" env:"FAREGATE_DATA" placeholder:"DIR"`
	SignUp   string   `help:"Who may sign up once the portal is set up: ${enum}." enum:"open,domains,invited,closed" default:"open" env:"FAREGATE_SIGN_UP"`
	Domains  []string `name:"sign-up-domains" help:"Mail domains whose people may sign up, with --sign-up domains." env:"FAREGATE_SIGN_UP_DOMAINS" placeholder:"DOMAIN"`
	Secret   string   `help:"Master secret, 32 bytes in base64. Default: secret.key in the data folder." env:"FAREGATE_SECRET" placeholder:"BASE64"`
	Metrics  string   `name:"metrics-addr" help:"Address to serve Prometheus metrics on; off for none." default:"127.0.0.1:9402" env:"FAREGATE_METRICS_ADDR" placeholder:"HOST:PORT"`
	TLSCert  string   `name:"tls-cert" help:"Certificate chain in PEM; without it, serve HTTP behind a proxy." env:"FAREGATE_TLS_CERT" placeholder:"FILE"`
	TLSKey   string   `name:"tls-key" help:"Private key of the certificate, in PEM." env:"FAREGATE_TLS_KEY" placeholder:"FILE"`
}

// lockPatience is how long serve waits for the process before it to give the data free.
const lockPatience = 30 * time.Second

// Validate is called by the command line before Run.
func (c *serveCommand) Validate() error {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("--tls-cert and --tls-key go together; one of them is missing")
	}
	if c.Secret != "" {
		if _, err := parseSecret(c.Secret); err != nil {
			return fmt.Errorf("--secret %w", err)
		}
	}
	if c.RequireVerified && !c.sendsMail() {
		return errors.New("--require-verified needs --smtp-url: without mail nobody can verify an address")
	}
	if err := c.validateSignUp(); err != nil {
		return err
	}
	if err := c.validateMetrics(c.Metrics); err != nil {
		return err
	}
	return c.settings.validate()
}

// Run serves until SIGINT or SIGTERM.
func (c *serveCommand) Run(out logOutput, k *kong.Context) error {
	log := c.logger(out)
	ctx, forget := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer forget()
	certificates, err := c.certificates(log)
	if err != nil {
		return err
	}
	dir, err := dataFolder(c.Data)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, c.Addr, "--addr")
	if err != nil {
		return err
	}
	front := &front{}
	server := front.newServer(log)
	failed := make(chan error, 1)
	if certificates != nil {
		listener = tls.NewListener(listener, certificates)
	}
	go func() { failed <- server.Serve(listener) }()

	a, release, err := c.open(ctx, dir, listener.Addr(), flags(k, c.values(dir)), log)
	switch {
	case err != nil && ctx.Err() != nil: // asked to stop while it waited for its data
		return server.Close()
	case err != nil:
		return errors.Join(err, server.Close())
	}
	defer release()
	front.use(a)
	log.Info("ready", "version", version, "addr", listener.Addr().String(), "public_url", c.publicURL(listener.Addr()), "data", dir)
	select {
	case <-ctx.Done():
		forget() // a second signal ends the process at once
		return stop(server, a, log)
	case <-a.store.Fenced():
		return errors.Join(store.ErrFenced, server.Close())
	case err := <-failed:
		return errors.Join(fmt.Errorf("the server stopped: %w", err), a.close(context.Background()))
	}
}

// open takes the lock, opens the database and puts the app together. release gives the lock free.
func (c *serveCommand) open(ctx context.Context, dir string, at net.Addr, shown []handlers.Flag, log *slog.Logger) (a *app, release func(), err error) {
	lock, err := store.Acquire(ctx, dir, holder(at), lockPatience)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			_ = lock.Release()
		}
	}()
	metrics, err := c.listenMetrics(ctx, c.Metrics, log) // not before: the process that had the lock may have had the address too
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil && metrics != nil {
			_ = metrics.Close()
		}
	}()
	master, err := masterSecret(dir, c.Secret)
	if err != nil {
		return nil, nil, err
	}
	db, err := store.Open(ctx, store.Config{Dir: dir, Relaxed: c.relaxed(), Clock: models.SystemClock{}, Log: log})
	if err != nil {
		return nil, nil, err
	}
	p := parts{
		settings: &c.settings, publicURL: c.publicURL(at), master: master, signUp: c.signUpRule(), flags: shown, log: log,
		passwords: handlers.NewPasswords(),
		upstreams: gateway.Upstreams{Allowed: prefixes(c.AllowUpstreams), OwnPorts: ports(at, metrics)},
	}
	if strings.Contains(c.StripeSecretKey, "_test_") {
		log.Warn("Stripe is in test mode: anybody can pay with a test card, and the credit counts here")
	}
	if c.StripeSecretKey != "" {
		p.payments = stripepay.New(stripepay.Config{SecretKey: c.StripeSecretKey, WebhookSecret: c.StripeWebhookSecret, Logger: log})
	} else {
		log.Warn("payments are off: --stripe-secret-key is not set; only an administrator can grant credit")
	}
	if a, err = openApp(ctx, db, p); err != nil {
		return nil, nil, errors.Join(err, db.Close(ctx))
	}
	if err = offerSetUp(ctx, db, p.publicURL, log); err != nil {
		return nil, nil, errors.Join(err, a.close(ctx))
	}
	a.serveMetrics(metrics)
	return a, func() { _ = lock.Release() }, nil
}

// offerSetUp prints the link that makes the first administrator, until somebody has used one. Each start replaces the link
// before it, so a lost one costs a restart and an old log is worth nothing.
func offerSetUp(ctx context.Context, db *store.Store, publicURL string, log *slog.Logger) error {
	needed, err := db.NeedsSetUp(ctx)
	if err != nil || !needed {
		return err
	}
	token := rand.Text()
	if err := db.OfferSetUp(ctx, token); err != nil {
		return err
	}
	log.Warn("nobody administers this portal yet; open the link once to set it up", "link", paths.Absolute(publicURL, paths.Setup(token)))
	return nil
}

// publicURL is --public-url, or the address that the listener has on this machine.
func (c *serveCommand) publicURL(at net.Addr) string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	url := reach(at)
	if c.TLSCert != "" {
		url = "https" + url[len("http"):]
	}
	return url
}

// holder names this process to a later one that wants the same data.
func holder(at net.Addr) string {
	return fmt.Sprintf("process %d on %s", os.Getpid(), at)
}

// ports are those of our own listeners, which no upstream may lead to. metrics is nil if there is no such listener.
func ports(at net.Addr, metrics net.Listener) []uint16 {
	addresses := []net.Addr{at}
	if metrics != nil {
		addresses = append(addresses, metrics.Addr())
	}
	var all []uint16
	for _, a := range addresses {
		if tcp, ok := a.(*net.TCPAddr); ok {
			all = append(all, tcp.AddrPort().Port())
		}
	}
	return all
}
