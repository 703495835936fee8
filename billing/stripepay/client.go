// Package stripepay is the product's hand at Stripe: billing.Payments over stripe-go, and the only importer of that
// library. It opens the hosted page of a top-up, asks what became of it, and checks that an event was signed by Stripe.
//
// Three rules shape it. Money is believed only from a fetched object, never from an event, so ParseEvent returns no
// amount and no status. A request that may be repeated carries an idempotency key made from our own ids, so a retry after
// a crash finds the customer or page that the lost request made. And Stripe's wording stays inside: errors say what kind
// of failure it was and the request id to look up in Stripe's log, nothing that could reach a person by accident.
//
// The address of the API is a setting because package sandbox answers the same requests on the local machine.
package stripepay

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/client"

	"github.com/faregate/faregate/billing"
)

// requestTimeout bounds one attempt. stripe-go's own 80 s would outlast the person who waits for the page.
const requestTimeout = 20 * time.Second

// maxRetries is how often stripe-go repeats what it knows to be safe to repeat: network failures, 409, 503.
const maxRetries = 2

var _ billing.Payments = (*Client)(nil)

// Config says which Stripe account is used and how it is reached.
type Config struct {
	SecretKey     string       // "sk_…"
	WebhookSecret string       // "whsec_…"; without it every event is refused
	BackendURL    string       // "" means Stripe itself
	HTTPClient    *http.Client // nil means one of our own with a timeout of 20 s
	Logger        *slog.Logger // nil means slog.Default
}

// Client implements billing.Payments. It is safe for concurrent use.
type Client struct {
	api           *client.API
	webhookSecret string
}

// New returns a client of the account that the configuration names. It makes no network call.
func New(c Config) *Client {
	if c.HTTPClient == nil {
		c.HTTPClient = &http.Client{Timeout: requestTimeout}
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, backendConfig(c))
	// Only the API is used; the other two are set so that nothing can fall back to stripe-go's global ones.
	api := client.New(c.SecretKey, &stripe.Backends{API: backend, Uploads: backend, Connect: backend})
	return &Client{api: api, webhookSecret: c.WebhookSecret}
}

func backendConfig(c Config) *stripe.BackendConfig {
	b := &stripe.BackendConfig{
		HTTPClient:        c.HTTPClient,
		MaxNetworkRetries: stripe.Int64(maxRetries),
		EnableTelemetry:   stripe.Bool(false),
		LeveledLogger:     leveled{c.Logger},
	}
	if c.BackendURL != "" {
		b.URL = stripe.String(c.BackendURL)
	}
	return b
}

// leveled lets stripe-go say to slog that it tries again, the only thing that nobody else would tell. All other levels
// quote Stripe: errors and, of declined cards, information print its whole error object, debugging prints whole answers
// with names and e-mail addresses. What fails comes back as an error and is logged once, without Stripe's words.
type leveled struct{ log *slog.Logger }

func (l leveled) Warnf(format string, v ...any) { l.log.Info(fmt.Sprintf(format, v...)) }
func (l leveled) Errorf(string, ...any)         {}
func (l leveled) Infof(string, ...any)          {}
func (l leveled) Debugf(string, ...any)         {}
