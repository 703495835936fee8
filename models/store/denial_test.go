package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

func TestDenialsOfAMinuteAreOneRow(t *testing.T) {
	r := newRig(t)
	d := models.Denial{ID: models.NewID(models.KindDenial), TeamID: r.consumer, KeyID: r.world.Key.ID, APIID: r.api, VersionID: "v", Code: "insufficient_credits",
		Method: "GET", Path: "/a", Price: 20, Required: 20, Available: 3, Held: 1, Count: 2, CreatedAt: r.clock.Now()}
	more := d
	more.Count, more.Required, more.Path = 5, 30, "/b"
	less := d
	less.Count, less.Required = 1, 10
	unknown := d
	unknown.ID, unknown.APIID = models.NewID(models.KindDenial), ""
	r.must(r.SaveDenials(ctx, []models.Denial{d, more, unknown}))
	r.must(r.SaveDenials(ctx, []models.Denial{less}))
	got, err := r.TeamDenials(ctx, r.consumer, 10)
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	d.Count, d.Required = 8, 30
	if diff := cmp.Diff(models.DenialListing{Denial: d, APIName: "Quotes", APISlug: "quotes", KeyName: "test key"}, got[1]); diff != "" {
		t.Error(diff)
	}
	if got[0].APIName != "" {
		t.Errorf("%+v", got[0])
	}
}

// More keys than a transaction numbers, and more refusals than one saves, are all stored and counted, each under its own.
func TestDenialsOfManyKeysAreSavedInSlices(t *testing.T) {
	r := newRig(t)
	const n = 450
	denials := make([]models.Denial, n)
	for i := range denials {
		denials[i] = models.Denial{ID: models.NewID(models.KindDenial), TeamID: r.consumer, KeyID: fmt.Sprint("key_", i), APIID: r.api, VersionID: "v",
			Code: "rate_limited", Count: int64(i + 1), CreatedAt: r.clock.Now()}
	}
	r.must(r.SaveDenials(ctx, denials))
	if rows := r.number(`SELECT COUNT(*) FROM denials`); rows != n {
		t.Errorf("%d of %d are stored", rows, n)
	}
	if right := r.number(`SELECT COUNT(*) FROM usage_subjects s JOIN usage_lines l ON l.subject_id = s.id WHERE 'key_' || (l.calls - 1) = s.key_id`); right != n {
		t.Errorf("%d of %d are counted under their own", right, n)
	}
}

// refuse stores one denial of the consumers' key at an instant.
func (r *rig) refuse(code string, at time.Time, count int64, change ...func(*models.Denial)) models.Denial {
	r.Helper()
	d := models.Denial{
		ID: models.NewID(models.KindDenial), TeamID: r.consumer, KeyID: r.world.Key.ID, APIID: r.api, VersionID: r.world.API.Version.ID, Code: code,
		Method: "GET", Path: "/invoke/quotes/v1/random", Price: 20, Required: 20, Count: count, CreatedAt: at,
	}
	for _, c := range change {
		c(&d)
	}
	r.must(r.SaveDenials(ctx, []models.Denial{d}))
	return d
}

