package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

// A subscription ends at its minute for everybody who asks, whether or not the job has come by; the job writes down the very
// same instant.
func TestASubscriptionEndsAtItsTime(t *testing.T) {
	r := newRig(t)
	id, end := r.world.Subscription.ID, r.clock.Now().Add(30*24*time.Hour).Truncate(time.Minute)
	r.must(r.SetSubscriptionEnd(ctx, r.pia, r.provider, id, &end))
	r.must(r.SetSubscriptionEnd(ctx, r.pia, r.provider, id, &end)) // changes nothing, and tells nobody
	if told := r.news(); cmp.Diff([]string{"carl@example.test: end_set Quotes"}, told) != "" {
		t.Errorf("told are %q", told)
	}
	run := func() (ended, told int64) {
		t.Helper()
		ended, err := r.EndSubscriptions(ctx)
		r.must(err)
		told, err = r.TellOfEnds(ctx)
		r.must(err)
		return ended, told
	}
	for _, step := range []struct {
		sentence string
		at       time.Time
		live     bool
		told     []string
	}{
		{"long before", end.Add(-models.EndNotice - time.Minute), true, nil},
		{"7 days before", end.Add(-models.EndNotice), true, []string{"carl@example.test: end_near Quotes"}},
		{"a minute before, for the second time", end.Add(-time.Minute), true, nil},
		{"at its time", end, false, []string{"carl@example.test: ended Quotes"}},
		{"after it", end.Add(time.Hour), false, nil},
	} {
		r.clock.Move(step.at.Sub(r.clock.Now()))
		for _, when := range []string{"before the job", "after it"} {
			_, found, err := r.LiveSubscription(ctx, r.consumer, r.api)
			terms, termsErr := r.SubscriptionTerms(ctx, r.consumer, r.api)
			apis, apisErr := r.SubscribedAPIs(ctx, r.consumer)
			if found != step.live || err != nil || (terms.ID != "") != step.live || termsErr != nil || (len(apis) == 1) != step.live || apisErr != nil {
				t.Errorf("%s, %s: live %t, %+v, %v, %v %v %v", step.sentence, when, found, terms, apis, err, termsErr, apisErr)
			}
			if step.live && !terms.EndsAt.Equal(end) {
				t.Errorf("%s, %s: the gateway is told that it ends %s", step.sentence, when, terms.EndsAt)
			}
			run()
		}
		if told := r.news(); cmp.Diff(step.told, told) != "" {
			t.Errorf("%s: told are %q", step.sentence, told)
		}
	}
	got, err := r.TeamSubscription(ctx, r.consumer, id)
	if err != nil || got.Subscription.State != models.Ended || !got.Subscription.EndedAt.Equal(end) {
		t.Errorf("%+v, %v", got.Subscription, err)
	}
}

// Until the job has come by, the row still says active: who subscribes anew, ends, pauses or sets another end meets its time.
func TestWhatIsOverIsOverBeforeItIsWrittenDown(t *testing.T) {
	r := newRig(t)
	id, end := r.world.Subscription.ID, r.clock.Now().Add(time.Hour)
	r.must(r.SetSubscriptionEnd(ctx, r.pia, r.provider, id, &end))
	r.clock.Move(time.Hour)
	later := end.Add(time.Hour)
	for what, do := range map[string]func() error{
		"ending":     func() error { return r.EndSubscription(ctx, r.carl, r.consumer, id) },
		"pausing":    func() error { return r.PauseSubscription(ctx, r.carl, models.SubscriberSide, r.consumer, id, "") },
		"prolonging": func() error { return r.SetSubscriptionEnd(ctx, r.pia, r.provider, id, &later) },
	} {
		if err := do(); !is(err, models.ErrConflict) {
			t.Errorf("%s: %v", what, err)
		}
	}
	again, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{})
	r.must(err)
	old, err := r.TeamSubscription(ctx, r.consumer, id)
	if err != nil || old.Subscription.State != models.Ended || !old.Subscription.EndedAt.Equal(end) || again.EndsAt != nil {
		t.Errorf("%+v, %+v, %v", old.Subscription, again, err)
	}
	if ended, err := r.EndSubscriptions(ctx); ended != 0 || err != nil {
		t.Errorf("%d more have ended, %v", ended, err)
	}
}

func TestAnEndIsSetChangedAndTakenBack(t *testing.T) {
	r := newRig(t)
	id := r.world.Subscription.ID
	set := func(in time.Duration) error {
		at := r.clock.Now().Add(in)
		return r.SetSubscriptionEnd(ctx, r.pia, r.provider, id, &at)
	}
	for _, in := range []time.Duration{0, -time.Minute} {
		if wrong(set(in)) == nil {
			t.Errorf("an end %s from now is taken", in)
		}
	}
	r.must(set(time.Hour)) // near already: one mail says so
	r.must(set(20 * 24 * time.Hour))
	r.must(r.SetSubscriptionEnd(ctx, r.pia, r.provider, id, nil))
	want := []string{"carl@example.test: end_set Quotes", "carl@example.test: end_set Quotes", "carl@example.test: no_end Quotes"}
	if told := r.news(); cmp.Diff(want, told) != "" {
		t.Errorf("told are %q", told)
	}
	r.must(set(24 * time.Hour))
	r.news()
	if told, err := r.TellOfEnds(ctx); told != 0 || err != nil {
		t.Errorf("told %d again of an end that was near when it was set, %v", told, err)
	}
	r.must(set(20 * 24 * time.Hour))
	r.clock.Move(20 * 24 * time.Hour)
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, again(r)))
	if n := r.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'subscription.end_set'`); n != 5 {
		t.Errorf("%d acts are recorded", n)
	}
}

// again is a new subscription in place of the one that is over.
func again(r *rig) string {
	r.Helper()
	sub, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{})
	r.must(err)
	return sub.ID
}

// An approver may give an end with the yes.
func TestAnApprovalMayHaveAnEnd(t *testing.T) {
	r := newRig(t)
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, r.world.Subscription.ID))
	_, err := r.Subscribe(ctx, r.carl, r.consumer, r.api, models.PlanChoice{PlanID: r.asking().ID, Answer: "x"})
	r.must(err)
	id, end := r.waiting().Request.ID, r.clock.Now().Add(time.Hour)
	passed := r.clock.Now()
	if wrong(r.AnswerRequest(ctx, r.pia, r.provider, id, models.RequestAnswer{Approve: true, EndsAt: &passed})) == nil {
		t.Error("an end that has passed is taken")
	}
	r.must(r.AnswerRequest(ctx, r.pia, r.provider, id, models.RequestAnswer{Approve: true, EndsAt: &end}))
	if terms, err := r.SubscriptionTerms(ctx, r.consumer, r.api); err != nil || !terms.EndsAt.Equal(end) {
		t.Errorf("%+v, %v", terms, err)
	}
}
