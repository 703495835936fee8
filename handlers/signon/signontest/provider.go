// Package signontest starts a real provider of OpenID Connect for a test, with people who can sign in there and answers that can
// be spoilt on their way.
package signontest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// ClientID and ClientSecret are what the portal signs in to the provider with.
const (
	ClientID     = "portal"
	ClientSecret = "hush, hush"
)

// Person is somebody who can sign in at the provider.
type Person struct {
	Subject, Name, Email string
	Verified             bool
	Claims               map[string]any // what the userinfo endpoint says besides, as groups
}

// Provider is the provider at work. It is safe for concurrent use.
type Provider struct {
	URL    string
	server *httptest.Server
	inner  http.Handler
	rows   *rows

	mu       sync.Mutex
	person   Person
	asks     bool
	spoil    Spoil
	instead  map[string]http.HandlerFunc // by path
	requests map[string]url.Values       // the last ones, by path
}

// Spoil changes what the provider says; nil changes nothing.
type Spoil struct {
	Token    func(claims map[string]any)
	Unsigned bool // the ID token has no signature, and says so
	UserInfo func(claims map[string]any)
	Return   func(query url.Values)
}

// Paths of the provider's endpoints.
const (
	Discovery = "/.well-known/openid-configuration"
	Token     = "/oauth/token"
	UserInfo  = "/userinfo"
	Authorize = "/authorize"
	login     = "/login/username"
	callback  = "/authorize/callback"
)

// New starts a provider. It ends with the test.
func New(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{instead: map[string]http.HandlerFunc{}, requests: map[string]url.Values{}}
	p.server = httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(p.server.Close)
	p.URL = p.server.URL
	return p
}

// Allow makes the provider know the portal, by the address to which it sends people back.
func (p *Provider) Allow(t testing.TB, returnURL string) {
	t.Helper()
	p.rows = &rows{p: p}
	p.rows.Storage = storage.NewStorageWithClients(p.rows, map[string]*storage.Client{ClientID: storage.WebClient(ClientID, ClientSecret, returnURL)})
	inner, err := op.NewProvider(&op.Config{CryptoKey: [32]byte{1}, CodeMethodS256: true}, p.rows, op.StaticIssuer(p.URL),
		op.WithAllowInsecure(), op.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatalf("start the provider: %v", err)
	}
	p.inner = inner
}

// SignIn is who has signed in at the provider, and comes back at once when the portal asks.
func (p *Provider) SignIn(who Person) { p.change(func() { p.person, p.asks = who, false }) }

// Ask has the provider show a page with one button before somebody comes back.
func (p *Provider) Ask(who Person) { p.change(func() { p.person, p.asks = who, true }) }

// Spoil changes the provider's answers from now on.
func (p *Provider) Spoil(s Spoil) { p.change(func() { p.spoil = s }) }

// Instead answers an endpoint in the provider's place; nil gives it back.
func (p *Provider) Instead(path string, do http.HandlerFunc) {
	p.change(func() { p.instead[path] = do })
}

// Asked is the last request's query and form of an endpoint.
func (p *Provider) Asked(path string) url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests[path]
}

func (p *Provider) change(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do()
}

func (p *Provider) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	sent, _ := url.ParseQuery(string(body))
	maps.Copy(sent, r.URL.Query())
	p.mu.Lock()
	p.requests[r.URL.Path] = sent
	instead, spoil, person, asks := p.instead[r.URL.Path], p.spoil, p.person, p.asks
	p.mu.Unlock()
	switch {
	case instead != nil:
		instead(w, r)
	case r.URL.Path == login && asks && r.Method == http.MethodGet:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Provider</title><link rel="icon" href="data:,"><main><h1>Provider</h1><form method="post" action="%s"><button>Sign in as %s</button></form></main></html>`,
			html.EscapeString(r.URL.RequestURI()), html.EscapeString(person.Name))
	case r.URL.Path == login:
		id := r.URL.Query().Get("authRequestID")
		if err := p.rows.CheckUsernamePassword(person.Subject, "", id); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		http.Redirect(w, r, callback+"?id="+url.QueryEscape(id), http.StatusSeeOther)
	default:
		p.pass(w, r, spoil)
	}
}

// pass lets the provider answer and spoils that.
func (p *Provider) pass(w http.ResponseWriter, r *http.Request, spoil Spoil) {
	answer := httptest.NewRecorder()
	p.inner.ServeHTTP(answer, r)
	body := answer.Body.Bytes()
	switch {
	case r.URL.Path == Token && answer.Code == http.StatusOK && (spoil.Token != nil || spoil.Unsigned):
		body = edit(body, func(said map[string]any) {
			said["id_token"] = p.rows.sign(said["id_token"].(string), spoil)
		})
	case r.URL.Path == UserInfo && answer.Code == http.StatusOK && spoil.UserInfo != nil:
		body = edit(body, spoil.UserInfo)
	case r.URL.Path == callback && spoil.Return != nil:
		to, _ := url.Parse(answer.Header().Get("Location"))
		query := to.Query()
		spoil.Return(query)
		to.RawQuery = query.Encode()
		answer.Header().Set("Location", to.String())
	}
	maps.Copy(w.Header(), answer.Header())
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body)
}

func edit(body []byte, change func(map[string]any)) []byte {
	said := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&said); err != nil {
		panic(err)
	}
	change(said)
	changed, err := json.Marshal(said)
	if err != nil {
		panic(err)
	}
	return changed
}

// rows is the provider's database: the example's, with the person of the test in it.
type rows struct {
	*storage.Storage
	p *Provider
}

// GetUserByID implements storage.UserStore.
func (s *rows) GetUserByID(id string) *storage.User { return s.GetUserByUsername(id) }

// GetUserByUsername implements storage.UserStore.
func (s *rows) GetUserByUsername(name string) *storage.User {
	return &storage.User{ID: name, Username: name}
}

// ExampleClientID implements storage.UserStore.
func (s *rows) ExampleClientID() string { return ClientID }

// SetUserinfoFromToken implements op.Storage: what the userinfo endpoint says.
func (s *rows) SetUserinfoFromToken(_ context.Context, info *oidc.UserInfo, _, subject, _ string) error {
	s.p.mu.Lock()
	person := s.p.person
	s.p.mu.Unlock()
	info.Subject, info.Name, info.Email, info.EmailVerified = subject, person.Name, person.Email, oidc.Bool(person.Verified)
	for name, value := range person.Claims {
		info.AppendClaims(name, value)
	}
	return nil
}
