package gatewaytest

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/seal"
)

// Memory is a gateway without a database, for benchmarks and for tests under a clock that costs no time: one team, one
// key, one API at /invoke/quotes/v1 that costs Price.
type Memory struct {
	Gateway *gateway.Gateway
	Secret  string

	hash  models.KeyHash
	route billing.Route

	mu     sync.Mutex
	wallet models.Wallet
}

// NewMemory starts such a gateway with a balance. It ends with the test.
func NewMemory(t testing.TB, upstream string, balance models.Nano) *Memory {
	t.Helper()
	m := &Memory{Secret: models.NewKeySecret(), wallet: models.Wallet{TeamID: "team_1", Balance: balance, Seq: 1}}
	m.hash, _ = models.HashKey(m.Secret)
	m.route = billing.Route{
		APISlug: "quotes", APIName: "Quotes", VersionName: "v1", Upstream: billing.Upstream{URL: upstream},
		Plans: map[string]billing.Plan{"plan_1": {{PlanID: "plan_1", RevisionID: "rev_1", Price: Price, ChargeOn: models.ChargeAnswered}}},
		Terms: billing.VersionTerms{
			APIID: "api_1", VersionID: "ver_1", ReleaseID: "rel_1", OwnerTeamID: "team_2", Visibility: models.Public, State: models.Published,
		},
	}
	log, clock := slog.New(slog.DiscardHandler), modeltest.NewClock(time.Time{})
	settler := billing.NewSettler(m, log)
	ctx, cancel := context.WithCancel(context.Background())
	var err error
	m.Gateway, err = gateway.New(ctx, gateway.Config{
		Source: m, Accounts: billing.NewAccounts(m, clock, models.Rate{}), Settler: settler, CallIDs: models.NewCallIDs(0),
		References: seal.Master{1}.References(), Upstreams: gateway.Upstreams{Loopback: true}, Currency: models.USD,
		PublicURL: PortalURL, Clock: clock, Log: log,
	})
	if err != nil {
		t.Fatalf("start the gateway: %v", err)
	}
	var background sync.WaitGroup
	background.Go(func() { settler.Run(ctx) })
	background.Go(func() { m.Gateway.Run(ctx) })
	t.Cleanup(func() { cancel(); background.Wait() })
	return m
}

// Routes implements gateway.Source.
func (m *Memory) Routes(context.Context) ([]billing.Route, error) {
	return []billing.Route{m.route}, nil
}

// APIRoutes implements gateway.Source.
func (m *Memory) APIRoutes(ctx context.Context, _ string) ([]billing.Route, error) {
	return m.Routes(ctx)
}

// KeyTerms implements gateway.Source.
func (m *Memory) KeyTerms(ctx context.Context, hash models.KeyHash) (billing.KeyTerms, error) {
	if hash != m.hash {
		return billing.KeyTerms{}, models.ErrNotFound
	}
	return m.KeyTermsByID(ctx, "key_1")
}

// KeyTermsByID implements gateway.Source.
func (m *Memory) KeyTermsByID(_ context.Context, keyID string) (billing.KeyTerms, error) {
	if keyID != "key_1" {
		return billing.KeyTerms{}, models.ErrNotFound
	}
	return billing.KeyTerms{ID: "key_1", Name: "test key", TeamID: "team_1", State: models.KeyActive}, nil
}

// SubscriptionTerms implements gateway.Source.
func (m *Memory) SubscriptionTerms(context.Context, string, string) (billing.SubscriptionTerms, error) {
	return billing.SubscriptionTerms{ID: "sub_1", PlanID: "plan_1", State: models.Active}, nil
}

// SubscribedAPIs implements gateway.Source.
func (m *Memory) SubscribedAPIs(context.Context, string) ([]string, error) {
	return []string{"api_1"}, nil
}

// SaveDenials implements gateway.Source.
func (m *Memory) SaveDenials(context.Context, []models.Denial) error { return nil }

// Wallet implements billing.Wallets.
func (m *Memory) Wallet(context.Context, string) (models.Wallet, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.wallet, nil
}

// SettleCalls implements billing.CallBooks.
func (m *Memory) SettleCalls(_ context.Context, calls []*models.Call, _ []models.CallID) ([]models.Wallet, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, call := range calls {
		m.wallet.Balance -= call.Charge
	}
	m.wallet.Seq++
	return []models.Wallet{m.wallet}, nil
}

// CallRecorded implements billing.CallBooks.
func (m *Memory) CallRecorded(context.Context, models.CallID) (bool, error) { return true, nil }

// Probe implements billing.CallBooks.
func (m *Memory) Probe(context.Context) error { return nil }

// ConfirmCalls implements billing.CallBooks.
func (m *Memory) ConfirmCalls(context.Context, []models.CallID) error { return nil }

// TeamTerms implements billing.AccountBooks.
func (m *Memory) TeamTerms(context.Context, string) (billing.TeamTerms, error) {
	return billing.TeamTerms{}, nil
}

// KeySpend implements billing.AccountBooks.
func (m *Memory) KeySpend(context.Context, string) (models.Spend, error) { return models.Spend{}, nil }

// QuotaUse implements billing.AccountBooks.
func (m *Memory) QuotaUse(context.Context, string, string) (models.QuotaUse, error) {
	return models.QuotaUse{}, nil
}
