package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/faregate/faregate/billing/sandbox"
	"github.com/faregate/faregate/billing/stripepay"
	"github.com/faregate/faregate/cmd/faregate/demo"
	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/web/paths"
)

type demoCommand struct {
	settings `embed:""`
	Data     string `help:"Folder that keeps everything between runs. Default: a temporary one." env:"FAREGATE_DATA" placeholder:"DIR"`
	Metrics  string `name:"metrics-addr" help:"Address to serve Prometheus metrics on; off for none." default:"off" env:"FAREGATE_METRICS_ADDR" placeholder:"HOST:PORT"`
	Upstream string `help:"A service of yours to publish as the API “mine”." placeholder:"URL"`
	JSON     bool   `name:"json" help:"Print one line of JSON when ready, for programs."`
}

// Validate is called by the command line before Run.
func (c *demoCommand) Validate() error {
	if strings.Contains(c.StripeSecretKey, "_live_") {
		return errors.New("--stripe-secret-key is a live key; the demo takes no real money. Use a key that begins with sk_test_, or serve")
	}
	if c.Upstream != "" {
		if _, err := models.ParseUpstream(c.Upstream); err != nil {
			return fmt.Errorf("--upstream %q: %w", c.Upstream, err)
		}
	}
	if err := c.validateMetrics(c.Metrics); err != nil {
		return err
	}
	return c.settings.validate()
}

// Run serves the demo until SIGINT or SIGTERM.
func (c *demoCommand) Run(stdout io.Writer, out logOutput, k *kong.Context) error {
	log := c.logger(out)
	ctx, forget := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer forget()
	dir, cleanUp, err := c.folder()
	if err != nil {
		return err
	}
	defer cleanUp()
	lock, err := store.Acquire(ctx, dir, fmt.Sprintf("process %d on %s", os.Getpid(), c.Addr), 0)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Release() }()
	d, err := c.open(ctx, dir, flags(k, c.values(dir)), log)
	if err != nil {
		return err
	}
	if err := d.announce(stdout, c); err != nil {
		log.Warn("cannot print the logins", "err", err)
	}
	select {
	case <-ctx.Done():
		forget()
		return errors.Join(stop(d.server, d.app, log), d.end())
	case <-d.app.store.Fenced():
		return errors.Join(store.ErrFenced, d.server.Close(), d.end())
	case err := <-d.failed:
		return errors.Join(fmt.Errorf("the server stopped: %w", err), d.app.close(context.Background()), d.end())
	}
}

// folder is --data, or a temporary folder that goes with the process.
func (c *demoCommand) folder() (dir string, cleanUp func(), err error) {
	if c.Data != "" {
		dir, err = dataFolder(c.Data)
		return dir, func() {}, err
	}
	dir, err = os.MkdirTemp("", "faregate-demo-")
	if err != nil {
		return "", nil, fmt.Errorf("cannot make a temporary folder: %w; name one with --data", err)
	}
	return dir, func() { _ = os.RemoveAll(dir) }, nil
}

// demoServer is the demo at work.
type demoServer struct {
	app       *app
	state     demo.State
	publicURL string
	server    *server
	failed    chan error
	sandbox   *sandbox.Sandbox // nil where a Stripe test key was given
	upstream  *http.Server
	endRounds func()
}

