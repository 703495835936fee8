package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

func TestTheIndexIsToldAllThatTheCatalogueShows(t *testing.T) {
	r := newRig(t)
	r.exec(`INSERT INTO categories (id, slug, name, position) VALUES ('cat_1', 'texts', 'Texts', 1)`)
	draft := models.APIDraft{Name: "Quotes", Summary: "A quote a call", Visibility: models.Shared, SharedWith: []string{r.consumer}, CategoryID: "cat_1", Tags: []string{"a", "b"}, UpstreamURL: "http://x"}
	r.must(r.EditAPI(ctx, r.pia, r.provider, r.api, draft))
	published := r.clock.Now()
	r.clock.Move(time.Hour)
	_, err := r.PublishAPI(ctx, r.pia, r.provider, r.api, "Second")
	r.must(err)
	today := models.HourOf(r.clock.Now())
	for hour, calls := range map[models.Hour]int{today: 3, today - 24*29: 4, today - 24*31: 100} {
		r.exec(`INSERT INTO usage_hours (team_id, hour, api_id, credit, amount, calls, sealed) VALUES (?, ?, ?, '', 0, ?, TRUE)`, r.consumer, hour, r.api, calls)
	}

	got, err := r.IndexedAPI(ctx, r.api)
	r.must(err)
	want := models.CatalogueRow{
		ID: r.api, TeamID: r.provider, Slug: "quotes", Kind: models.HTTPAPI, Name: "Quotes", Summary: "A quote a call", Visibility: models.Shared, SharedWith: []string{r.consumer},
		Tags: []string{"a", "b"}, VersionName: "v1", State: models.Published, TeamSlug: "providers", TeamName: "Providers", CategorySlug: "texts", CategoryName: "Texts",
		PriceFrom: r.world.API.Plan.Price, PublishedAt: published, Calls: 7,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for what, change := range map[string]string{
		"an API that is retired":    `UPDATE versions SET state = 'retired'`,
		"one that is still a draft": `UPDATE versions SET state = 'draft'`,
		"one that has been deleted": `UPDATE apis SET deleted_at = 1`,
	} {
		r.exec(change)
		if _, err := r.IndexedAPI(ctx, r.api); !is(err, models.ErrNotFound) {
			t.Errorf("%s is told of: %v", what, err)
		}
		if rows, err := r.CatalogueSlice(ctx, ""); err != nil || len(rows) != 0 {
			t.Errorf("%s is among %v, %v", what, rows, err)
		}
		r.exec(`UPDATE versions SET state = 'published'`)
		r.exec(`UPDATE apis SET deleted_at = NULL`)
	}
}

func TestThePriceIsThatOfTheCheapestOpenPlan(t *testing.T) {
	r := newRig(t)
	first := r.world.API.Plan.Price
	cheap, err := r.AddPlan(ctx, r.pia, r.provider, r.api, models.Plan{Name: "Cheap", Approval: models.ApprovedAtOnce}, models.PlanRevision{Price: first / 2, ChargeOn: models.ChargeAnswered})
	r.must(err)
	price := func() models.Nano {
		row, err := r.IndexedAPI(ctx, r.api)
		r.must(err)
		return row.PriceFrom
	}
	if got := price(); got != first/2 {
		t.Errorf("with a cheaper plan the price is from %d", got)
	}
	r.exec(`UPDATE plans SET closed_at = 1 WHERE id = ?`, cheap.ID)
	if got := price(); got != first {
		t.Errorf("when that is closed the price is from %d", got)
	}
	r.exec(`UPDATE plans SET closed_at = 1`)
	if got := price(); got != first {
		t.Errorf("when all are closed it is the first one's, and not %d", got)
	}
}

func TestTheCatalogueIsReadInSlices(t *testing.T) {
	r := newRig(t)
	r.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
		INSERT INTO apis (id, team_id, slug, kind, name, summary, description, example_path, visibility, created_at)
		SELECT printf('api_z%04d', i), ?, 'z' || i, 'http', 'Z', '', '', '', 'public', 0 FROM n`, r.provider)
	r.exec(`INSERT INTO versions (id, api_id, name, state, blocked, running_release_id, draft_upstream_url, created_at, updated_at)
		SELECT replace(id, 'api', 'ver'), id, 'v1', 'published', FALSE, '', '', 0, 0 FROM apis WHERE slug LIKE 'z%'`)
	seen, after, reads := map[string]bool{}, "", 0
	for {
		rows, err := r.CatalogueSlice(ctx, after)
		r.must(err)
		if len(rows) == 0 {
			break
		}
		for _, row := range rows {
			if seen[row.ID] || row.ID <= after {
				t.Fatalf("%s comes after %s", row.ID, after)
			}
			seen[row.ID], after = true, row.ID
		}
		reads++
	}
	if len(seen) != 1201 || reads != 3 {
		t.Errorf("%d APIs in %d reads", len(seen), reads)
	}
}

func TestFavourites(t *testing.T) {
	r := newRig(t)
	list := func() string {
		ids, err := r.Favourites(ctx, r.carl.UserID)
		r.must(err)
		return strings.Join(ids, " ")
	}
	for _, step := range []struct {
		what, api string
		kept      bool
		want      string
		err       error
	}{
		{"one that was never marked is taken out", r.api, false, "", nil},
		{"one is marked", r.api, true, r.api, nil},
		{"twice is once", r.api, true, r.api, nil},
		{"one that is not there", "api_none", true, r.api, models.ErrNotFound},
		{"it is taken out", r.api, false, "", nil},
	} {
		if err := r.SetFavourite(ctx, r.carl.UserID, step.api, step.kept); !is(err, step.err) {
			t.Errorf("%s: %v", step.what, err)
		}
		if got := list(); got != step.want {
			t.Errorf("%s: the favourites are %q", step.what, got)
		}
	}
	if err := r.SetFavourite(ctx, "usr_nobody", r.api, true); !is(err, models.ErrNotFound) {
		t.Errorf("of nobody: %v", err)
	}
}
