package store_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

// offering is a further plan with a quota.
func (r *rig) offering(name string, approval models.Approval, quota models.Quota) models.Plan {
	r.Helper()
	to := terms(5)
	to.Quota = quota
	plan, err := r.AddPlan(ctx, r.pia, r.provider, r.api, models.Plan{Name: name, Approval: approval}, to)
	r.must(err)
	return plan
}

// change changes the plan of the consumers' subscription.
func (r *rig) change(plan models.Plan, atPeriodEnd bool) (models.PlanChanged, error) {
	r.Helper()
	live, _, err := r.LiveSubscription(ctx, r.consumer, r.api)
	r.must(err)
	return r.ChangePlan(ctx, r.carl, r.consumer, live.ID, models.PlanChange{PlanChoice: models.PlanChoice{PlanID: plan.ID, Answer: "x"}, AtPeriodEnd: atPeriodEnd})
}

// has fails the test unless the gateway and the pages agree on which plan the consumers have, and what comes next.
func (r *rig) has(sentence string, plan models.Plan, next string) {
	r.Helper()
	terms, err := r.SubscriptionTerms(ctx, r.consumer, r.api)
	r.must(err)
	row, err := r.TeamSubscription(ctx, r.consumer, r.world.Subscription.ID)
	r.must(err)
	seen, err := r.APISubscriber(ctx, r.api, r.world.Subscription.ID)
	r.must(err)
	now := r.clock.Now()
	shown := ""
	if row.Subscription.ChangesAt(now) != nil {
		shown = row.NextPlanName
	}
	if terms.At(now).PlanID != plan.ID || row.Subscription.PlanAt(now) != plan.ID || row.PlanName != plan.Name || seen.PlanName != plan.Name || shown != next {
		r.Errorf("%s: the gateway has %+v, the team %q and then %q, the provider %q; want %q and then %q", sentence, terms, row.PlanName, shown, seen.PlanName, plan.Name, next)
	}
}

// wrong are the sentences of an error about what was typed; none of another one.
func wrong(err error) models.Invalid {
	var invalid models.Invalid
	errors.As(err, &invalid)
	return invalid
}

func TestAPlanChangesNowOrWhenThePeriodEnds(t *testing.T) {
	r := newRig(t)
	month := models.Quota{Calls: 10, Period: models.PerMonth}
	small, large := r.offering("Small", models.ApprovedAtOnce, month), r.offering("Large", models.ApprovedAtOnce, month)
	first := r.plan(r.world.API.Plan.ID).Plan
	if _, err := r.change(small, true); wrong(err)["when"] == "" {
		t.Errorf("waiting for the end of no period: %v", err)
	}
	done, err := r.change(small, false)
	if err != nil || done.Asked || done.At != nil {
		t.Errorf("%+v, %v", done, err)
	}
	r.has("changed now", small, "")

	_, monthEnd := models.PerMonth.Window(r.clock.Now(), time.UTC)
	done, err = r.change(large, true)
	if err != nil || done.At == nil || done.At.Unix() != monthEnd {
		t.Fatalf("%+v, %v", done, err)
	}
	r.has("set for the period's end", small, "Large")
	if _, err := r.change(first, false); !is(err, models.ErrChangePending) {
		t.Errorf("a second change: %v", err)
	}
	live := r.world.Subscription.ID
	if err := r.WithdrawPlanChange(ctx, r.pia, r.provider, live); !is(err, models.ErrNotFound) {
		t.Errorf("the provider withdraws it: %v", err)
	}
	r.must(r.WithdrawPlanChange(ctx, r.carl, r.consumer, live))
	r.has("withdrawn", small, "")
	if err := r.WithdrawPlanChange(ctx, r.carl, r.consumer, live); !is(err, models.ErrConflict) {
		t.Errorf("withdrawn again: %v", err)
	}
	_, err = r.change(large, true)
	r.must(err)
	r.clock.Move(done.At.Sub(r.clock.Now()) - time.Millisecond)
	if n, err := r.ApplyPlanChanges(ctx); n != 0 || err != nil {
		t.Errorf("too early: %d, %v", n, err)
	}
	r.has("a moment before", small, "Large")
	r.clock.Move(time.Millisecond)
	r.has("at its time, before the job", large, "")
	if _, err := r.change(large, false); wrong(err)["plan"] == "" {
		t.Errorf("to the plan that it has by now: %v", err)
	}
	if n, err := r.ApplyPlanChanges(ctx); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	r.has("after the job", large, "")
	if n := r.number(`SELECT COUNT(*) FROM subscriptions WHERE plan_id = ? AND next_plan_at IS NULL`, large.ID); n != 1 {
		t.Error("the job has not written it down")
	}
}

