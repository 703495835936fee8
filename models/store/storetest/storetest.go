// Package storetest opens databases for tests and fills them with what most tests need.
package storetest

import (
	"context"
	"log/slog"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/store"
)

// Open opens a database in a folder of its own that ends with the test. Listeners may be added.
func Open(t testing.TB, clock *modeltest.Clock) *store.Store {
	t.Helper()
	return OpenIn(t, t.TempDir(), clock)
}

// OpenIn opens, or opens again, the database in a folder.
func OpenIn(t testing.TB, dir string, clock *modeltest.Clock) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Config{Dir: dir, Clock: clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatalf("open the database: %v", err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	return s
}

// World is a provider with a published API, and a consumer that is subscribed to it and has a key.
type World struct {
	Provider, Consumer         models.User
	ProviderTeam, ConsumerTeam models.Team
	API                        models.APIListing
	Subscription               models.Subscription
	Key                        models.Key
	Secret                     string
}

// Fill makes a World whose API leads to upstream and costs price.
func Fill(t testing.TB, s *store.Store, upstream string, price models.Nano) World {
	t.Helper()
	ctx, w := context.Background(), World{Secret: models.NewKeySecret()}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("fill the database: %v", err)
		}
	}
	var err error
	w.Provider, err = s.AddUser(ctx, models.NewUser{Name: "Pia Provider", Email: "pia@example.test"}, "x")
	must(err)
	w.Consumer, err = s.AddUser(ctx, models.NewUser{Name: "Carl Consumer", Email: "carl@example.test"}, "x")
	must(err)
	pia, carl := models.Actor{UserID: w.Provider.ID}, models.Actor{UserID: w.Consumer.ID}
	w.ProviderTeam, err = s.CreateTeam(ctx, pia, "Providers", true)
	must(err)
	w.ConsumerTeam, err = s.CreateTeam(ctx, carl, "Consumers", false)
	must(err)
	w.API, err = s.CreateAPI(ctx, pia, w.ProviderTeam.ID, models.APIDraft{
		Name: "Quotes", Slug: "quotes", Summary: "A quote a call", Visibility: models.Public, UpstreamURL: upstream, Price: price,
	})
	must(err)
	_, err = s.PublishAPI(ctx, pia, w.ProviderTeam.ID, w.API.API.ID, "First release")
	must(err)
	w.Subscription, err = s.Subscribe(ctx, carl, w.ConsumerTeam.ID, w.API.API.ID, models.PlanChoice{})
	must(err)
	w.Key, err = s.CreateKey(ctx, carl, w.ConsumerTeam.ID, "test key", w.Secret, models.KeyRules{ReadBilling: true})
	must(err)
	return w
}
