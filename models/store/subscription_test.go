package store_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
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
