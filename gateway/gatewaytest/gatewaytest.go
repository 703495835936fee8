// Package gatewaytest puts a gateway together over a real database, with an upstream that a test can script.
package gatewaytest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/models/store"
	"github.com/faregate/faregate/models/store/storetest"
)

// Price is what a call of the world's API costs: two cents.
const Price models.Nano = 20_000_000

// Env is a running gateway with one provider, one consumer and one API.
type Env struct {
	T          testing.TB
	Store      *store.Store
	Clock      *modeltest.Clock
	Accounts   *billing.Accounts
	Settler    *billing.Settler
	Gateway    *gateway.Gateway
	World      storetest.World
	URL        string // of the gateway's listener
	References seal.References
	Upstream   *httptest.Server
}

// Option changes the gateway before it starts.
type Option func(*gateway.Config)

// New starts a gateway whose API leads to upstream. Everything ends with the test.
func New(t testing.TB, upstream http.HandlerFunc, options ...Option) *Env {
	t.Helper()
	e := &Env{T: t, Clock: modeltest.NewClock(time.Time{}), References: seal.Master{1}.References()}
	e.Upstream = httptest.NewServer(upstream)
	t.Cleanup(e.Upstream.Close)
	e.Store = storetest.Open(t, e.Clock)
	e.World = storetest.Fill(t, e.Store, e.Upstream.URL+"/base", Price)
	e.start(options)
	return e
}

func (e *Env) start(options []Option) {
	log := slog.New(slog.DiscardHandler)
	e.Accounts = billing.NewAccounts(e.Store, e.Clock)
	e.Settler = billing.NewSettler(e.Store, log)
	config := gateway.Config{
		Source: e.Store, Accounts: e.Accounts, Settler: e.Settler, CallIDs: models.NewCallIDs(0), References: e.References,
		Upstreams: gateway.Upstreams{Loopback: true}, Currency: models.USD, PublicURL: "https://portal.example.test",
		Clock: e.Clock, Log: log,
	}
	for _, option := range options {
		option(&config)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var err error
	if e.Gateway, err = gateway.New(ctx, config); err != nil {
		e.T.Fatalf("start the gateway: %v", err)
	}
	e.Store.Listen(store.Listener{
		Wallet: e.Accounts.Accept, Key: e.Gateway.KeyChanged,
		Subscription: e.Gateway.SubscriptionChanged, API: e.Gateway.APIChanged,
	})
	var background sync.WaitGroup
	background.Go(func() { e.Settler.Run(ctx) })
	background.Go(func() { e.Gateway.Run(ctx) })
	server := httptest.NewServer(e.Gateway)
	e.URL = server.URL
	e.T.Cleanup(func() { server.Close(); cancel(); background.Wait() })
}

// Fund gives the consumer's team credit.
func (e *Env) Fund(amount models.Nano) {
	e.T.Helper()
	if _, err := e.Store.GrantCredit(context.Background(), models.System, e.World.ConsumerTeam.ID, models.NewID("test"), "Test", amount); err != nil {
		e.T.Fatalf("fund: %v", err)
	}
}

// Balance is the consumer's committed balance.
func (e *Env) Balance() models.Nano {
	e.T.Helper()
	w, err := e.Store.Wallet(context.Background(), e.World.ConsumerTeam.ID)
	if err != nil {
		e.T.Fatalf("read the wallet: %v", err)
	}
	return w.Balance
}

// Reply is an answer with its body read.
type Reply struct {
	*http.Response
	Text string
}

// Call makes a request with the consumer's key. Header fields are given as "Name: value"; one named Authorization
// replaces the key's.
func (e *Env) Call(method, path, body string, header ...string) Reply {
	e.T.Helper()
	reply, err := e.TryCall(method, path, body, header...)
	if err != nil {
		e.T.Fatalf("%s %s: %v", method, path, err)
	}
	return reply
}

// TryCall is Call for answers that may break off.
func (e *Env) TryCall(method, path, body string, header ...string) (Reply, error) {
	request, err := http.NewRequestWithContext(context.Background(), method, e.URL+path, strings.NewReader(body))
	if err != nil {
		return Reply{}, err
	}
	request.Header.Set("Authorization", "Bearer "+e.World.Secret)
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		request.Header.Del(name)
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return Reply{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return Reply{response, string(text)}, err
}

// Prove fails the test unless the money is right.
func (e *Env) Prove() {
	e.T.Helper()
	proof, err := e.Store.Prove(context.Background())
	if err != nil || !proof.Holds() {
		e.T.Fatalf("the proof does not hold: %+v %v", proof, err)
	}
}
