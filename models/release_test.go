package models_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// docs/lifecycle.md has the table of releases, row by row.
func TestTheDocsTellHowReleasesMove(t *testing.T) {
	text, err := os.ReadFile("../docs/lifecycle.md")
	if err != nil {
		t.Fatal(err)
	}
	join := func(states []models.ReleaseState, none string) string {
		words := make([]string, len(states))
		for i, s := range states {
			words[i] = string(s)
		}
		if len(words) == 0 {
			return none
		}
		return strings.Join(words, ", ")
	}
	for _, rule := range models.ReleaseRules() {
		who := "`" + string(rule.May) + "`"
		switch {
		case rule.May == "":
			who = "nobody: time does"
		case rule.Other:
			who += ", but not whoever made it"
		}
		row := "| " + strings.Join([]string{strings.ReplaceAll(string(rule.Act), "_", " "), join(rule.From, "the draft"), join(rule.To, "?"), who}, " | ") + " |\n"
		if !strings.Contains(string(text), row) {
			t.Errorf("docs/lifecycle.md does not have the row %s", row)
		}
	}
	if rows := strings.Count(string(text), "| `publish`") + strings.Count(string(text), "| `manage_apis`") + strings.Count(string(text), "| nobody:"); rows != len(models.ReleaseRules()) {
		t.Errorf("it has %d rows for %d acts", rows, len(models.ReleaseRules()))
	}
}

// From every state that may still become something some act leads on, and none leads out of the others but a rollback, which makes
// another release.
func TestReleasesThatAreOverStayOver(t *testing.T) {
	for _, state := range models.ReleaseStates() {
		r := models.Release{State: state}
		for _, rule := range models.ReleaseRules() {
			if r.Allows(rule.Act) != slices.Contains(rule.From, state) {
				t.Errorf("%s from %s", rule.Act, state)
			}
			if r.Allows(rule.Act) && !state.Waits() && rule.Act != models.ActRollBack {
				t.Errorf("%s moves what is %s", rule.Act, state)
			}
		}
	}
}

// Only what was never published is in review, and nothing else than a proposal brings it there.
func TestReviewOfAVersion(t *testing.T) {
	for state, want := range map[models.VersionState][2]models.VersionState{
		models.Draft:      {models.InReview, models.Draft},
		models.InReview:   {models.InReview, models.Draft},
		models.Published:  {models.Published, models.Published},
		models.Deprecated: {models.Deprecated, models.Deprecated},
		models.Retired:    {models.Retired, models.Retired},
	} {
		if got := [2]models.VersionState{state.Review(true), state.Review(false)}; got != want {
			t.Errorf("%s becomes %v", state, got)
		}
	}
}

func TestWhenAnApprovedReleaseIsDue(t *testing.T) {
	now := time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
	before, after := now.Add(-time.Second), now.Add(time.Second)
	for sentence, row := range map[string]struct {
		at   *time.Time
		want bool
	}{"at once": {nil, true}, "a time that has passed": {&before, true}, "this instant": {&now, true}, "a time to come": {&after, false}} {
		if r := (models.Release{PublishAt: row.at}); r.DueAt(now) != row.want {
			t.Errorf("%s: %t", sentence, !row.want)
		}
	}
}

func TestWhatIsSaidOfReleases(t *testing.T) {
	long := strings.Repeat("ä", 2001)
	for sentence, row := range map[string]struct {
		review models.ReleaseReview
		field  string
	}{
		"approved without a word":      {models.ReleaseReview{Approve: true}, ""},
		"declined without a word":      {models.ReleaseReview{Comment: " "}, "comment"},
		"declined with a reason":       {models.ReleaseReview{Comment: "Not yet"}, ""},
		"approved with too many words": {models.ReleaseReview{Approve: true, Comment: long}, "comment"},
	} {
		err := row.review.Validate()
		var invalid models.Invalid
		errors.As(err, &invalid)
		if (err == nil) != (row.field == "") || row.field != "" && invalid[row.field] == "" {
			t.Errorf("%s: %v", sentence, err)
		}
	}
	for reason, ok := range map[string]bool{"": false, "  ": false, "Leaks": true, "two\nlines": false, strings.Repeat("x", 301): false} {
		if _, err := models.CheckBlockReason(reason); (err == nil) != ok {
			t.Errorf("the reason %q: %v", reason, err)
		}
	}
}
