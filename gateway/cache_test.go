package gateway_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// countedKeys counts how often a key is looked up in the database.
type countedKeys struct {
	gateway.Source
	lookups atomic.Int64
}

func (c *countedKeys) KeyTerms(ctx context.Context, hash models.KeyHash) (billing.KeyTerms, error) {
	c.lookups.Add(1)
	return c.Source.KeyTerms(ctx, hash)
}

func TestAnUnknownKeyIsLookedUpOnceAndWorksFromTheMomentItExists(t *testing.T) {
	counted := &countedKeys{}
	e := gatewaytest.New(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }, func(c *gateway.Config) {
		counted.Source, c.Source = c.Source, counted
	})
	e.Fund(gatewaytest.Price)
	secret := models.NewKeySecret()
	for range 5 {
		if reply := e.Call("GET", random, "", "Authorization: Bearer "+secret); reply.StatusCode != http.StatusUnauthorized {
			t.Fatalf("a key that was never issued got %d", reply.StatusCode)
		}
	}
	if n := counted.lookups.Load(); n != 1 {
		t.Errorf("five guesses of the same key cost %d lookups", n)
	}
	if _, err := e.Store.CreateKey(t.Context(), models.Actor{UserID: e.World.Consumer.ID}, e.World.ConsumerTeam.ID, "late", secret, models.KeyRules{}); err != nil {
		t.Fatal(err)
	}
	if reply := e.Call("GET", random, "", "Authorization: Bearer "+secret); reply.StatusCode != http.StatusOK {
		t.Errorf("the call after the key was made got %d: %s", reply.StatusCode, reply.Text)
	}
}
