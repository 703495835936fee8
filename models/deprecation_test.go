package models_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/faregate/faregate/models"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// A version's state follows the dates that were announced, to the instant, whatever was written down by then.
func TestTheStateFollowsTheDates(t *testing.T) {
	soon, later := noon.Add(time.Hour), noon.Add(2*time.Hour)
	for _, row := range []struct {
		sentence           string
		stored             models.VersionState
		deprecated, sunset *time.Time
		at                 time.Time
		want               models.VersionState
	}{
		{"nothing was announced", models.Published, nil, nil, later, models.Published},
		{"announced, and a moment before its time", models.Published, &soon, nil, soon.Add(-1), models.Published},
		{"deprecated at its time", models.Published, &soon, nil, soon, models.Deprecated},
		{"deprecated without an end", models.Published, &soon, nil, later, models.Deprecated},
		{"a moment before it is retired", models.Deprecated, &soon, &later, later.Add(-1), models.Deprecated},
		{"retired at its time", models.Deprecated, &soon, &later, later, models.Retired},
		{"retired though not even its deprecation was written down", models.Published, &soon, &later, later, models.Retired},
		{"deprecated and retired in the same instant", models.Published, &soon, &soon, soon, models.Retired},
		{"what is retired stays so before its own date", models.Retired, &soon, &later, noon, models.Retired},
		{"a draft has no end", models.Draft, &soon, &soon, later, models.Draft},
		{"nor has what waits for review", models.InReview, &soon, &soon, later, models.InReview},
	} {
		v := models.Version{State: row.stored, Deprecation: models.Deprecation{DeprecatedAt: row.deprecated, SunsetAt: row.sunset}}
		if got := v.StateAt(row.at); got != row.want {
			t.Errorf("%s: %s, not %s", row.sentence, got, row.want)
		}
	}
}

func TestWhatMayBeDoneWithTheEndOfAVersion(t *testing.T) {
	before, after := noon.Add(-time.Hour), noon.Add(time.Hour)
	all := []models.LifecycleAct{models.ActAnnounce, models.ActChange, models.ActUndo, models.ActRetire, models.ActBringBack}
	announced := all[1:4]
	for _, row := range []struct {
		sentence string
		version  models.Version
		want     []models.LifecycleAct
	}{
		{"a draft", models.Version{State: models.Draft}, nil},
		{"one in review", models.Version{State: models.InReview}, nil},
		{"a published one", models.Version{State: models.Published}, all[:1]},
		{"one whose end is announced", models.Version{State: models.Published, Deprecation: models.Deprecation{AnnouncedAt: &before, DeprecatedAt: &after}}, announced},
		{"a deprecated one", models.Version{State: models.Deprecated, Deprecation: models.Deprecation{AnnouncedAt: &before, DeprecatedAt: &before}}, announced},
		{"one that was retired by the clock", models.Version{State: models.Deprecated, Deprecation: models.Deprecation{AnnouncedAt: &before, SunsetAt: &before}}, all[4:]},
		{"a retired one", models.Version{State: models.Retired}, all[4:]},
	} {
		for _, act := range all {
			if got := row.version.Allows(act, noon); got != slices.Contains(row.want, act) {
				t.Errorf("%s of %s: %t", act, row.sentence, got)
			}
		}
	}
}

func TestWhatCanBeAnnounced(t *testing.T) {
	published := models.Version{State: models.Published}
	long, recent := noon.Add(-48*time.Hour), noon.Add(-time.Hour)
	deprecated := models.Version{State: models.Deprecated, Deprecation: models.Deprecation{AnnouncedAt: &long, DeprecatedAt: &recent}}
	day := 24 * time.Hour
	for _, row := range []struct {
		sentence string
		version  models.Version
		draft    models.DeprecationDraft
		bad      []string
	}{
		{"at once, with a reason", published, models.DeprecationDraft{Reason: "Too few use it."}, nil},
		{"at once, with a successor", published, models.DeprecationDraft{SuccessorVersionID: "ver_2"}, nil},
		{"later", published, models.DeprecationDraft{DeprecatedAt: noon.Add(day), SunsetAt: noon.Add(2 * day), SuccessorAPIID: "api_2"}, nil},
		{"retired in the minute in which it is deprecated", published, models.DeprecationDraft{DeprecatedAt: noon.Add(day), SunsetAt: noon.Add(day), Reason: "r"}, nil},
		{"for no reason and without a successor", published, models.DeprecationDraft{Reason: " "}, []string{"reason"}},
		{"a reason on two lines", published, models.DeprecationDraft{Reason: "a\nb"}, []string{"reason"}},
		{"a reason that is too long", published, models.DeprecationDraft{Reason: strings.Repeat("é", 501)}, []string{"reason"}},
		{"in the past", published, models.DeprecationDraft{DeprecatedAt: recent, Reason: "r"}, []string{"deprecated_at"}},
		{"in a year that was mistyped", published, models.DeprecationDraft{DeprecatedAt: noon.AddDate(20, 0, 0), Reason: "r"}, []string{"deprecated_at"}},
		{"retired in the past", published, models.DeprecationDraft{SunsetAt: recent, Reason: "r"}, []string{"sunset_at"}},
		{"retired before it is deprecated", published, models.DeprecationDraft{DeprecatedAt: noon.Add(2 * day), SunsetAt: noon.Add(day), Reason: "r"}, []string{"sunset_at"}},
		{"deprecated by now, whatever is typed", deprecated, models.DeprecationDraft{DeprecatedAt: long, Reason: "r"}, nil},
	} {
		draft := row.draft
		err := draft.Validate(row.version, noon)
		var invalid models.Invalid
		errors.As(err, &invalid)
		if len(invalid) != len(row.bad) || err != nil && len(invalid) == 0 {
			t.Errorf("%s: %v", row.sentence, err)
		}
		for _, field := range row.bad {
			if invalid[field] == "" {
				t.Errorf("%s: nothing is said of %s: %v", row.sentence, field, err)
			}
		}
		if row.version.State == models.Deprecated && !draft.DeprecatedAt.Equal(recent) {
			t.Errorf("%s: deprecated at %s", row.sentence, draft.DeprecatedAt)
		}
	}
}