// open starts the sample upstream, the sandbox and the app, and fills the database. The database is opened before anything
// else is written: a folder that is not a demo's stays as it is.
func (c *demoCommand) open(ctx context.Context, dir string, shown []handlers.Flag, log *slog.Logger) (_ *demoServer, err error) {
	var undo []func() error
	defer func() {
		if err != nil {
			for _, step := range slices.Backward(undo) {
				err = errors.Join(err, step())
			}
		}
	}()
	listener, err := listen(ctx, c.Addr, "--addr")
	if err != nil {
		return nil, err
	}
	undo = append(undo, listener.Close)
	db, err := store.Open(ctx, store.Config{Dir: dir, Demo: true, Relaxed: c.relaxed(), Clock: models.SystemClock{}, Log: log})
	if err != nil {
		return nil, err
	}
	undo = append(undo, func() error { return db.Close(ctx) })
	sample, err := listen(ctx, "127.0.0.1:0", "--addr")
	if err != nil {
		return nil, err
	}
	undo = append(undo, sample.Close)
	metrics, err := c.listenMetrics(ctx, c.Metrics, log)
	if err != nil {
		return nil, err
	}
	if metrics != nil {
		undo = append(undo, metrics.Close)
	}

	d := &demoServer{publicURL: c.PublicURL, failed: make(chan error, 1), upstream: newServer(demo.Upstream(), log)}
	if d.publicURL == "" {
		d.publicURL = reach(listener.Addr())
	}
	if d.state, err = demo.LoadState(dir); err != nil {
		return nil, err
	}
	p, err := c.parts(d, dir, listener.Addr(), sample.Addr(), metrics, log)
	if err != nil {
		return nil, err
	}
	p.flags = shown
	reader, err := p.reader()
	if err != nil {
		return nil, err
	}
	seed := demo.Seed{
		Store: db, State: d.state, OwnUpstream: c.Upstream, Import: p.importer(db, reader).Drain,
		Hash: func(password string) (string, error) { return p.passwords.Hash(ctx, password) },
	}
	if err := seed.Fill(ctx); err != nil {
		return nil, fmt.Errorf("cannot fill the demo: %w", err)
	}
	if d.app, err = openApp(ctx, db, p); err != nil {
		return nil, err
	}
	front := &front{}
	front.use(d.app)
	d.server, d.endRounds = front.newServer(log), background(d.rounds()...)
	d.app.serveMetrics(metrics)
	go func() { _ = d.upstream.Serve(sample) }()
	go func() { d.failed <- d.server.Serve(listener) }()
	return d, nil
}

// parts are the demo's: sandbox payments unless a test key of Stripe's was given, and upstreams on this machine where only
// this machine can call.
func (c *demoCommand) parts(d *demoServer, dir string, at, sample net.Addr, metrics net.Listener, log *slog.Logger) (parts, error) {
	p := parts{
		settings: &c.settings, publicURL: d.publicURL, signUp: models.SignUpRule{Mode: models.SignUpOpen}, log: log, passwords: handlers.NewPasswords(),
		upstreams: gateway.Upstreams{
			Allowed: prefixes(c.AllowUpstreams), Loopback: loopback(at), OwnPorts: ports(at, metrics),
			Fixed: map[string]string{demo.UpstreamHost + ":80": sample.String()},
		},
		demo: &handlers.DemoConfig{Logins: []handlers.DemoLogin{
			{Label: "the provider", What: "publishes the Quotes API and administers the portal", Email: d.state.Provider.Email, Password: d.state.Provider.Password},
			{Label: "the consumer", What: "owns three teams: one with money, one with a little, one with none", Email: d.state.Consumer.Email, Password: d.state.Consumer.Password},
		}},
	}
	if c.Upstream != "" && !loopback(at) {
		own, err := models.ParseUpstream(c.Upstream)
		if err != nil {
			return p, err
		}
		address := gateway.DialAddress(own)
		p.upstreams.Fixed[address] = address // named on the command line, so allowed wherever it is
	}
	var err error
	if p.master, err = masterSecret(dir, os.Getenv("FAREGATE_SECRET")); err != nil {
		return p, err
	}
	if c.StripeSecretKey != "" {
		p.payments = stripepay.New(stripepay.Config{SecretKey: c.StripeSecretKey, WebhookSecret: c.StripeWebhookSecret, Logger: log})
		return p, nil
	}
	here := reach(at)
	d.sandbox, err = sandbox.New(sandbox.Config{
		BaseURL: d.publicURL + "/sandbox", WebhookURL: here + paths.StripeWebhook, WebhookSecret: d.state.StripeWebhookSecret,
		SecretKey: d.state.StripeSecretKey, StatePath: filepath.Join(dir, "sandbox.json"), Logger: log,
	})
	if err != nil {
		return p, fmt.Errorf("cannot start the payment sandbox: %w", err)
	}
	p.sandbox = d.sandbox
	p.payments = stripepay.New(stripepay.Config{
		SecretKey: d.state.StripeSecretKey, WebhookSecret: d.state.StripeWebhookSecret, BackendURL: here + "/sandbox", Logger: log,
	})
	return p, nil
}

// rounds is what the sandbox does by itself: deliveries and expiry.
func (d *demoServer) rounds() []func(context.Context) {
	if d.sandbox == nil {
		return nil
	}
	return []func(context.Context){func(ctx context.Context) { d.sandbox.Run(ctx) }}
}

// end stops what the demo has besides the app.
func (d *demoServer) end() error {
	d.endRounds()
	err := d.upstream.Close()
	if d.sandbox != nil {
		err = errors.Join(err, d.sandbox.Close())
	}
	return err
}
