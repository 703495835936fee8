package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// terms are those of a plan that charges a price for what is answered.
func terms(price models.Nano) models.PlanRevision {
	return models.PlanRevision{Price: price, ChargeOn: models.ChargeAnswered}
}

func (r *rig) addPlan(name string, price models.Nano) models.Plan {
	r.Helper()
	plan, err := r.AddPlan(ctx, r.pia, r.provider, r.api, models.Plan{Name: name, Approval: models.ApprovedAtOnce}, terms(price))
	r.must(err)
	return plan
}

func (r *rig) plan(id string) models.PlanListing {
	r.Helper()
	p, err := r.APIPlan(ctx, r.api, id)
	r.must(err)
	return p
}

func TestPlansAreAddedEditedClosedAndRevised(t *testing.T) {
	r := newRig(t)
	pro := r.addPlan("Pro", 5)
	if got := r.plan(pro.ID); got.Plan.Position != 2 || got.Terms.Price != 5 || got.Terms.Number != 1 {
		t.Errorf("%+v", got)
	}
	var invalid models.Invalid
	if _, err := r.AddPlan(ctx, r.pia, r.provider, r.api, models.Plan{Name: "Pro"}, terms(5)); !errors.As(err, &invalid) || invalid["name"] == "" {
		t.Errorf("the same name: %v", err)
	}
	if err := r.EditPlan(ctx, r.pia, r.provider, r.api, r.world.API.Plan.ID, models.Plan{Name: "Pro"}); !errors.As(err, &invalid) {
		t.Errorf("the same name: %v", err)
	}
	r.must(r.EditPlan(ctx, r.pia, r.provider, r.api, pro.ID, models.Plan{Name: "Pro", Approval: models.ApprovedByHand, Question: "Why?"}))
	r.must(r.OpenPlan(ctx, r.pia, r.provider, r.api, pro.ID, false))
	r.must(r.OpenPlan(ctx, r.pia, r.provider, r.api, pro.ID, false))
	if got := r.plan(pro.ID).Plan; got.Question != "Why?" || got.ClosedAt == nil || !got.ClosedAt.Equal(r.clock.Now()) {
		t.Errorf("%+v", got)
	}
	r.must(r.OpenPlan(ctx, r.pia, r.provider, r.api, pro.ID, true))
	if got := r.plan(pro.ID).Plan; got.ClosedAt != nil {
		t.Errorf("%+v", got)
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action IN ('plan.added', 'plan.edited', 'plan.closed', 'plan.opened')`); n != 4 {
		t.Errorf("%d acts are recorded", n)
	}

	soon, later := terms(6), terms(7)
	soon.EffectiveAt, later.EffectiveAt = r.clock.Now().Add(time.Hour), r.clock.Now().Add(24*time.Hour)
	for _, to := range []models.PlanRevision{later, soon} {
		_, err := r.RevisePlan(ctx, r.pia, r.provider, r.api, pro.ID, to)
		r.must(err)
	}
	got := r.plan(pro.ID)
	if got.Terms.Price != 5 || len(got.Coming) != 2 || got.Coming[0].Price != 6 || got.Coming[1].Price != 7 {
		t.Errorf("%+v", got)
	}
	r.clock.Move(time.Hour)
	if inEffect, err := r.TermsInEffect(ctx, pro.ID, r.world.API.Plan.ID, "plan_nothing"); err != nil || len(inEffect) != 2 || inEffect[pro.ID].Price != 6 {
		t.Errorf("%+v, %v", inEffect, err)
	}
}

func TestARevisionIsWithdrawnBeforeItsEffect(t *testing.T) {
	r := newRig(t)
	pro := r.addPlan("Pro", 5)
	to := terms(6)
	to.EffectiveAt = r.clock.Now().Add(time.Hour)
	made, err := r.RevisePlan(ctx, r.pia, r.provider, r.api, pro.ID, to)
	r.must(err)
	if err := r.WithdrawRevision(ctx, r.carl, r.consumer, r.api, pro.ID, made.ID); !is(err, models.ErrNotFound) {
		t.Errorf("another team: %v", err)
	}
	if err := r.WithdrawRevision(ctx, r.pia, r.provider, r.api, r.world.API.Plan.ID, made.ID); !is(err, models.ErrNotFound) {
		t.Errorf("another plan: %v", err)
	}
	for _, row := range []struct {
		sentence string
		at       time.Duration // before its effect
		want     error
	}{
		{"in effect", 0, models.ErrConflict},
		{"within the minute", time.Minute - time.Millisecond, models.ErrConflict},
		{"a minute before", time.Minute, nil},
		{"once it is gone", time.Minute, models.ErrNotFound},
	} {
		r.clock.Move(to.EffectiveAt.Add(-row.at).Sub(r.clock.Now()))
		if err := r.WithdrawRevision(ctx, r.pia, r.provider, r.api, pro.ID, made.ID); !is(err, row.want) {
			t.Errorf("%s: %v", row.sentence, err)
		}
	}
	r.clock.Move(to.EffectiveAt.Sub(r.clock.Now()))
	if got := r.plan(pro.ID); got.Terms.Price != 5 || len(got.Coming) != 0 {
		t.Errorf("%+v", got)
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'plan.revision_withdrawn'`); n != 1 {
		t.Errorf("%d acts are recorded", n)
	}
}

