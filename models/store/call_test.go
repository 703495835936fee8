package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

func TestCalls(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 100)
	if last, err := r.LastCallID(ctx); last != 0 || err != nil {
		t.Errorf("%d, %v", last, err)
	}
	call := r.call(r.consumer, 20)
	call.ReleaseID, call.PlanID, call.SubscriptionID, call.Hold, call.DurationMicros, call.RequestBytes, call.ResponseBytes = "rel", "plan", "sub", 25, 1, 2, 3
	r.settle(call)
	got, err := r.TeamCall(ctx, r.consumer, call.ID)
	if diff := cmp.Diff(*call, got.Call); err != nil || diff != "" || got.Call.Hour != models.HourOf(r.clock.Now()) {
		t.Errorf("%v\n%s", err, diff)
	}
	if got.APISlug != "quotes" || got.VersionName != "v1" || got.KeyHint != r.world.Key.Hint {
		t.Errorf("%+v", got)
	}
	if _, err := r.TeamCall(ctx, r.provider, call.ID); !is(err, models.ErrNotFound) {
		t.Errorf("another team's call: %v", err)
	}
	if last, err := r.LastCallID(ctx); last != call.ID || err != nil {
		t.Errorf("%d, %v", last, err)
	}
}
