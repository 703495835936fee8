package handlers

import (
	"context"
	"slices"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// Checked is what is to be said of a release before callers get what it serves.
type Checked struct {
	Checks    []Check
	Obstacles Unpublishable   // the errors among the checks
	Changes   []ReleaseChange // of what callers have now, the worst first
	Breaks    bool            // calls that work now may not work any more
	More      int64           // changes that are left out
	Callers   []string        // some of the teams that called the version in 30 days, where a change breaks calls
	Calling   int64           // how many there are
	Unmatched int64           // calls in 30 days that were of no operation of the document, where an operation breaks
}

// ReleaseChange is one difference that callers would find.
type ReleaseChange struct {
	Kind  string // added, changed, removed, breaking
	Where string // "GET /users/{id}"; "" for what is of no single operation
	Text  string
	// Who called the operation in 30 days, where it breaks: some of the teams, how many there are, and how often.
	Callers        []string
	Calling, Calls int64
}

// Check is one thing that publishing looks at.
type Check struct {
	Level       CheckLevel
	Title, Text string
}

// CheckLevel is what a check says to a publish.
type CheckLevel string

// The levels.
const (
	CheckPassed  CheckLevel = "passed"
	CheckWarning CheckLevel = "warning"
	CheckError   CheckLevel = "error" // it forbids the publish
)

// CheckRelease looks at what a release would serve and at what callers would get differently, and changes nothing.
func (h *Handlers) CheckRelease(ctx context.Context, row models.APIListing, release models.Release) (Checked, error) {
	checks, err := h.checks(ctx, row, release)
	if err != nil {
		return Checked{}, err
	}
	running, err := h.running(ctx, row.Version.ID)
	if err != nil {
		return Checked{}, err
	}
	diff, err := h.diff(ctx, row, running, release)
	if err != nil {
		return Checked{}, err
	}
	found := Checked{Obstacles: obstacles(checks), Breaks: diff.Breaks, More: diff.More}
	for _, change := range diff.Changes {
		found.Changes = append(found.Changes, releaseChange(change))
	}
	if diff.Undocumented != nil {
		found.Unmatched = diff.Undocumented.Calls
	}
	if found.Breaks {
		if found.Callers, found.Calling, err = h.callingTeams(ctx, row.Version); err != nil {
			return found, err
		}
	}
	levels := map[ui.Tone]CheckLevel{ui.Positive: CheckPassed, ui.Attention: CheckWarning, ui.Danger: CheckError}
	for _, check := range checks {
		found.Checks = append(found.Checks, Check{levels[check.Tone], check.Title, check.Text})
	}
	return found, nil
}

func releaseChange(change pages.Change) ReleaseChange {
	shown := ReleaseChange{Kind: change.Kind, Where: change.Where, Text: change.Text}
	if who := change.Callers; who != nil {
		shown.Calling, shown.Calls = who.Teams, who.Calls
		for _, key := range who.Rows {
			if !slices.Contains(shown.Callers, key.Team) {
				shown.Callers = append(shown.Callers, key.Team)
			}
		}
	}
	return shown
}
