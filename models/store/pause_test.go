package store_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

// Calls go on once neither side pauses, in whichever order they take it back; and the gateway hears of each step.
func TestPauseAndResume(t *testing.T) {
	r := newRig(t)
	id, heard := r.world.Subscription.ID, 0
	r.Listen(store.Listener{Subscription: func(team, api string) {
		if team == r.consumer && api == r.api {
			heard++
		}
	}})
	pause := func(side models.Side) error {
		if side == models.ProviderSide {
			return r.PauseSubscription(ctx, r.pia, side, r.provider, id, "Too fast")
		}
		return r.PauseSubscription(ctx, r.carl, side, r.consumer, id, "")
	}
	resume := func(side models.Side) error {
		if side == models.ProviderSide {
			return r.ResumeSubscription(ctx, r.pia, side, r.provider, id)
		}
		return r.ResumeSubscription(ctx, r.carl, side, r.consumer, id)
	}
	provider, subscriber := models.ProviderSide, models.SubscriberSide
	for _, step := range []struct {
		sentence string
		do       func(models.Side) error
		by       models.Side
		refused  bool
		state    models.SubscriptionState
		reason   string
		told     []string
	}{
		{"the subscriber resumes what runs", resume, subscriber, true, models.Active, "", nil},
		{"the provider pauses", pause, provider, false, models.Paused, "Too fast", []string{"carl@example.test: paused Quotes Too fast"}},
		{"the provider pauses again", pause, provider, true, models.Paused, "Too fast", nil},
		{"the subscriber resumes what the provider has paused", resume, subscriber, true, models.Paused, "Too fast", nil},
		{"the subscriber pauses too", pause, subscriber, false, models.Paused, "Too fast", nil},
		{"the provider resumes", resume, provider, false, models.Paused, "", []string{"carl@example.test: resumed Quotes"}},
		{"the provider resumes again", resume, provider, true, models.Paused, "", nil},
		{"the provider pauses once more", pause, provider, false, models.Paused, "Too fast", []string{"carl@example.test: paused Quotes Too fast"}},
		{"the subscriber resumes", resume, subscriber, false, models.Paused, "Too fast", nil},
		{"the provider resumes at last", resume, provider, false, models.Active, "", []string{"carl@example.test: resumed Quotes"}},
	} {
		before := heard
		err := step.do(step.by)
		if is(err, models.ErrConflict) != step.refused || !step.refused && err != nil || (heard > before) == step.refused {
			t.Errorf("%s: %v, heard %d times", step.sentence, err, heard-before)
		}
		terms, err := r.SubscriptionTerms(ctx, r.consumer, r.api)
		if err != nil || terms.State != step.state || terms.PauseReason != step.reason || terms.PausedByProvider != (step.reason != "") {
			t.Errorf("%s: the gateway gets %+v, %v", step.sentence, terms, err)
		}
		if told := r.news(); cmp.Diff(step.told, told) != "" {
			t.Errorf("%s: told are %q", step.sentence, told)
		}
	}
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action IN ('subscription.paused', 'subscription.resumed') AND subject = ?`, id); n != 6 {
		t.Errorf("%d acts are recorded", n)
	}
}

// A subscription is paused and resumed by the two teams that it binds, each on its own side.
func TestNobodyElsePauses(t *testing.T) {
	r := newRig(t)
	other, err := r.CreateTeam(ctx, r.carl, "Other", true)
	r.must(err)
	id := r.world.Subscription.ID
	for what, do := range map[string]func() error{
		"another team as subscriber":  func() error { return r.PauseSubscription(ctx, r.carl, models.SubscriberSide, other.ID, id, "") },
		"another team as provider":    func() error { return r.PauseSubscription(ctx, r.carl, models.ProviderSide, other.ID, id, "x") },
		"the subscriber as provider":  func() error { return r.PauseSubscription(ctx, r.carl, models.ProviderSide, r.consumer, id, "x") },
		"the provider as subscriber":  func() error { return r.ResumeSubscription(ctx, r.pia, models.SubscriberSide, r.provider, id) },
		"the subscriber sets the end": func() error { return r.SetSubscriptionEnd(ctx, r.carl, r.consumer, id, nil) },
		"a subscription that is none": func() error { return r.PauseSubscription(ctx, r.pia, models.ProviderSide, r.provider, "sub_x", "x") },
	} {
		if err := do(); !is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if got, err := r.TeamSubscription(ctx, r.consumer, id); err != nil || got.Subscription.State != models.Active {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhichKeysCallAnAPI(t *testing.T) {
	r := newRig(t)
	second, err := r.CreateKey(ctx, r.carl, r.consumer, "second", models.NewKeySecret(), models.KeyRules{})
	r.must(err)
	for i, key := range strings.Fields(strings.Repeat(second.ID+" ", 3) + r.world.Key.ID) {
		call := r.call(r.consumer, 0)
		if call.KeyID = key; i == 0 {
			call.APIID = "api_other"
		}
		r.settle(call)
	}
	r.must(r.FollowCalls(ctx, r.ids.Next(r.clock.Now())))
	keys, err := r.KeysCalling(ctx, r.consumer, r.api, r.clock.Now(), 10)
	r.must(err)
	if len(keys) != 2 || keys[0].KeyID != second.ID || keys[0].Calls != 2 || keys[0].Name != "second" || keys[0].Hint == "" || keys[0].LastCall == 0 || keys[1].Calls != 1 {
		t.Errorf("%+v", keys)
	}
	if keys, err := r.KeysCalling(ctx, r.consumer, r.api, r.clock.Now(), 1); err != nil || len(keys) != 1 {
		t.Errorf("%+v, %v", keys, err)
	}
	if keys, err := r.KeysCalling(ctx, r.provider, r.api, r.clock.Now(), 10); err != nil || len(keys) != 0 {
		t.Errorf("another team's: %+v, %v", keys, err)
	}
}