// Nobody touches the plans of a team that is not theirs, whatever ids they know.
func TestAPlanIsItsOwnersAlone(t *testing.T) {
	r := newRig(t)
	plan, other := r.world.API.Plan.ID, models.Plan{Name: "x"}
	for what, do := range map[string]func() error{
		"adding":   func() error { _, err := r.AddPlan(ctx, r.carl, r.consumer, r.api, other, terms(1)); return err },
		"editing":  func() error { return r.EditPlan(ctx, r.carl, r.consumer, r.api, plan, other) },
		"closing":  func() error { return r.OpenPlan(ctx, r.carl, r.consumer, r.api, plan, false) },
		"revising": func() error { _, err := r.RevisePlan(ctx, r.carl, r.consumer, r.api, plan, terms(1)); return err },
		"answering": func() error {
			return r.AnswerRequest(ctx, r.carl, r.consumer, "ask_nothing", models.RequestAnswer{Approve: true})
		},
		"finding": func() error { _, err := r.APIPlan(ctx, "api_other", plan); return err },
	} {
		if err := do(); !is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func (r *rig) revise(price models.Nano, in time.Duration) {
	r.Helper()
	to := terms(price)
	to.EffectiveAt = r.clock.Now().Add(in)
	_, err := r.RevisePlan(ctx, r.pia, r.provider, r.api, r.world.API.Plan.ID, to)
	r.must(err)
}

func TestWhichPlanASubscriptionTakes(t *testing.T) {
	for _, row := range []struct {
		sentence string
		prepare  func(r *rig) models.PlanChoice
		field    string // that is wrong
		state    models.SubscriptionState
	}{
		{"the only one, unnamed", func(*rig) models.PlanChoice { return models.PlanChoice{} }, "", models.Active},
		{"one of two", func(r *rig) models.PlanChoice { return models.PlanChoice{PlanID: r.addPlan("Pro", 5).ID} }, "", models.Active},
		{"none of two", func(r *rig) models.PlanChoice { r.addPlan("Pro", 5); return models.PlanChoice{} }, "plan", ""},
		{"one that is closed", func(r *rig) models.PlanChoice {
			pro := r.addPlan("Pro", 5)
			r.must(r.OpenPlan(ctx, r.pia, r.provider, r.api, pro.ID, false))
			return models.PlanChoice{PlanID: pro.ID}
		}, "plan", ""},
		{"another API's", func(r *rig) models.PlanChoice {
			other, err := r.CreateAPI(ctx, r.pia, r.provider, models.APIDraft{Name: "Other", Slug: "other", Visibility: models.Public, UpstreamURL: "http://x"})
			r.must(err)
			return models.PlanChoice{PlanID: other.Plan.ID}
		}, "plan", ""},
		{"none, as all are closed", func(r *rig) models.PlanChoice {
			r.must(r.OpenPlan(ctx, r.pia, r.provider, r.api, r.world.API.Plan.ID, false))
			return models.PlanChoice{}
		}, "plan", ""},
		{"one that asks, without an answer", func(r *rig) models.PlanChoice { return models.PlanChoice{PlanID: r.asking().ID} }, "answer", ""},
		{"one that asks, with one", func(r *rig) models.PlanChoice { return models.PlanChoice{PlanID: r.asking().ID, Answer: "For tests"} }, "", models.Requested},
	} {
		r := newRig(t)
		r.must(r.EndSubscription(ctx, r.carl, r.consumer, r.world.Subscription.ID))
		choice := row.prepare(r)
		sub, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, choice)
		var invalid models.Invalid
		if errors.As(err, &invalid); (err == nil) != (row.field == "") || row.field != "" && invalid[row.field] == "" {
			t.Errorf("%s: %v", row.sentence, err)
		}
		if err == nil && (sub.State != row.state || choice.PlanID != "" && sub.PlanID != choice.PlanID) {
			t.Errorf("%s: %+v", row.sentence, sub)
		}
		if terms, err := r.SubscriptionTerms(ctx, r.consumer, r.api); err != nil || terms.PlanID != sub.PlanID || terms.State != row.state {
			t.Errorf("%s: the gateway gets %+v, %v", row.sentence, terms, err)
		}
	}
}

// asking is a plan that is approved by hand.
func (r *rig) asking() models.Plan {
	r.Helper()
	plan, err := r.AddPlan(ctx, r.pia, r.provider, r.api, models.Plan{Name: "Partner", Approval: models.ApprovedByHand, Question: "What for?"}, terms(1))
	r.must(err)
	return plan
}

// What was charged stays, and a route's price is part of the terms that are stored.
func TestRoutePricesAreStored(t *testing.T) {
	r := newRig(t)
	to := terms(20)
	to.RoutePrices = []models.RoutePrice{{Method: "GET", Path: "/reports/{id}", Price: 500}}
	to.Quota, to.Rate, to.Concurrency = models.Quota{Calls: 9, Period: models.PerMonth}, models.Rate{Calls: 8, Seconds: 60}, 7
	_, err := r.RevisePlan(ctx, r.pia, r.provider, r.api, r.world.API.Plan.ID, to)
	r.must(err)
	got := billing.TermsOf(r.plan(r.world.API.Plan.ID).Terms)
	if got.PriceOf("HEAD", "/reports/7") != 500 || got.PriceOf("GET", "/reports") != 20 || got.Quota != to.Quota || got.Rate != to.Rate || got.Concurrency != 7 {
		t.Errorf("%+v", got)
	}
}
