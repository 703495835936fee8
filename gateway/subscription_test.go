package gateway_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// Each side's pause meets the very next call, and the refusal says whose it is.
func TestAPauseMeetsTheNextCall(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {})
	e.Fund(10 * price)
	ctx, id := context.Background(), e.World.Subscription.ID
	pia, carl := models.Actor{UserID: e.World.Provider.ID}, models.Actor{UserID: e.World.Consumer.ID}
	pause := func(side models.Side) error {
		if side == models.ProviderSide {
			return e.Store.PauseSubscription(ctx, pia, side, e.World.ProviderTeam.ID, id, "Too fast for us.")
		}
		return e.Store.PauseSubscription(ctx, carl, side, e.World.ConsumerTeam.ID, id, "")
	}
	resume := func(side models.Side) error {
		if side == models.ProviderSide {
			return e.Store.ResumeSubscription(ctx, pia, side, e.World.ProviderTeam.ID, id)
		}
		return e.Store.ResumeSubscription(ctx, carl, side, e.World.ConsumerTeam.ID, id)
	}
	for _, step := range []struct {
		sentence string
		do       func(models.Side) error
		by       models.Side
		says     string // "" if the call goes through
	}{
		{"the provider pauses", pause, models.ProviderSide, "The provider of Quotes has paused the team's subscription: Too fast for us."},
		{"the team pauses too", pause, models.SubscriberSide, "The provider of Quotes has paused the team's subscription: Too fast for us."},
		{"the provider resumes", resume, models.ProviderSide, "The team has paused its own subscription to Quotes"},
		{"the team resumes", resume, models.SubscriberSide, ""},
	} {
		if err := step.do(step.by); err != nil {
			t.Fatalf("%s: %v", step.sentence, err)
		}
		reply := e.Call("GET", random, "")
		if step.says == "" {
			wantStatus(t, reply, 200, "")
		} else if wantStatus(t, reply, 403, "subscription_paused"); !strings.Contains(reply.Text, step.says) {
			t.Errorf("%s: the refusal says %s", step.sentence, reply.Text)
		}
	}
	e.Prove()
}

// The gateway keeps to the clock: a call of the minute before goes through and one at the time does not, with the terms that
// it has remembered and nothing else running.
func TestASubscriptionEndsByTheClock(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {})
	e.Fund(10 * price)
	end := e.Clock.Now().Add(time.Hour)
	set := func(at *time.Time) {
		t.Helper()
		if err := e.Store.SetSubscriptionEnd(context.Background(), models.Actor{UserID: e.World.Provider.ID}, e.World.ProviderTeam.ID, e.World.Subscription.ID, at); err != nil {
			t.Fatal(err)
		}
	}
	set(&end)
	wantStatus(t, e.Call("GET", random, ""), 200, "")
	e.Clock.Move(time.Hour - time.Millisecond)
	wantStatus(t, e.Call("GET", random, ""), 200, "")
	later := end.Add(time.Hour)
	set(&later)
	e.Clock.Move(time.Millisecond)
	wantStatus(t, e.Call("GET", random, ""), 200, "")
	e.Clock.Move(time.Hour)
	reply := e.Call("GET", random, "")
	if wantStatus(t, reply, 403, "subscription_required"); !strings.Contains(reply.Text, "ended at "+later.Format(time.RFC3339)) {
		t.Errorf("the refusal says %s", reply.Text)
	}
	if about := e.Call("GET", "/invoke/_me", ""); strings.Contains(about.Text, `"quotes"`) {
		t.Errorf("the key is told %s", about.Text)
	}
	e.Prove()
}
