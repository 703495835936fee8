package sandbox

import (
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Config says where the sandbox lives and whom it tells.
type Config struct {
	BaseURL       string           // where it is mounted, as a browser and the product see it: http://127.0.0.1:8402/sandbox
	WebhookURL    string           // where events go; "" means they are only listed
	WebhookSecret string           // signs events; used as given, with its prefix
	SecretKey     string           // the API key that requests must carry
	StatePath     string           // a JSON file of ours alone; "" keeps everything in memory
	Now           func() time.Time // nil means the system clock
	Logger        *slog.Logger     // nil means slog.Default
	HTTPClient    *http.Client     // sends events; nil means one of our own. Redirects are never followed
}

// Sandbox answers Stripe's API and shows its hosted page. It is safe for concurrent use.
type Sandbox struct {
	cfg   Config
	base  *url.URL
	hooks *http.Client
	mux   *http.ServeMux
	pages *template.Template

	mu    sync.Mutex // guards state, saved and the state file
	state *state
	saved []byte // the state file's content

	working sync.Mutex    // one round of Work at a time
	wake    chan struct{} // tells Run that an event waits
}

// New reads the state file, if there is one, and returns a sandbox that can serve. A file that cannot be read or written
// is an error here rather than at the first payment.
func New(cfg Config) (*Sandbox, error) {
	base, err := cfg.check()
	if err != nil {
		return nil, err
	}
	if cfg.Now == nil {
		cfg.Now = systemClock
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	state, err := loadState(cfg.StatePath)
	if err != nil {
		return nil, err
	}
	s := &Sandbox{
		cfg: cfg, base: base, hooks: withoutRedirects(cfg.HTTPClient), pages: parsePages(),
		state: state, wake: make(chan struct{}, 1),
	}
	s.mux = s.routes()
	for id, open := range state.Sessions { // the address may be another one than last time
		open.PageURL = s.pageURL(id)
	}
	return s, s.save()
}

func (c Config) check() (*url.URL, error) {
	base, err := url.Parse(strings.TrimSuffix(c.BaseURL, "/"))
	switch {
	case err != nil:
		return nil, fmt.Errorf("sandbox: BaseURL: %w", err)
	case base.Scheme == "" || base.Host == "":
		return nil, errors.New("sandbox: BaseURL must be absolute")
	case c.SecretKey == "":
		return nil, errors.New("sandbox: SecretKey is missing")
	case c.WebhookURL != "" && c.WebhookSecret == "":
		return nil, errors.New("sandbox: WebhookURL needs a WebhookSecret")
	}
	return base, nil
}

func (s *Sandbox) pageURL(sessionID string) string { return s.base.String() + "/pay/" + sessionID }

// Close writes the state once more, which matters only if the last write failed. Call it when Run has returned and no
// more requests come.
func (s *Sandbox) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.save()
}

// ServeHTTP serves the API and the hosted page. It expects paths without the prefix that BaseURL adds; whoever mounts it
// strips that.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mux.ServeHTTP(w, r)
}

// routes is the table of contents. Whatever it does not name, a known path under another method included, is answered as
// Stripe answers an unknown address.
func (s *Sandbox) routes() *http.ServeMux {
	mux := http.NewServeMux()

	mux.Handle("POST /v1/customers", s.api(createCustomer))
	mux.Handle("GET /v1/customers", s.api(listCustomers))
	mux.Handle("GET /v1/customers/{id}", s.api(getCustomer))

	mux.Handle("POST /v1/checkout/sessions", s.api(createSession))
	mux.Handle("GET /v1/checkout/sessions", s.api(listSessions))
	mux.Handle("GET /v1/checkout/sessions/{id}", s.api(getSession))

	mux.Handle("GET /v1/payment_intents/{id}", s.api(getIntent))

	mux.Handle("GET /v1/events", s.api(listEvents))
	mux.Handle("GET /v1/events/{id}", s.api(getEvent))

	mux.HandleFunc("GET /pay/{id}", s.showPage)
	mux.HandleFunc("POST /pay/{id}", s.submitPage)
	mux.HandleFunc("GET "+stylesheetPath, serveStylesheet)

	mux.HandleFunc("/", unrecognised)
	return mux
}
