package store_test

import (
	"testing"

	"github.com/faregate/faregate/models"
)

// Several versions of an API stand side by side: each has its draft and its releases, and the main one follows their states.
func TestVersionsSideBySide(t *testing.T) {
	r := newRig(t)
	first := r.world.API.Version
	second, err := r.NewVersion(ctx, r.pia, r.provider, r.api, "v2", first.ID)
	r.must(err)
	main := func(want string) {
		t.Helper()
		row, err := r.TeamAPI(ctx, r.provider, "quotes")
		if err != nil || row.Version.Name != want {
			t.Errorf("the main version is %s, not %s (%v)", row.Version.Name, want, err)
		}
	}
	main("v1")
	if second.DraftUpstreamURL != "http://upstream.test" || second.State != models.Draft {
		t.Errorf("it begins as %+v", second)
	}
	if _, err := r.NewVersion(ctx, r.pia, r.provider, r.api, "v2", first.ID); !is(err, models.ErrConflict) {
		t.Errorf("a second one of that name: %v", err)
	}
	r.must(r.EditVersion(ctx, r.pia, r.provider, second.ID, models.VersionDraft{UpstreamURL: "http://second.test"}))
	if routes, err := r.APIRoutes(ctx, r.api); err != nil || len(routes) != 1 {
		t.Errorf("a draft is served: %+v, %v", routes, err)
	}
	_, err = r.PublishVersion(ctx, r.pia, r.provider, second.ID, "Second version")
	r.must(err)
	main("v2")
	routes, err := r.APIRoutes(ctx, r.api)
	r.must(err)
	if len(routes) != 2 || routes[0].VersionName != "v1" || routes[0].Upstream.URL != "http://upstream.test" || routes[1].Upstream.URL != "http://second.test" {
		t.Errorf("the gateway serves %+v", routes)
	}
	for _, name := range []string{"v1", "v2"} {
		if row, err := r.CatalogueVersion(ctx, models.Viewer{}, "quotes", name); err != nil || row.Version.Name != name {
			t.Errorf("the page of %s: %+v, %v", name, row.Version, err)
		}
	}
	for sentence, do := range map[string]func() error{
		"adding a version": func() error { _, err := r.NewVersion(ctx, r.carl, r.consumer, r.api, "v3", first.ID); return err },
		"editing one":      func() error { return r.EditVersion(ctx, r.carl, r.consumer, second.ID, models.VersionDraft{}) },
		"publishing one":   func() error { _, err := r.PublishVersion(ctx, r.carl, r.consumer, second.ID, ""); return err },
		"reading one":      func() error { _, err := r.TeamVersion(ctx, r.consumer, "quotes", "v2"); return err },
	} {
		if err := do(); !is(err, models.ErrNotFound) {
			t.Errorf("%s of another team's API: %v", sentence, err)
		}
	}
	foreign, err := r.CreateAPI(ctx, r.carl, r.consumer, models.APIDraft{Name: "Other", Slug: "other", UpstreamURL: "http://secret.test"})
	r.must(err)
	if _, err := r.NewVersion(ctx, r.pia, r.provider, r.api, "v4", foreign.Version.ID); !is(err, models.ErrNotFound) {
		t.Errorf("a version that begins with another team's draft: %v", err)
	}
}
