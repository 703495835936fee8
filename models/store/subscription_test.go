package store_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

func TestOneLiveSubscriptionPerTeamAndAPI(t *testing.T) {
	r := newRig(t)
	if _, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{}); !is(err, models.ErrConflict) {
		t.Errorf("a second one: %v", err)
	}
	for range 2 {
		live, found, err := r.LiveSubscription(ctx, r.consumer, r.api)
		if err != nil || !found {
			t.Fatalf("%+v, %t, %v", live, found, err)
		}
		terms, err := r.SubscriptionTerms(ctx, r.consumer, r.api)
		want := billing.SubscriptionTerms{ID: live.ID, PlanID: r.world.API.Plan.ID, State: models.Active, Since: terms.Since}
		if err != nil || terms != want || !terms.Since.Equal(live.CreatedAt) {
			t.Errorf("%+v, %v", terms, err)
		}
		if err := r.EndSubscription(ctx, r.pia, r.provider, live.ID); !is(err, models.ErrNotFound) {
			t.Errorf("another team ended it: %v", err)
		}
		r.must(r.EndSubscription(ctx, r.carl, r.consumer, live.ID))
		if err := r.EndSubscription(ctx, r.carl, r.consumer, live.ID); !is(err, models.ErrConflict) {
			t.Errorf("ended again: %v", err)
		}
		if terms, err := r.SubscriptionTerms(ctx, r.consumer, r.api); err != nil || terms != (billing.SubscriptionTerms{}) {
			t.Errorf("once it has ended: %+v, %v", terms, err)
		}
		if _, found, err := r.LiveSubscription(ctx, r.consumer, r.api); found || err != nil {
			t.Errorf("once it has ended: %t, %v", found, err)
		}
		row, err := r.TeamSubscription(ctx, r.consumer, live.ID)
		if err != nil || row.Subscription.State != models.Ended || row.Subscription.EndedAt == nil || row.APISlug != "quotes" || row.Price != 20 {
			t.Errorf("%+v, %v", row, err)
		}
		var taken atomic.Int64
		var running sync.WaitGroup
		for range 10 {
			running.Go(func() {
				switch _, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{}); {
				case err == nil:
					taken.Add(1)
				case !is(err, models.ErrConflict):
					t.Error(err)
				}
			})
		}
		running.Wait()
		if n := r.number(`SELECT COUNT(*) FROM subscriptions WHERE state = 'active'`); taken.Load() != 1 || n != 1 {
			t.Errorf("%d took one and %d are there", taken.Load(), n)
		}
	}
	if _, err := r.TeamSubscription(ctx, r.provider, r.world.Subscription.ID); !is(err, models.ErrNotFound) {
		t.Errorf("another team's: %v", err)
	}
	if _, err := r.Subscribe(ctx, r.carl, "team_nothing", r.api, models.PlanChoice{}); !is(err, models.ErrNotFound) {
		t.Errorf("a team that is not there: %v", err)
	}
}

// A quota counts what the team has called the API, under whichever subscription, and so does what is in flight under the old one.
func TestTakingASubscriptionAgainLeavesTheQuotaUsed(t *testing.T) {
	r := newRig(t)
	clock := r.clock.Now()
	start, end := models.PerMonth.Window(clock, time.UTC)
	windows := models.CallWindows{Quota: start, QuotaEnd: end, QuotaPeriod: models.PerMonth, Counts: true}
	settle := func(subscriptionID string, calls int) {
		for range calls {
			call := r.call(r.consumer, 0)
			call.SubscriptionID, call.Windows = subscriptionID, windows
			r.settle(call)
		}
	}
	old := r.world.Subscription.ID
	settle(old, 3)
	again := func(live string) string {
		t.Helper()
		r.must(r.EndSubscription(ctx, r.carl, r.consumer, live))
		sub, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{})
		r.must(err)
		return sub.ID
	}
	check := func(calls int64) {
		t.Helper()
		use, err := r.QuotaUse(ctx, r.consumer, r.api)
		if want := (models.QuotaUse{PeriodStart: start, PeriodEnd: end, Period: models.PerMonth, Calls: calls}); err != nil || use != want {
			t.Errorf("used are %+v, want %+v; %v", use, want, err)
		}
	}

	// The account knows the old one's counter, and a call of it is in flight.
	accounts := billing.NewAccounts(r.Store, r.clock, models.Rate{})
	admit := func(subscriptionID string) (billing.Decision, *billing.Hold) {
		t.Helper()
		d, hold, err := accounts.Admit(ctx, &billing.Case{
			Now: clock, Key: billing.KeyTerms{ID: r.world.Key.ID, TeamID: r.consumer, State: models.KeyActive},
			Version:      billing.VersionTerms{APIID: r.api, OwnerTeamID: r.provider, State: models.Published, Visibility: models.Public},
			Subscription: billing.SubscriptionTerms{ID: subscriptionID, State: models.Active},
			Plan:         &billing.PlanTerms{Quota: models.Quota{Calls: 4, Period: models.PerMonth}},
		})
		r.must(err)
		return d, hold
	}
	_, flying := admit(old)
	if flying == nil {
		t.Fatal("the quota's last call is not admitted")
	}
	second := again(old)
	check(3)
	if d, hold := admit(second); hold != nil || d.Code != problem.LimitHeld {
		t.Errorf("while the last call of the old one is in flight: %q", d.Code)
	}
	settle(old, 1)
	flying.Release()
	flying.Leave()
	check(4)
	third := again(second)
	check(4)
	accounts = billing.NewAccounts(r.Store, r.clock, models.Rate{}) // as after a restart
	if d, hold := admit(third); hold != nil || d.Code != problem.QuotaExceeded {
		t.Errorf("beyond the quota: %q", d.Code)
	}
	r.prove()
	r.exec(`UPDATE quota_use SET calls = calls + 2`)
	if proof, err := r.Prove(ctx); err != nil || len(proof.Findings) != 1 || proof.Findings[0].Calls != 2 {
		t.Errorf("calls that nobody made: %+v, %v", proof.Findings, err)
	}
}