func TestWhichChangesAreRefused(t *testing.T) {
	r := newRig(t)
	closed := r.offering("Closed", models.ApprovedAtOnce, models.Quota{})
	r.must(r.OpenPlan(ctx, r.pia, r.provider, r.api, closed.ID, false))
	elsewhere, err := r.CreateAPI(ctx, r.pia, r.provider, models.APIDraft{Name: "Other", Slug: "other", Visibility: models.Public, UpstreamURL: "http://x"})
	r.must(err)
	asking := r.asking()
	for _, row := range []struct {
		sentence string
		change   models.PlanChange
		field    string
	}{
		{"to none", models.PlanChange{}, "plan"},
		{"to the same", models.PlanChange{PlanChoice: models.PlanChoice{PlanID: r.world.API.Plan.ID}}, "plan"},
		{"to one that is closed", models.PlanChange{PlanChoice: models.PlanChoice{PlanID: closed.ID}}, "plan"},
		{"to another API's", models.PlanChange{PlanChoice: models.PlanChoice{PlanID: elsewhere.Plan.ID}}, "plan"},
		{"without an answer", models.PlanChange{PlanChoice: models.PlanChoice{PlanID: asking.ID}}, "answer"},
	} {
		_, err := r.ChangePlan(ctx, r.carl, r.consumer, r.world.Subscription.ID, row.change)
		if wrong(err)[row.field] == "" {
			t.Errorf("%s: %v", row.sentence, err)
		}
	}
	good := models.PlanChange{PlanChoice: models.PlanChoice{PlanID: asking.ID, Answer: "x"}}
	if _, err := r.ChangePlan(ctx, r.pia, r.provider, r.world.Subscription.ID, good); !is(err, models.ErrNotFound) {
		t.Errorf("by the provider: %v", err)
	}
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, r.world.Subscription.ID))
	if _, err := r.ChangePlan(ctx, r.carl, r.consumer, r.world.Subscription.ID, good); !is(err, models.ErrConflict) {
		t.Errorf("once it has ended: %v", err)
	}
}

// A plan that is approved by hand is asked for while the one that runs goes on.
func TestAnotherPlanIsAskedFor(t *testing.T) {
	r := newRig(t)
	partner, first := r.asking(), r.plan(r.world.API.Plan.ID).Plan
	live := r.world.Subscription.ID
	for _, row := range []struct {
		sentence string
		answer   func(requestID string) error
		plan     models.Plan
		state    models.RequestState
		told     []string
	}{
		{"declined", func(id string) error { return r.AnswerRequest(ctx, r.pia, r.provider, id, no) }, first, models.RequestDeclined, []string{"carl@example.test: declined Quotes Not yet"}},
		{"withdrawn", func(string) error { return r.WithdrawPlanChange(ctx, r.carl, r.consumer, live) }, first, models.RequestWithdrawn, nil},
		{"approved", func(id string) error { return r.AnswerRequest(ctx, r.pia, r.provider, id, yes) }, partner, models.RequestApproved, []string{"carl@example.test: approved Quotes Welcome"}},
	} {
		done, err := r.change(partner, false)
		if err != nil || !done.Asked || done.At != nil {
			t.Fatalf("%s: %+v, %v", row.sentence, done, err)
		}
		if told := r.news(); cmp.Diff([]string{"pia@example.test: requested Quotes"}, told) != "" {
			t.Errorf("%s: the provider is told %q", row.sentence, told)
		}
		r.has(row.sentence+", while it waits", first, "")
		w := r.waiting()
		if w.FromPlanName != first.Name || w.PlanName != "Partner" {
			t.Errorf("%s: %+v", row.sentence, w)
		}
		if _, err := r.change(partner, false); !is(err, models.ErrChangePending) {
			t.Errorf("%s: asked twice: %v", row.sentence, err)
		}
		r.must(row.answer(w.Request.ID))
		r.has(row.sentence, row.plan, "")
		if told := r.news(); cmp.Diff(row.told, told) != "" {
			t.Errorf("%s: told are %q", row.sentence, told)
		}
		got, err := r.TeamSubscription(ctx, r.consumer, live)
		if err != nil || got.Subscription.State != models.Active || got.Latest.State != row.state || !got.Latest.ForPlan || got.Latest.PlanName != "Partner" {
			t.Errorf("%s: %+v, %v", row.sentence, got, err)
		}
	}
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, live))
	if n, err := r.CountRequests(ctx, r.provider); n != 0 || err != nil {
		t.Errorf("%d wait, %v", n, err)
	}
}

