package gateway_test

import (
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// The end of an overlap comes by the clock: the gateway knows it from when it first saw the secret, and reads nothing again.
func TestTheOldSecretEndsWithoutALookup(t *testing.T) {
	counted := &countedKeys{}
	book := &notebook{}
	e := gatewaytest.New(t, book.ServeHTTP, func(c *gateway.Config) { counted.Source, c.Source = c.Source, counted })
	e.Fund(10 * price)
	wantStatus(t, e.Call("GET", random, ""), 200, "")
	secret := models.NewKeySecret()
	fresh := "Authorization: Bearer " + secret
	wantStatus(t, e.Call("GET", random, "", fresh), 401, "invalid_api_key")
	if _, err := e.Store.RotateKey(t.Context(), models.Actor{UserID: e.World.Consumer.ID}, e.World.ConsumerTeam.ID, e.World.Key.ID,
		models.Rotation{Replaces: e.World.Key.Hint, Secret: secret, Overlap: models.OverlapHour}); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, e.Call("GET", random, ""), 200, "")
	wantStatus(t, e.Call("GET", random, "", fresh), 200, "")
	if old, now := e.Call("GET", "/invoke/_me", ""), e.Call("GET", "/invoke/_me", "", fresh); !strings.Contains(old.Text, `"old_secret_works_until":"2026-11-22T10:30:00Z"`) || strings.Contains(now.Text, "old_secret") {
		t.Errorf("the old secret is told %s\nthe new one %s", old.Text, now.Text)
	}
	before := counted.lookups.Load()
	e.Clock.Move(time.Hour - time.Millisecond)
	wantStatus(t, e.Call("GET", random, ""), 200, "")
	e.Clock.Move(time.Millisecond)
	wantStatus(t, e.Call("GET", random, ""), 401, "key_revoked")
	wantStatus(t, e.Call("GET", "/invoke/_me", ""), 401, "key_revoked")
	wantStatus(t, e.Call("GET", random, "", fresh), 200, "")
	if n := counted.lookups.Load() - before; n != 0 {
		t.Errorf("the end of the overlap cost %d lookups", n)
	}
	if n := len(e.Calls()); n != 5 {
		t.Errorf("%d calls are in the books, want those of both secrets", n)
	}
	for _, call := range e.Calls() {
		if call.KeyID != e.World.Key.ID {
			t.Errorf("a call is booked for %s", call.KeyID)
		}
	}
}
