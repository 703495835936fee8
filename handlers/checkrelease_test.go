package handlers

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/views/pages"
)

// Programs get the teams behind the keys that a page names, each once, and the counts of all of them.
func TestAChangeNamesTheTeamsThatCallTheOperation(t *testing.T) {
	called := &pages.OperationCallers{Teams: 3, Keys: 9, Calls: 70, Rows: []pages.CallerRow{
		{Team: "Acme", Key: "one"}, {Team: "Acme", Key: "two"}, {Team: "Zenith", Key: "one"},
	}}
	for sentence, row := range map[string]struct {
		change pages.Change
		want   ReleaseChange
	}{
		"what is of no operation names nobody": {
			pages.Change{Kind: "added", Text: "A server"}, ReleaseChange{Kind: "added", Text: "A server"},
		},
		"what breaks an operation names who called it": {
			pages.Change{Kind: "breaking", Where: "GET /today", Text: "It is gone", Callers: called},
			ReleaseChange{Kind: "breaking", Where: "GET /today", Text: "It is gone", Callers: []string{"Acme", "Zenith"}, Calling: 3, Calls: 70},
		},
		"an operation that nobody called has no callers": {
			pages.Change{Kind: "breaking", Where: "GET /old", Callers: &pages.OperationCallers{}}, ReleaseChange{Kind: "breaking", Where: "GET /old"},
		},
	} {
		if diff := cmp.Diff(row.want, releaseChange(row.change)); diff != "" {
			t.Errorf("%s: %s", sentence, diff)
		}
	}
}
