package store_test

import (
	"os"
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
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
	monthly, hourly := models.Quota{Calls: 4, Period: models.PerMonth}, models.Quota{Calls: 2, Period: models.PerHour}
	month, hour := r.offering("Monthly", models.ApprovedAtOnce, monthly), r.offering("Hourly", models.ApprovedAtOnce, hourly)
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
	// use makes a call under the plan that runs, in the window that the account in memory counts it in.
	use := func(q models.Quota) {
		t.Helper()
		accounts := billing.NewAccounts(r.Store, r.clock, models.Rate{})
		d, hold, err := accounts.Admit(ctx, &billing.Case{
			Now: r.clock.Now(), Key: billing.KeyTerms{ID: r.world.Key.ID, TeamID: r.consumer, State: models.KeyActive},
			Version:      billing.VersionTerms{APIID: r.api, OwnerTeamID: r.provider, State: models.Published, Visibility: models.Public},
			Subscription: billing.SubscriptionTerms{ID: live, State: models.Active}, Plan: &billing.PlanTerms{Quota: q},
		})
		r.must(err)
		if hold == nil {
			t.Fatalf("refused: %s", d.Code)
		}
		call := r.call(r.consumer, 0)
		call.SubscriptionID, call.Windows = live, hold.Windows()
		call.Windows.Counts = true
		r.settle(call)
		hold.Release()
		hold.Leave()
	}
	counted := func() int64 {
		t.Helper()
		use, err := r.QuotaUse(ctx, r.consumer, r.api)
		r.must(err)
		return use.Calls
	}
	r.must(take(hour))
	use(hourly)
	use(hourly)
	r.must(take(hour))
	if n := counted(); n != 2 {
		t.Errorf("the hour is at %d calls after it was taken again", n)
	}
	r.must(take(month))
	use(monthly)
	r.clock.Move(time.Hour)
	if err := take(hour); wrong(err)["plan"] == "" {
		t.Errorf("the hour is taken while the month runs: %v", err)
	}
	sub, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{PlanID: month.ID})
	r.must(err)
	if live = sub.ID; counted() != 3 {
		t.Errorf("the month is at %d calls after it was taken again", counted())
	}
	r.clock.Move(31 * 24 * time.Hour)
	if err := take(hour); err != nil {
		t.Errorf("after the month: %v", err)
	}
}

// A database in which quotas were counted by subscription keeps of each team and API the counter that ran the longest, which
// was the one that had been carried on.
func TestQuotasCountedBySubscriptionAreCountedByAPI(t *testing.T) {
	r := newRig(t)
	first := r.world.Subscription.ID
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, first))
	second, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{})
	r.must(err)
	r.exec(`DROP TABLE quota_use`)
	r.exec(`CREATE TABLE quota_use (subscription_id TEXT PRIMARY KEY, period_start INTEGER NOT NULL, calls INTEGER NOT NULL,
		period_end INTEGER NOT NULL DEFAULT 0, period TEXT NOT NULL DEFAULT '') WITHOUT ROWID`)
	for _, row := range []struct {
		subscription string
		calls, end   int64
	}{{first, 3, 5000}, {second.ID, 7, 5000}, {"sub_gone", 9, 9000}} {
		r.exec(`INSERT INTO quota_use VALUES (?, 1000, ?, ?, 'month')`, row.subscription, row.calls, row.end)
	}
	text, err := os.ReadFile("migrations/0026_quota_by_api.sql")
	r.must(err)
	r.exec(string(text))
	use, err := r.QuotaUse(ctx, r.consumer, r.api)
	if want := (models.QuotaUse{PeriodStart: 1000, PeriodEnd: 5000, Period: models.PerMonth, Calls: 7}); err != nil || use != want {
		t.Errorf("used are %+v, %v", use, err)
	}
}
