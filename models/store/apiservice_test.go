package store_test

import (
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

func TestAPIServiceTellsHowCallsWent(t *testing.T) {
	r := newRig(t)
	r.grant(r.consumer, 1000)
	r.grant(r.provider, 1000)
	call := func(status int, took time.Duration, change func(*models.Call)) {
		t.Helper()
		c := r.call(r.consumer, 1)
		c.Status, c.DurationMicros = status, took.Microseconds()
		if change != nil {
			change(c)
		}
		r.settle(c)
	}
	call(200, time.Millisecond, nil) // too long ago
	r.clock.Move(100 * 24 * time.Hour)
	call(502, 40*time.Millisecond, nil)
	call(404, 40*time.Millisecond, nil)
	r.clock.Move(2 * 24 * time.Hour)
	call(200, time.Minute, func(c *models.Call) { c.TeamID = r.provider }) // of whom does not matter
	call(0, time.Second, nil)                                              // nobody got an answer
	call(200, time.Second, func(c *models.Call) { c.APIID = "api_other" })
	r.must(r.SaveDenials(ctx, []models.Denial{{ID: "dny_1", TeamID: r.consumer, KeyID: r.world.Key.ID, APIID: r.api, VersionID: r.world.API.Version.ID,
		Code: "rate_limited", Count: 9, CreatedAt: r.clock.Now()}}))
	r.must(r.FollowCalls(ctx, r.ids.Next(r.clock.Now())))

	got, err := r.APIService(ctx, r.api)
	r.must(err)
	last := len(got.Days) - 1
	today := r.clock.Now().UTC().Truncate(24 * time.Hour)
	if last != models.ServiceDays-1 || !got.Days[last].Day.Equal(today) || !got.Days[0].Day.Equal(today.AddDate(0, 0, -last)) {
		t.Errorf("%d days from %v to %v", len(got.Days), got.Days[0].Day, got.Days[last].Day)
	}
	var all models.APIDay
	for _, d := range got.Days {
		all = all.Add(d)
	}
	if all.Calls != 3 || all.Failed != 1 || got.Days[last].Calls != 1 || got.Days[last-2].Calls != 2 || got.Days[last-2].Failed != 1 {
		t.Errorf("%+v, of these today %+v and the day before yesterday %+v", all, got.Days[last], got.Days[last-2])
	}
	if got.Recent.Calls != 1 || got.Recent.Failed != 0 {
		t.Errorf("recently %+v", got.Recent)
	}
	if want := (models.Durations{3: 2, 7: 1, 11: 1}); got.Took != want {
		t.Errorf("took %v, want %v", got.Took, want)
	}
}

func TestWhatWasPublishedOfAnAPI(t *testing.T) {
	r := newRig(t)
	first := r.clock.Now()
	r.clock.Move(time.Hour)
	_, err := r.PublishAPI(ctx, r.pia, r.provider, r.api, "Mended")
	r.must(err)
	draft, err := r.NewVersion(ctx, r.pia, r.provider, r.api, "v2", r.world.API.Version.ID)
	r.must(err)

	only := func(want int) []models.PublishedVersion {
		t.Helper()
		versions, err := r.PublishedVersions(ctx, r.api)
		if err != nil || len(versions) != want {
			t.Fatalf("%d versions, want %d: %v", len(versions), want, err)
		}
		return versions
	}
	v1 := only(1)[0] // a draft is nobody's
	if v1.Version.Name != "v1" || v1.Release != 2 || v1.PublishedAt.After(first) || !v1.ReleasedAt.Equal(r.clock.Now()) {
		t.Errorf("%+v", v1)
	}
	_, err = r.PublishVersion(ctx, r.pia, r.provider, draft.ID, "A second line")
	r.must(err)
	if versions := only(2); versions[0].Version.Name != "v2" {
		t.Errorf("the newest version is %s", versions[0].Version.Name)
	}

	page, err := r.APIReleases(ctx, r.api, models.Page{Limit: 2})
	r.must(err)
	rest, err := r.APIReleases(ctx, r.api, models.Page{Limit: 2, After: page.Next})
	r.must(err)
	var notes []string
	for _, row := range append(page.Rows, rest.Rows...) {
		notes = append(notes, row.VersionName+" "+row.Release.Changelog)
	}
	if len(notes) != 3 || notes[0] != "v2 A second line" || notes[1] != "v1 Mended" || rest.Next != "" {
		t.Errorf("%q", notes)
	}
}