// Of many who change at the same time one does, and the database has one change.
func TestOneChangeIsPending(t *testing.T) {
	r := newRig(t)
	partner := r.asking()
	var asked atomic.Int64
	var running sync.WaitGroup
	for range 10 {
		running.Go(func() {
			_, err := r.ChangePlan(ctx, r.carl, r.consumer, r.world.Subscription.ID, models.PlanChange{PlanChoice: models.PlanChoice{PlanID: partner.ID, Answer: "x"}})
			switch {
			case err == nil:
				asked.Add(1)
			case !is(err, models.ErrChangePending):
				t.Error(err)
			}
		})
	}
	running.Wait()
	if n := r.number(`SELECT COUNT(*) FROM requests WHERE state = 'requested'`); asked.Load() != 1 || n != 1 {
		t.Errorf("%d asked, and %d wait", asked.Load(), n)
	}
	if _, err := r.raw.ExecContext(ctx, `INSERT INTO requests SELECT 'ask_other', provider_id, team_id, subscription_id, api_id, plan_id, from_plan_id, question, answer,
		state, comment, asked_by, answered_by, created_at, closed_at, at_period_end FROM requests`); err == nil {
		t.Error("the database takes a second request that waits")
	}
}

// The calls that were made count under the next plan; a shorter quota waits until their period is over, whichever way round.
func TestCallsThatWereMadeCountUnderTheNextPlan(t *testing.T) {
	r := newRig(t)
	month, day := models.Quota{Calls: 10, Period: models.PerMonth}, models.Quota{Calls: 4, Period: models.PerDay}
	monthly, daily, unlimited := r.offering("Monthly", models.ApprovedAtOnce, month), r.offering("Daily", models.ApprovedAtOnce, day), r.offering("Unlimited", models.ApprovedAtOnce, models.Quota{})
	_, err := r.change(monthly, false)
	r.must(err)
	start, end := models.PerMonth.Window(r.clock.Now(), time.UTC)
	for range 8 {
		call := r.call(r.consumer, 0)
		call.SubscriptionID, call.Windows = r.world.Subscription.ID, models.CallWindows{Quota: start, QuotaEnd: end, QuotaPeriod: models.PerMonth, Counts: true}
		r.settle(call)
	}
	for _, by := range []string{"directly", "by way of a plan without a quota"} {
		if _, err := r.change(daily, false); wrong(err)["when"] == "" {
			t.Errorf("%s: %v", by, err)
		}
		if _, err := r.change(unlimited, false); err != nil && by == "directly" {
			t.Error(err)
		}
	}
	done, err := r.change(daily, true)
	if err != nil || done.At.Unix() != end {
		t.Errorf("%+v, %v", done, err)
	}
	// Nor does ending it and taking others forget them.
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, r.world.Subscription.ID))
	take := func(plan models.Plan) models.Subscription {
		t.Helper()
		sub, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{PlanID: plan.ID})
		r.must(err)
		return sub
	}
	if _, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{PlanID: daily.ID}); !strings.Contains(wrong(err)["plan"], "1 Dec 2026, 00:00 UTC") {
		t.Errorf("a shorter quota is taken meanwhile: %v", err)
	}
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, take(unlimited).ID))
	take(monthly)
	if use, err := r.QuotaUse(ctx, r.consumer, r.api); err != nil || use.Calls != 8 || use.Period != models.PerMonth {
		t.Errorf("the month is at %+v, %v", use, err)
	}
	r.prove()
}
