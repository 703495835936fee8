package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

func TestAPISubscribersTellWhoCallsAndWhoDoesNotWait(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 1000)
	other, err := r.CreateTeam(ctx, r.carl, "Other", false)
	r.must(err)
	r.grant(other.ID, 1000)
	second, err := r.Subscribe(ctx, r.carl, other.ID, r.api, models.PlanChoice{})
	r.must(err)
	second.CreatedAt = second.CreatedAt.UTC()
	elsewhere, err := r.CreateAPI(ctx, r.pia, r.provider, models.APIDraft{Name: "Other", Slug: "other", Visibility: models.Public, UpstreamURL: "http://x"})
	r.must(err)

	call := func(team string, evidence models.Evidence, change func(*models.Call)) {
		t.Helper()
		c := r.call(team, 1)
		c.Evidence = evidence
		if change != nil {
			change(c)
		}
		r.settle(c)
	}
	call(r.consumer, models.EvidenceCallerGone, nil) // too long ago
	r.clock.Move(8 * 24 * time.Hour)
	since := r.clock.Now().Add(-7 * 24 * time.Hour)
	call(r.consumer, models.EvidenceStatus, nil)
	call(r.consumer, models.EvidenceCallerGone, nil)
	call(r.consumer, models.EvidenceCallerGone, func(c *models.Call) { c.KeyID = "key_other" })
	call(r.consumer, models.EvidenceCallerGone, func(c *models.Call) { c.APIID, c.VersionID = elsewhere.API.ID, elsewhere.Version.ID })
	r.must(r.SaveDenials(ctx, []models.Denial{{ID: "dny_1", TeamID: r.consumer, KeyID: r.world.Key.ID, APIID: r.api, VersionID: r.world.API.Version.ID,
		Code: "rate_limited", Count: 9, CreatedAt: r.clock.Now()}}))
	r.must(r.FollowCalls(ctx, r.ids.Next(r.clock.Now())))

	live, _, err := r.LiveSubscription(ctx, r.consumer, r.api)
	r.must(err)
	plan := r.world.API.Plan
	live.CreatedAt = live.CreatedAt.UTC()
	want := []models.Subscriber{
		{Subscription: second, TeamName: "Other", PlanName: plan.Name},
		{Subscription: live, TeamName: "Consumers", PlanName: plan.Name, Calls: 3, Gone: 2},
	}
	got, err := r.APISubscribers(ctx, r.api, models.SubscriberFilter{}, since, models.Page{})
	if diff := cmp.Diff(want, got.Rows); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	first, err := r.APISubscribers(ctx, r.api, models.SubscriberFilter{}, since, models.Page{Limit: 1})
	r.must(err)
	rest, err := r.APISubscribers(ctx, r.api, models.SubscriberFilter{}, since, models.Page{Limit: 1, After: first.Next})
	if diff := cmp.Diff(want, append(first.Rows, rest.Rows...)); err != nil || diff != "" || rest.Next != "" {
		t.Errorf("page by page: %v\n%s", err, diff)
	}
	r.must(r.EndSubscription(ctx, r.carl, r.consumer, live.ID))
	if got, err := r.APISubscribers(ctx, r.api, models.SubscriberFilter{}, since, models.Page{}); err != nil || len(got.Rows) != 1 || got.Rows[0].Subscription.TeamID != other.ID {
		t.Errorf("once one has ended: %+v, %v", got.Rows, err)
	}
	for _, row := range []struct {
		filter models.SubscriberFilter
		want   string
	}{
		{models.SubscriberFilter{State: models.Ended}, "Consumers"}, {models.SubscriberFilter{State: models.Active}, "Other"},
		{models.SubscriberFilter{State: models.Paused}, ""}, {models.SubscriberFilter{Text: "oth"}, "Other"}, {models.SubscriberFilter{Text: "pay per"}, "Other"},
		{models.SubscriberFilter{Text: "_"}, ""}, {models.SubscriberFilter{State: models.Ended, Text: "consu"}, "Consumers"},
	} {
		got, err := r.APISubscribers(ctx, r.api, row.filter, since, models.Page{})
		if err != nil || len(got.Rows) > 1 || (len(got.Rows) == 1) != (row.want != "") || len(got.Rows) == 1 && got.Rows[0].TeamName != row.want {
			t.Errorf("%+v: %+v, %v", row.filter, got.Rows, err)
		}
	}
	if none, err := r.APISubscribers(ctx, elsewhere.API.ID, models.SubscriberFilter{}, since, models.Page{}); err != nil || len(none.Rows) != 0 {
		t.Errorf("an API without subscribers: %+v, %v", none.Rows, err)
	}
}
