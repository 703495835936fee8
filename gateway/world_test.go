package gateway_test

import (
	"context"
	"testing"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// tweaked is a source whose answers a test changes before the gateway sees them.
type tweaked struct {
	gateway.Source
	key          func(*billing.KeyTerms)
	route        func(*billing.Route)
	subscription func(*billing.SubscriptionTerms)
}

func (s *tweaked) KeyTerms(ctx context.Context, hash models.KeyHash) (billing.KeyTerms, error) {
	terms, err := s.Source.KeyTerms(ctx, hash)
	if s.key != nil {
		s.key(&terms)
	}
	return terms, err
}

func (s *tweaked) APIRoutes(ctx context.Context, apiID string) ([]billing.Route, error) {
	routes, err := s.Source.APIRoutes(ctx, apiID)
	for i := range routes {
		if s.route != nil {
			s.route(&routes[i])
		}
	}
	return routes, err
}

func (s *tweaked) SubscriptionTerms(ctx context.Context, teamID, apiID string) (billing.SubscriptionTerms, error) {
	terms, err := s.Source.SubscriptionTerms(ctx, teamID, apiID)
	if s.subscription != nil {
		s.subscription(&terms)
	}
	return terms, err
}

// world is a gateway whose key, route and subscription a row may change.
type world struct {
	*gatewaytest.Env
	source *tweaked
}

func newWorld(t *testing.T, upstream string, options ...gatewaytest.Option) *world {
	w := &world{source: &tweaked{}}
	w.Env = gatewaytest.NewAt(t, upstream, append(options, func(c *gateway.Config) {
		w.source.Source = c.Source
		c.Source = w.source
	})...)
	return w
}

// set puts changes in place of the former ones and tells the gateway; nil undoes.
func (w *world) set(key func(*billing.KeyTerms), route func(*billing.Route), subscription func(*billing.SubscriptionTerms)) {
	w.T.Helper()
	w.source.key, w.source.route, w.source.subscription = key, route, subscription
	hash, err := models.HashKey(w.World.Secret)
	if err != nil {
		w.T.Fatal(err)
	}
	w.Gateway.KeyChanged(hash)
	w.Gateway.SubscriptionChanged(w.World.ConsumerTeam.ID, w.World.API.API.ID)
	if err := w.Gateway.APIChanged(context.Background(), w.World.API.API.ID); err != nil {
		w.T.Fatal(err)
	}
}

// setTeam puts a change of the consumer's team in place of the former one.
func (w *world) setTeam(change func(*billing.TeamTerms)) {
	w.Books.ChangeTeam(change)
	w.Accounts.TeamChanged(w.World.ConsumerTeam.ID)
}

// admit has a call of the world's key, under the terms as they are changed, take its share of every limit.
func (w *world) admit(price models.Nano) *billing.Hold {
	w.T.Helper()
	ctx := context.Background()
	hash, err := models.HashKey(w.World.Secret)
	if err != nil {
		w.T.Fatal(err)
	}
	key, err := w.source.KeyTerms(ctx, hash)
	if err != nil {
		w.T.Fatal(err)
	}
	routes, err := w.source.APIRoutes(ctx, w.World.API.API.ID)
	if err != nil {
		w.T.Fatal(err)
	}
	sub, err := w.source.SubscriptionTerms(ctx, w.World.ConsumerTeam.ID, w.World.API.API.ID)
	if err != nil {
		w.T.Fatal(err)
	}
	now := w.Clock.Now()
	d, hold, err := w.Accounts.Admit(ctx, &billing.Case{
		Now: now, Key: key, Version: routes[0].Terms, Subscription: sub, Plan: routes[0].Plans[sub.PlanID].At(now), Price: price,
	})
	if err != nil || hold == nil {
		w.T.Fatalf("admit: %+v %v", d, err)
	}
	return hold
}

// once makes a free call.
func (w *world) once() func() {
	w.admit(0).Leave()
	return func() {}
}

// busy has a call run until the row is over.
func (w *world) busy() func() { return w.admit(1000).Leave }

// count makes a call that counts for the quota.
func (w *world) count() func() {
	hold := w.admit(0)
	hold.Finish(billing.Figure{Counts: true})
	wallet, err := w.Store.Wallet(context.Background(), w.World.ConsumerTeam.ID)
	if err != nil {
		w.T.Fatal(err)
	}
	hold.Commit(wallet)
	hold.Leave()
	return func() {}
}

// priced gives the world's plan a price.
func (w *world) priced(price models.Nano) func(*billing.Route) {
	return w.terms(func(t *billing.PlanTerms) { t.Price = price })
}

// terms changes the terms of the world's plan.
func (w *world) terms(change func(*billing.PlanTerms)) func(*billing.Route) {
	return func(r *billing.Route) {
		id := w.World.API.Plan.ID
		terms := r.Plans[id][0]
		change(&terms)
		r.Plans = map[string]billing.Plan{id: {terms}}
	}
}
