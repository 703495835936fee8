package gateway_test

import (
	"context"
	"net/http"
	"strconv"
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

// A change of plan that waits for the period's end comes by the clock: the quota goes on to the last call of the old period, and
// the first of the next one has the new plan's price. Calls that were made keep theirs.
func TestAPlanChangesByTheClock(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {})
	e.Fund(100 * price)
	ctx, pia, carl := context.Background(), models.Actor{UserID: e.World.Provider.ID}, models.Actor{UserID: e.World.Consumer.ID}
	add := func(name string, cost models.Nano, quota int64) models.Plan {
		t.Helper()
		plan, err := e.Store.AddPlan(ctx, pia, e.World.ProviderTeam.ID, e.World.API.API.ID, models.Plan{Name: name, Approval: models.ApprovedAtOnce},
			models.PlanRevision{Price: cost, ChargeOn: models.ChargeAnswered, Quota: models.Quota{Calls: quota, Period: models.PerDay}})
		if err != nil {
			t.Fatal(err)
		}
		return plan
	}
	small, large := add("Small", price, 2), add("Large", 3*price, 4)
	change := func(plan models.Plan, atPeriodEnd bool) models.PlanChanged {
		t.Helper()
		done, err := e.Store.ChangePlan(ctx, carl, e.World.ConsumerTeam.ID, e.World.Subscription.ID, models.PlanChange{PlanChoice: models.PlanChoice{PlanID: plan.ID}, AtPeriodEnd: atPeriodEnd})
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	calls := func(sentence string, until string, charges ...models.Nano) {
		t.Helper()
		for i, want := range charges {
			reply := e.Call("GET", random, "")
			wantStatus(t, reply, 200, "")
			if got := reply.Header.Get("Faregate-Charged"); got != strconv.FormatInt(int64(want), 10) {
				t.Errorf("%s: call %d costs %s", sentence, i+1, got)
			}
		}
		if until != "" {
			wantStatus(t, e.Call("GET", random, ""), 429, until)
		}
	}
	change(small, false)
	calls("small", "quota_exceeded", price, price)
	change(large, false)
	calls("large, of whose four calls two are made", "quota_exceeded", 3*price, 3*price)
	done := change(small, true)
	e.Clock.Move(done.At.Sub(e.Clock.Now()) - time.Millisecond)
	calls("a moment before the day's end", "quota_exceeded")
	e.Clock.Move(time.Millisecond)
	calls("from the next day on", "quota_exceeded", price, price)
	e.Prove()
}

// What a team without a subscription is told follows the plans: the next refusal knows of one that was closed or changed.
func TestARefusalLeadsToWhereATeamGetsIn(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {})
	ctx, pia := context.Background(), models.Actor{UserID: e.World.Provider.ID}
	provider, api, plan := e.World.ProviderTeam.ID, e.World.API.API.ID, e.World.API.Plan
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(e.Store.EndSubscription(ctx, models.Actor{UserID: e.World.Consumer.ID}, e.World.ConsumerTeam.ID, e.World.Subscription.ID))
	for _, step := range []struct {
		sentence string
		do       func()
		title    string
	}{
		{"a plan can be taken", func() {}, "Subscribe"},
		{"it is closed", func() { must(e.Store.OpenPlan(ctx, pia, provider, api, plan.ID, false)) }, "About the API"},
		{"it is open again", func() { must(e.Store.OpenPlan(ctx, pia, provider, api, plan.ID, true)) }, "Subscribe"},
		{"it is approved by hand", func() {
			must(e.Store.EditPlan(ctx, pia, provider, api, plan.ID, models.Plan{Name: plan.Name, Approval: models.ApprovedByHand}))
		}, "Ask for access"},
	} {
		step.do()
		reply := e.Call("GET", random, "")
		wantStatus(t, reply, 403, "subscription_required")
		if link := reply.Header.Get("Link"); !strings.Contains(link, `/apis/quotes>; rel="help"`) || !strings.Contains(link, `title="`+step.title+`"`) {
			t.Errorf("%s: the link is %s", step.sentence, link)
		}
	}
}
