// Package signon signs people in at a provider of OpenID Connect, as OpenID Connect Core 1.0 has it: the authorization code
// flow with PKCE (RFC 7636). It knows the protocol and nothing of accounts; package handlers decides who somebody is here.
//
// The provider is found by discovery when somebody first needs it, and looked for again while it cannot be reached, so
// that a provider that is down keeps nobody else out.
package signon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/faregate/faregate/models"
)

// Config is what the operator says of the provider.
type Config struct {
	Issuer       string // exactly as the provider's metadata says it
	ClientID     string
	ClientSecret string   // "" is a public client, which PKCE alone protects
	Scopes       []string // besides openid
	GroupClaim   string   // where the groups stand: a claim, or the names of nested ones with dots between them; "" has none
	RedirectURL  string   // where the provider sends people back to
	Clock        models.Clock
	Log          *slog.Logger
}

// Provider is the provider of single sign-on. It is safe for concurrent use.
type Provider struct {
	config Config
	client *http.Client

	finding chan struct{} // held while the provider is looked for
	mu      sync.Mutex
	found   *metadata
	foundAt time.Time
	failure error // of the last time it was looked for
	failed  time.Time
	spent   attempts
}

// How long what was found is good for, how soon after a failure it is looked for again, and how long that may take.
const (
	metadataLife   = time.Hour
	retryAfter     = 5 * time.Second
	discoverWithin = 10 * time.Second
)

// ErrUnreachable says that the provider does not answer, or not as a provider does.
var ErrUnreachable = errors.New("the provider of single sign-on cannot be used")

// metadata is what discovery has found.
type metadata struct {
	provider *oidc.Provider
	oauth    oauth2.Config
	// saysIssuer is that every answer of the authorization endpoint names its issuer (RFC 9207).
	saysIssuer bool
}

// New makes a provider; it asks nobody yet.
func New(c Config) *Provider {
	return &Provider{config: c, client: newClient(), finding: make(chan struct{}, 1)}
}

// Issuer is the provider's name of itself.
func (p *Provider) Issuer() string { return p.config.Issuer }

// GroupClaim is the claim that groups are read from, "" if they are not.
func (p *Provider) GroupClaim() string { return p.config.GroupClaim }

// Failure is why the provider could not be used when it was last looked for, nil if it could or nobody has looked yet.
func (p *Provider) Failure() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failure
}

// Check looks for the provider, if that has not been done a short while ago. The error wraps ErrUnreachable.
func (p *Provider) Check(ctx context.Context) error {
	_, err := p.discover(ctx)
	return err
}

// discover returns what is known of the provider. Metadata that has grown old is used on while new ones cannot be had.
func (p *Provider) discover(ctx context.Context) (*metadata, error) {
	if found, err, fresh := p.known(); fresh {
		return found, err
	}
	select {
	case p.finding <- struct{}{}:
		defer func() { <-p.finding }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if found, err, fresh := p.known(); fresh {
		return found, err
	}
	// Who asks first may go away; those who come after want the answer.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), discoverWithin)
	defer cancel()
	found, err := p.look(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.failure, p.failed = fmt.Errorf("%w: %w", ErrUnreachable, err), p.config.Clock.Now()
		p.config.Log.WarnContext(ctx, "single sign-on: discovery failed", "issuer", p.config.Issuer, "err", brief(err))
		if p.found != nil {
			return p.found, nil
		}
		return nil, p.failure
	}
	p.found, p.foundAt, p.failure = found, p.config.Clock.Now(), nil
	return found, nil
}

// known is what was found or failed so short a while ago that nobody looks again.
func (p *Provider) known() (found *metadata, err error, fresh bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.config.Clock.Now()
	justFailed := p.failure != nil && now.Sub(p.failed) < retryAfter
	switch {
	case p.found != nil && (justFailed || now.Sub(p.foundAt) < metadataLife):
		return p.found, nil, true
	case justFailed:
		return nil, p.failure, true
	}
	return nil, nil, false
}

// look does the discovery (OpenID Connect Discovery 1.0, section 4).
func (p *Provider) look(ctx context.Context) (*metadata, error) {
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.config.Issuer)
	if err != nil {
		return nil, err
	}
	var says struct {
		Keys       string   `json:"jwks_uri"`
		Auth       []string `json:"token_endpoint_auth_methods_supported"`
		SaysIssuer bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := provider.Claims(&says); err != nil {
		return nil, err
	}
	endpoint := provider.Endpoint()
	for what, address := range map[string]string{
		"authorization_endpoint": endpoint.AuthURL, "token_endpoint": endpoint.TokenURL, "jwks_uri": says.Keys,
	} {
		if err := CheckURL(address); err != nil {
			return nil, fmt.Errorf("its %s %w", what, err)
		}
	}
	if at := provider.UserInfoEndpoint(); at != "" && CheckURL(at) != nil {
		return nil, fmt.Errorf("its userinfo_endpoint %w", CheckURL(at))
	}
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if p.config.ClientSecret == "" || len(says.Auth) > 0 && !slices.Contains(says.Auth, "client_secret_basic") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &metadata{
		provider: provider, saysIssuer: says.SaysIssuer,
		oauth: oauth2.Config{
			ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret, Endpoint: endpoint, RedirectURL: p.config.RedirectURL,
			Scopes: append([]string{oidc.ScopeOpenID}, p.config.Scopes...),
		},
	}, nil
}

// CheckURL says what is wrong with an address of a provider: it is an https one, or one of this machine for development.
func CheckURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "":
		return fmt.Errorf("%q is not a whole address", brief(errors.New(text)))
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname()):
		return nil
	}
	return fmt.Errorf("%q does not begin with https://", text)
}
