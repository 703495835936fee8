package store_test

import (
	"errors"
	"testing"

	"github.com/faregate/faregate/models"
)

// An API changes hands when the other team accepts, and not before; those who call it notice nothing.
func TestAnAPIChangesHands(t *testing.T) {
	r := newRig(t)
	user, err := r.SignUp(ctx, models.System, models.NewUser{Name: "Oda", Email: "oda@example.test"}, "x")
	r.must(err)
	oda := models.Actor{UserID: user.ID}
	taker, err := r.CreateTeam(ctx, oda, "Takers", true)
	r.must(err)
	sub, err := r.Subscribe(ctx, oda, taker.ID, r.api, models.PlanChoice{})
	r.must(err)
	owner := func() string {
		t.Helper()
		routes, err := r.APIRoutes(ctx, r.api)
		r.must(err)
		return routes[0].Terms.OwnerTeamID
	}
	var invalid models.Invalid
	for sentence, slug := range map[string]string{"itself": "providers", "a team that is no provider": "consumers", "nobody": "nobody"} {
		if err := r.OfferAPI(ctx, r.pia, r.provider, r.api, slug); !errors.As(err, &invalid) || invalid["team"] == "" {
			t.Errorf("it is offered to %s: %v", sentence, err)
		}
	}
	r.must(r.OfferAPI(ctx, r.pia, r.provider, r.api, "takers"))
	if offers, err := r.APIOffersTo(ctx, taker.ID); err != nil || len(offers) != 1 || offers[0].APISlug != "quotes" || offers[0].FromName != "Providers" {
		t.Errorf("the other team is offered %+v, %v", offers, err)
	}
	for sentence, do := range map[string]func() error{
		"another team accepts":            func() error { return r.AcceptAPI(ctx, r.carl, r.consumer, r.api) },
		"the owner accepts for the other": func() error { return r.AcceptAPI(ctx, r.pia, r.provider, r.api) },
		"the other team withdraws":        func() error { return r.WithdrawAPIOffer(ctx, oda, taker.ID, r.api) },
		"the owner declines":              func() error { return r.DeclineAPI(ctx, r.pia, r.provider, r.api) },
	} {
		if err := do(); !is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", sentence, err)
		}
	}
	r.must(r.WithdrawAPIOffer(ctx, r.pia, r.provider, r.api))
	if err := r.AcceptAPI(ctx, oda, taker.ID, r.api); !is(err, models.ErrNotFound) {
		t.Errorf("what was withdrawn is accepted: %v", err)
	}
	r.must(r.OfferAPI(ctx, r.pia, r.provider, r.api, "takers"))
	r.must(r.DeclineAPI(ctx, oda, taker.ID, r.api))
	r.must(r.OfferAPI(ctx, r.pia, r.provider, r.api, "takers"))
	r.must(r.SetProvider(ctx, models.System, taker.ID, false))
	if err := r.AcceptAPI(ctx, oda, taker.ID, r.api); !is(err, models.ErrForbidden) {
		t.Errorf("a team that is no provider any more: %v", err)
	}
	r.must(r.SetProvider(ctx, models.System, taker.ID, true))
	if owner() != r.provider {
		t.Error("it has another owner before anybody accepted")
	}
	r.must(r.AcceptAPI(ctx, oda, taker.ID, r.api))
	if owner() != taker.ID {
		t.Error("the gateway knows another owner")
	}
	if _, err := r.TeamAPI(ctx, r.provider, "quotes"); !is(err, models.ErrNotFound) {
		t.Errorf("the old owner still has it: %v", err)
	}
	if own, err := r.TeamSubscription(ctx, taker.ID, sub.ID); err != nil || own.Subscription.State != models.Ended {
		t.Errorf("the new owner's own subscription is %s, %v", own.Subscription.State, err)
	}
	if sub, found, err := r.LiveSubscription(ctx, r.consumer, r.api); err != nil || !found || sub.State != models.Active {
		t.Errorf("the subscriber has %+v, %v", sub, err)
	}
	if _, found, err := r.APIOffer(ctx, r.api); err != nil || found {
		t.Errorf("the offer still stands, %v", err)
	}
	if list, err := r.APIActivity(ctx, taker.ID, r.api, models.Page{}); err != nil || list.Rows[0].Entry.Action != models.AuditAPITakenOver {
		t.Errorf("the new owner's activity is %+v, %v", list.Rows, err)
	}
}
