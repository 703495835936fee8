package store_test

import (
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// Ending a subscription and taking the API again lifts nothing that the provider has set: the team has to ask.
func TestTakingAnAPIAgainUndoesNothingOfTheProviders(t *testing.T) {
	for _, row := range []struct {
		sentence string
		before   func(*rig, string)
		then     time.Duration
		state    models.SubscriptionState
	}{
		{"of a subscription that nobody touched", func(*rig, string) {}, 0, models.Active},
		{"paused by the provider", func(r *rig, id string) {
			r.must(r.PauseSubscription(ctx, r.pia, models.ProviderSide, r.provider, id, "Abuse"))
		}, 0, models.Requested},
		{"paused and resumed by the provider", func(r *rig, id string) {
			r.must(r.PauseSubscription(ctx, r.pia, models.ProviderSide, r.provider, id, "Abuse"))
			r.must(r.ResumeSubscription(ctx, r.pia, models.ProviderSide, r.provider, id))
		}, 0, models.Active},
		{"paused by the team itself", func(r *rig, id string) {
			r.must(r.PauseSubscription(ctx, r.carl, models.SubscriberSide, r.consumer, id, ""))
		}, 0, models.Active},
		{"with an end that is to come", func(r *rig, id string) {
			at := r.clock.Now().Add(time.Hour)
			r.must(r.SetSubscriptionEnd(ctx, r.pia, r.provider, id, &at))
		}, 0, models.Requested},
		{"with an end that has come", func(r *rig, id string) {
			at := r.clock.Now().Add(time.Hour)
			r.must(r.SetSubscriptionEnd(ctx, r.pia, r.provider, id, &at))
		}, 2 * time.Hour, models.Requested},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			r := newRig(t)
			r.TB = t
			id := r.world.Subscription.ID
			row.before(r, id)
			r.clock.Move(row.then)
			if row.then == 0 {
				r.must(r.EndSubscription(ctx, r.carl, r.consumer, id))
			}
			sub, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{})
			if err != nil || sub.State != row.state {
				t.Fatalf("taken again it is %q, %v", sub.State, err)
			}
			if sub.State == models.Active {
				return
			}
			r.must(r.EndSubscription(ctx, r.carl, r.consumer, sub.ID)) // withdrawing the request changes nothing
			if sub, err = r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{}); err != nil || sub.State != models.Requested {
				t.Fatalf("asked again it is %q, %v", sub.State, err)
			}
			var request string
			r.must(r.raw.QueryRowContext(ctx, `SELECT id FROM requests WHERE state = 'requested'`).Scan(&request))
			r.must(r.AnswerRequest(ctx, r.pia, r.provider, request, models.RequestAnswer{Approve: true}))
			r.must(r.EndSubscription(ctx, r.carl, r.consumer, sub.ID))
			if sub, err = r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{}); err != nil || sub.State != models.Active {
				t.Errorf("after the provider has approved once it is %q, %v", sub.State, err)
			}
		})
	}
}

// A counter that runs is never left for one of a shorter period, which would begin at nothing: neither by taking another plan,
// nor there and back.
func TestNoPlanForgetsTheCallsOfALongerOne(t *testing.T) {
	r := newRig(t)
	month := r.offering("Monthly", models.ApprovedAtOnce, models.Quota{Calls: 4, Period: models.PerMonth})
	hour := r.offering("Hourly", models.ApprovedAtOnce, models.Quota{Calls: 2, Period: models.PerHour})
	live := r.world.Subscription.ID
	take := func(plan models.Plan) error {
		t.Helper()
		r.must(r.EndSubscription(ctx, r.carl, r.consumer, live))
		sub, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{PlanID: plan.ID})
		if err == nil {
			live = sub.ID
		}
		return err
	}
	use := func(period models.Period) {
		t.Helper()
		start, end := period.Window(r.clock.Now(), time.UTC)
		call := r.call(r.consumer, 0)
		call.SubscriptionID, call.Windows = live, models.CallWindows{Quota: start, QuotaEnd: end, QuotaPeriod: period, Counts: true}
		r.settle(call)
	}
	counted := func() int64 {
		t.Helper()
		use, err := r.QuotaUse(ctx, live)
		r.must(err)
		return use.Calls
	}
	r.must(take(hour))
	use(models.PerHour)
	use(models.PerHour)
	r.must(take(hour))
	if n := counted(); n != 2 {
		t.Errorf("the hour is at %d calls after it was taken again", n)
	}
	r.must(take(month))
	use(models.PerMonth)
	r.clock.Move(time.Hour)
	if err := take(hour); wrong(err)["plan"] == "" {
		t.Errorf("the hour is taken while the month runs: %v", err)
	}
	sub, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{PlanID: month.ID})
	r.must(err)
	if live = sub.ID; counted() == 0 {
		t.Error("the month begins anew")
	}
	r.clock.Move(31 * 24 * time.Hour)
	if err := take(hour); err != nil {
		t.Errorf("after the month: %v", err)
	}
}
