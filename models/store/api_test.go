package store_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

func TestAPIs(t *testing.T) {
	r := newRig(t)
	draft := models.APIDraft{Name: "Weather", Slug: "weather", Summary: "s", Description: "d", ExamplePath: "/now", Visibility: models.Public, UpstreamURL: "http://one.test", Price: 10}
	made, err := r.CreateAPI(ctx, r.pia, r.provider, draft)
	r.must(err)
	if _, err := r.CreateAPI(ctx, r.pia, r.provider, draft); !is(err, models.ErrConflict) {
		t.Errorf("the slug again: %v", err)
	}
	if routes, err := r.APIRoutes(ctx, made.API.ID); err != nil || len(routes) != 0 {
		t.Errorf("a draft has routes: %+v, %v", routes, err)
	}
	if _, err := r.RunningRelease(ctx, made.Version.ID); !is(err, models.ErrNotFound) {
		t.Errorf("a draft has a release: %v", err)
	}
	if stats, err := r.APIStats(ctx, []string{made.API.ID}, 1); err != nil || stats[made.API.ID].Running.ID != "" {
		t.Errorf("%+v, %v", stats, err)
	}
	release, err := r.PublishAPI(ctx, r.pia, r.provider, made.API.ID, "first")
	if err != nil || release.Number != 1 || release.UpstreamURL != "http://one.test" || release.Price != 10 || release.CreatedBy != r.pia.UserID {
		t.Errorf("%+v, %v", release, err)
	}
	route := func(price models.Nano) billing.Route {
		t.Helper()
		routes, err := r.APIRoutes(ctx, made.API.ID)
		r.must(err)
		if len(routes) != 1 {
			t.Fatalf("%+v", routes)
		}
		if routes[0].Plans[made.Plan.ID].At(r.clock.Now()).Price != price {
			t.Errorf("the price is %d, not %d", routes[0].Plans[made.Plan.ID].At(r.clock.Now()).Price, price)
		}
		if len(routes[0].Terms.Offers) != 1 || routes[0].Terms.Offers[0].ByHand {
			t.Errorf("the ways in are %+v", routes[0].Terms.Offers)
		}
		routes[0].Plans, routes[0].Terms.Offers = nil, nil
		return routes[0]
	}
	want := billing.Route{APISlug: "weather", APIName: "Weather", VersionName: "v1", Upstream: billing.Upstream{URL: "http://one.test"},
		Terms: billing.VersionTerms{APIID: made.API.ID, VersionID: made.Version.ID, ReleaseID: release.ID, OwnerTeamID: r.provider, Visibility: models.Public, State: models.Published}}
	if diff := cmp.Diff(want, route(10)); diff != "" {
		t.Errorf("the route\n%s", diff)
	}
	// Texts and visibility are seen at once; the upstream waits for the next publish.
	draft.Name, draft.Visibility, draft.UpstreamURL = "Weather 2", models.Internal, "http://two.test"
	r.must(r.EditAPI(ctx, r.pia, r.provider, made.API.ID, draft))
	want.APIName, want.Terms.Visibility = "Weather 2", models.Internal
	if diff := cmp.Diff(want, route(10)); diff != "" {
		t.Errorf("the route after an edit\n%s", diff)
	}
	second, err := r.PublishAPI(ctx, r.pia, r.provider, made.API.ID, "second")
	r.must(err)
	want.Upstream.URL, want.Terms.ReleaseID = "http://two.test", second.ID
	if diff := cmp.Diff(want, route(10)); diff != "" || second.Number != 2 {
		t.Errorf("the route after the second publish\n%s", diff)
	}
	listing, err := r.TeamAPI(ctx, r.provider, "weather")
	if err != nil || listing.API.Name != "Weather 2" || listing.Version.State != models.Published || listing.Plan.Price != 10 || listing.TeamName != "Providers" {
		t.Errorf("%+v, %v", listing, err)
	}
	if same, err := r.APIOfVersion(ctx, made.Version.ID); err != nil || !cmp.Equal(same, listing) {
		t.Errorf("%+v, %v", same, err)
	}
	if routes, err := r.Routes(ctx); err != nil || len(routes) != 2 {
		t.Errorf("%d routes in all, %v", len(routes), err)
	}
	for sentence, do := range map[string]func() error{
		"reading":    func() error { _, err := r.TeamAPI(ctx, r.consumer, "weather"); return err },
		"editing":    func() error { return r.EditAPI(ctx, r.carl, r.consumer, made.API.ID, draft) },
		"publishing": func() error { _, err := r.PublishAPI(ctx, r.carl, r.consumer, made.API.ID, ""); return err },
	} {
		if err := do(); !is(err, models.ErrNotFound) {
			t.Errorf("%s another team's API: %v", sentence, err)
		}
	}
	r.exec(`UPDATE versions SET state = 'retired'`)
	var sentence models.Sentence
	if _, err := r.PublishAPI(ctx, r.pia, r.provider, made.API.ID, ""); !errors.As(err, &sentence) {
		t.Errorf("a retired version was published: %v", err)
	}
	if routes, err := r.APIRoutes(ctx, made.API.ID); err != nil || len(routes) != 1 || routes[0].Terms.State != models.Retired {
		t.Errorf("a retired version answers 410 and so needs its route: %+v, %v", routes, err)
	}
}
