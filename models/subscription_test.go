package models_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// Every act in every state by each side, written out once more: what is not listed is refused.
func TestWhatEachSideMayDoInEachState(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	running := []models.SubscriptionState{models.Active, models.Paused, models.PastDue, models.Suspended}
	want := map[models.SubscriptionAct]map[models.Side][]models.SubscriptionState{
		models.ActAnswer:   {models.ProviderSide: {models.Requested}},
		models.ActWithdraw: {models.SubscriberSide: {models.Requested}},
		models.ActPause:    {models.ProviderSide: {models.Active}, models.SubscriberSide: {models.Active}}, // the paused ones are below
		models.ActResume:   {models.ProviderSide: {models.Paused}, models.SubscriberSide: {models.Paused}},
		models.ActSetEnd:   {models.ProviderSide: running},
		models.ActEnd:      {models.SubscriberSide: running},

		models.ActChangePlan: {models.SubscriberSide: {models.Active, models.Paused}},
	}
	for act, sides := range want {
		for _, side := range []models.Side{models.SubscriberSide, models.ProviderSide} {
			for _, state := range models.SubscriptionStates() {
				sub := models.Subscription{State: state}
				if state == models.Paused { // by both
					sub.ProviderPausedAt, sub.TeamPausedAt = &now, &now
				}
				if got := sub.Allows(act, side, now); got != slices.Contains(sides[side], state) {
					t.Errorf("%s by the %s of one that is %s: %t", act, side, state, got)
				}
				sub.EndsAt = &now
				if sub.Allows(act, side, now) {
					t.Errorf("%s by the %s of one that was %s until its time came", act, side, state)
				}
			}
		}
	}
}

func TestEachSidePausesForItself(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		sentence string
		by       models.Side
		sub      models.Subscription
		pause    bool
		resume   bool
	}{
		{"the provider, whose pause it is", models.ProviderSide, models.Subscription{ProviderPausedAt: &now}, false, true},
		{"the subscriber, beside the provider's", models.SubscriberSide, models.Subscription{ProviderPausedAt: &now}, true, false},
		{"the subscriber, whose pause it is", models.SubscriberSide, models.Subscription{TeamPausedAt: &now}, false, true},
		{"the provider, beside the subscriber's", models.ProviderSide, models.Subscription{TeamPausedAt: &now}, true, false},
	} {
		row.sub.State = models.Paused
		if pause, resume := row.sub.Allows(models.ActPause, row.by, now), row.sub.Allows(models.ActResume, row.by, now); pause != row.pause || resume != row.resume {
			t.Errorf("%s: pauses %t, resumes %t", row.sentence, pause, resume)
		}
	}
}

func TestPauseReasons(t *testing.T) {
	for reason, good := range map[string]bool{" Twice too fast ": true, "": false, " \t": false, "two\nlines": false, strings.Repeat("é", 300): true, strings.Repeat("é", 301): false} {
		if tidied, err := models.CheckPauseReason(reason); (err == nil) != good || good && tidied != strings.TrimSpace(reason) {
			t.Errorf("%q: %q, %v", reason, tidied, err)
		}
	}
}