func TestDenialsAreGroupedByReason(t *testing.T) {
	r := newRig(t)
	now := r.clock.Now()
	other, err := r.CreateKey(ctx, r.carl, r.consumer, "other key", models.NewKeySecret(), models.KeyRules{})
	r.must(err)
	foreign, err := r.CreateKey(ctx, r.pia, r.provider, "foreign key", models.NewKeySecret(), models.KeyRules{})
	r.must(err)
	r.refuse("rate_limited", now.AddDate(0, 0, -40), 1000)
	r.refuse("rate_limited", now.Add(-2*time.Hour), 3)
	unknown := r.refuse("not_found", now.Add(-90*time.Minute), 1, func(d *models.Denial) { d.APIID, d.VersionID = "", "" })
	last := r.refuse("rate_limited", now.Add(-time.Hour), 4)
	r.refuse("rate_limited", now.Add(-time.Minute), 7, func(d *models.Denial) { d.KeyID = other.ID })
	stranger := r.refuse("rate_limited", now, 9, func(d *models.Denial) { d.TeamID, d.KeyID = r.provider, foreign.ID })

	read := func(filter models.DenialFilter, page models.Page) (got []models.DenialGroup, next string) {
		t.Helper()
		groups, err := r.DenialGroups(ctx, r.consumer, filter, now.AddDate(0, 0, -30), page)
		r.must(err)
		return groups.Rows, groups.Next
	}
	want := []models.DenialGroup{
		{Code: "rate_limited", APIName: "Quotes", APISlug: "quotes", KeyID: other.ID, KeyName: "other key", Count: 7, LastAt: now.Add(-time.Minute)},
		{Code: "rate_limited", APIName: "Quotes", APISlug: "quotes", KeyID: r.world.Key.ID, KeyName: "test key", Count: 7, LastID: last.ID, LastAt: now.Add(-time.Hour)},
		{Code: "not_found", KeyID: r.world.Key.ID, KeyName: "test key", Count: 1, LastID: unknown.ID, LastAt: now.Add(-90 * time.Minute)},
	}
	all, _ := read(models.DenialFilter{}, models.Page{})
	if len(all) == 3 {
		want[0].LastID = all[0].LastID
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Fatal(diff)
	}
	for filter, rows := range map[models.DenialFilter][]models.DenialGroup{
		{Code: "not_found"}:                              want[2:],
		{APISlug: "quotes"}:                              want[:2],
		{APISlug: "nothing"}:                             {},
		{KeyID: r.world.Key.ID}:                          want[1:],
		{KeyID: foreign.ID}:                              {},
		{Code: "rate_limited", KeyID: r.world.Key.ID}:    want[1:2],
		{Code: "not_found", APISlug: "quotes"}:           {},
		{Code: "rate_limited", APISlug: "quotes"}:        want[:2],
		{Code: "' OR 1=1 --", APISlug: "x", KeyID: "%%"}: {},
	} {
		if got, _ := read(filter, models.Page{}); len(got) != len(rows) || len(got) > 0 && cmp.Diff(rows, got) != "" {
			t.Errorf("%+v: %s", filter, cmp.Diff(rows, got))
		}
	}
	first, next := read(models.DenialFilter{}, models.Page{Limit: 2})
	second, end := read(models.DenialFilter{}, models.Page{Limit: 2, After: next})
	if diff := cmp.Diff(want, append(first, second...)); diff != "" || end != "" {
		t.Errorf("page by page: %s, and then %q", diff, end)
	}

	if got, err := r.TeamDenial(ctx, r.consumer, unknown.ID); err != nil || got.Denial.Code != "not_found" || got.KeyName != "test key" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, id := range []string{stranger.ID, "dny_nothing", ""} {
		if got, err := r.TeamDenial(ctx, r.consumer, id); !is(err, models.ErrNotFound) {
			t.Errorf("%q gives the team %+v, %v", id, got, err)
		}
	}
}

// A day is the zone's, and one that has no midnight begins when it begins.
func TestDenialsAreCountedByTheDaysOfAZone(t *testing.T) {
	r := newRig(t) // at nine in the morning
	now := r.clock.Now()
	midnight := now.Truncate(24 * time.Hour)
	r.refuse("rate_limited", midnight.Add(-time.Minute), 1)
	r.refuse("rate_limited", midnight, 10)
	r.refuse("not_found", midnight.Add(-7*time.Hour), 100)
	r.refuse("not_found", midnight.AddDate(0, 0, -9), 1000)
	for zone, want := range map[string][]int64{
		"UTC":                 {0, 101, 10},
		"Asia/Kathmandu":      {0, 100, 11},
		"America/Los_Angeles": {0, 111, 0},
		"Pacific/Kiritimati":  {0, 0, 111},
	} {
		at, err := models.LoadZone(zone)
		r.must(err)
		days, err := r.DailyDenials(ctx, r.consumer, models.DenialFilter{}, at, 3)
		r.must(err)
		var got []int64
		for _, d := range days {
			got = append(got, d.Count)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", zone, diff)
		}
	}
	days, err := r.DailyDenials(ctx, r.consumer, models.DenialFilter{Code: "not_found"}, time.UTC, 2)
	if err != nil || len(days) != 2 || days[0].Count != 100 || days[1].Count != 0 || !days[1].Day.Equal(midnight) {
		t.Errorf("%+v, %v", days, err)
	}
}