func TestWhatLeavesLessTime(t *testing.T) {
	first, second := noon.Add(time.Hour), noon.Add(2*time.Hour)
	both, open := models.Deprecation{DeprecatedAt: &first, SunsetAt: &second}, models.Deprecation{DeprecatedAt: &first}
	for _, row := range []struct {
		sentence  string
		announced models.Deprecation
		instead   models.DeprecationDraft
		want      bool
	}{
		{"the same", both, models.DeprecationDraft{DeprecatedAt: first, SunsetAt: second}, false},
		{"deprecated later", both, models.DeprecationDraft{DeprecatedAt: second, SunsetAt: second}, false},
		{"deprecated sooner", both, models.DeprecationDraft{DeprecatedAt: noon, SunsetAt: second}, true},
		{"retired sooner", both, models.DeprecationDraft{DeprecatedAt: first, SunsetAt: first}, true},
		{"no end any more", both, models.DeprecationDraft{DeprecatedAt: first}, false},
		{"a first date, where none was told", open, models.DeprecationDraft{DeprecatedAt: first, SunsetAt: first}, false},
	} {
		if got := row.announced.Sooner(row.instead); got != row.want {
			t.Errorf("%s: %t", row.sentence, got)
		}
	}
}

func TestWhenSubscribersAreReminded(t *testing.T) {
	day := 24 * time.Hour
	sunset := noon.Add(40 * day)
	d := models.Deprecation{DeprecatedAt: &noon, SunsetAt: &sunset}
	var days []int
	for due := d.Due(noon); due != nil; due = d.Due(*due) {
		days = append(days, d.Reminds(*due, *due))
	}
	if !slices.Equal(days, []int{30, 7, 1, 0}) {
		t.Errorf("reminders tell of %v days, the last one being the end itself", days)
	}
	if got := d.Reminds(noon.Add(10*day), noon.Add(39*day)); got != 1 {
		t.Errorf("after a standstill over all of them, of %d days", got)
	}
	if got := d.Reminds(noon.Add(10*day), sunset); got != 0 {
		t.Errorf("after one over the end, of %d days", got)
	}
}

// Whatever its provider does and whenever, a version goes from one state to the next and skips nothing: it is retired only after its
// end was announced and not before it is deprecated, and what was retired is served again only after it was brought back.
func TestTheEndOfAVersionNeverRunsBackwards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, now := models.Version{State: models.Published}, noon
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			was := v.StateAt(now)
			act := rapid.SampledFrom([]models.LifecycleAct{"wait", models.ActAnnounce, models.ActChange, models.ActUndo, models.ActRetire, models.ActBringBack}).Draw(t, "act")
			if act == "wait" {
				now = now.Add(time.Duration(rapid.IntRange(1, 100).Draw(t, "hours")) * time.Hour)
				is := v.StateAt(now)
				if order[is] < order[was] {
					t.Fatalf("time alone led from %s to %s", was, is)
				}
				continue
			}
			if !v.Allows(act, now) {
				continue
			}
			draft := models.DeprecationDraft{Reason: "r"}
			if hours := rapid.IntRange(0, 100).Draw(t, "deprecated in"); hours > 0 {
				draft.DeprecatedAt = now.Add(time.Duration(hours) * time.Hour)
			}
			if hours := rapid.IntRange(0, 200).Draw(t, "retired in"); hours > 0 {
				draft.SunsetAt = now.Add(time.Duration(hours) * time.Hour)
			}
			if draft.Validate(v, now) != nil {
				continue
			}
			v.State, v.Deprecation = v.After(act, draft, now)
			is := v.StateAt(now)
			if was == models.Retired && is != models.Retired && act != models.ActBringBack {
				t.Fatalf("%s led from retired to %s", act, is)
			}
			if due := v.Deprecation.DueAt; due != nil && (!due.After(now) || is == models.Retired) {
				t.Fatalf("after %s at %s something is due at %s", act, now, due)
			}
			if d := v.Deprecation; d.SunsetAt != nil && (d.AnnouncedAt == nil || d.DeprecatedAt == nil || d.SunsetAt.Before(*d.DeprecatedAt)) {
				t.Fatalf("%s left the dates %+v", act, d)
			}
		}
	})
}

var order = map[models.VersionState]int{models.Published: 0, models.Deprecated: 1, models.Retired: 2}
