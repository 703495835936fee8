package handlers

import (
	"context"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// documents says the same of every document.
type documents struct {
	findings []openapi.Finding
	changes  []openapi.Change
}

func (d documents) Findings(context.Context, string) ([]openapi.Finding, error) {
	return d.findings, nil
}

func (d documents) DocumentChanges(context.Context, string, string) ([]openapi.Change, error) {
	return d.changes, nil
}

func (documents) Export(context.Context, string, openapi.Additions) ([]byte, error) { return nil, nil }

// oneCaller is a store in which every version is called by one team, which calls one operation and what is in no document.
type oneCaller struct{ Store }

func (oneCaller) OperationCallers(_ context.Context, _, _ string, _ time.Time, _ int, operations ...string) (map[string]models.OperationCallers, error) {
	who := map[string]models.OperationCallers{}
	for _, o := range operations {
		if o == "GET /a/{}" || o == models.Undocumented {
			who[o] = models.OperationCallers{Teams: 1, Keys: 1, Calls: 3, First: []models.VersionCaller{{TeamName: "Consumers"}}}
		}
	}
	return who, nil
}

func (oneCaller) CallingTeams(context.Context, models.Version, time.Time, int) ([]models.CallingTeam, int64, error) {
	return []models.CallingTeam{{TeamName: "Consumers"}}, 1, nil
}

func reading(d documents) *Handlers {
	return &Handlers{Config: Config{Documents: d, Clock: modeltest.NewClock(time.Time{})}, store: oneCaller{}}
}

func TestWhatIsWrongWithADocumentForbidsAPublish(t *testing.T) {
	warning := openapi.Finding{Severity: openapi.Warning, Message: "No contact."}
	wrong := openapi.Finding{Severity: openapi.Error, Message: "Two operations share an id.", Place: openapi.Place{Line: 12}}
	many := make([]openapi.Finding, 12)
	for i := range many {
		many[i] = openapi.Finding{Severity: openapi.Error, Message: "Wrong."}
	}
	for sentence, row := range map[string]struct {
		findings []openapi.Finding
		hash     string
		want     pages.Check
	}{
		"no document":         {nil, "", pages.Check{}},
		"one without a fault": {nil, "aa", pages.Check{Title: "The document is in order", Tone: ui.Positive}},
		"a warning":           {[]openapi.Finding{warning}, "aa", pages.Check{Title: "The document has 1 warning", Text: "Listed beside it in the draft.", Tone: ui.Attention}},
		"an error":            {[]openapi.Finding{warning, wrong}, "aa", pages.Check{Title: "The document has 1 error", Text: "Line 12: Two operations share an id.", Tone: ui.Danger}},
		"many errors": {many, "aa", pages.Check{
			Title: "The document has 12 errors", Tone: ui.Danger,
			Text: "Wrong.\nWrong.\nWrong.\nWrong.\nWrong.\nWrong.\nWrong.\nWrong.\nWrong.\nWrong.\nAnd 2 further errors.",
		}},
	} {
		checks, err := reading(documents{findings: row.findings}).checkDocument(t.Context(), row.hash)
		if err != nil || len(checks) > 1 || len(checks) == 0 != (row.want == pages.Check{}) || len(checks) == 1 && checks[0] != row.want {
			t.Errorf("%s: %+v, %v", sentence, checks, err)
		}
	}
}

// lost is a store of documents from which one is gone, as after a restore without them.
type lost struct{ documents }

func (lost) Findings(context.Context, string) ([]openapi.Finding, error) {
	return nil, models.ErrNotFound
}

func TestADocumentThatIsLostIsNotPublished(t *testing.T) {
	h := &Handlers{Config: Config{Documents: lost{}}}
	checks, err := h.checkDocument(t.Context(), "aa")
	if err != nil || len(checks) != 1 || checks[0].Tone != ui.Danger {
		t.Errorf("the check says %+v: %v", checks, err)
	}
}

func TestWhatCallersGetDifferently(t *testing.T) {
	added := openapi.Change{Level: openapi.Safe, ID: "endpoint-added", Text: "Added.", Method: "POST", Path: "/b"}
	removed := openapi.Change{Level: openapi.Breaking, ID: "api-path-removed-without-deprecation", Text: "Gone.", Method: "GET", Path: "/a"}
	whole := openapi.Change{Level: openapi.Breaking, ID: "server-changed", Text: "Another server."}
	a, b := models.Release{ID: "rel_1", UpstreamURL: "http://a", Document: "aa"}, models.Release{ID: "rel_2", UpstreamURL: "http://a", Document: "bb"}
	for sentence, row := range map[string]struct {
		before, after models.Release
		changes       []openapi.Change
		want          []pages.Change
		breaks        bool
		calling       int64 // of the version
	}{
		"nothing before it":              {models.Release{}, b, []openapi.Change{removed}, nil, false, 0},
		"the same":                       {a, a, []openapi.Change{removed}, nil, false, 0},
		"what breaks is first":           {a, b, []openapi.Change{added, removed}, []pages.Change{{Kind: "breaking", Where: "GET /a", Text: "Gone."}, {Kind: "added", Where: "POST /b", Text: "Added."}}, true, 0},
		"what breaks is of no operation": {a, b, []openapi.Change{whole}, []pages.Change{{Kind: "breaking", Text: "Another server."}}, true, 1},
		"nothing breaks":                 {a, b, []openapi.Change{added}, []pages.Change{{Kind: "added", Where: "POST /b", Text: "Added."}}, false, 0},
		"a first document":               {models.Release{ID: "rel_1", UpstreamURL: "http://a"}, a, nil, []pages.Change{{Kind: "added", Text: "The OpenAPI document"}}, false, 0},
		"everything else": {
			models.Release{ID: "rel_1", UpstreamURL: "http://a", CredentialID: "cred_1", Document: "aa"}, models.Release{UpstreamURL: "http://b", UpstreamLimits: models.UpstreamLimits{AnswerSeconds: 3}}, nil,
			[]pages.Change{{Kind: "changed", Text: "Upstream URL: http://a → http://b"}, {Kind: "changed", Text: "Time for an answer: the gateway's default → 3 seconds"}, {Kind: "removed", Text: "The credential that the upstream is sent"}, {Kind: "removed", Text: "The OpenAPI document"}}, false, 0,
		},
	} {
		d, err := reading(documents{changes: row.changes}).diff(t.Context(), models.APIListing{}, row.before, row.after)
		if err != nil || len(d.Changes) != len(row.want) || d.Calling != row.calling || d.Breaks != row.breaks {
			t.Errorf("%s: %+v, %v", sentence, d, err)
			continue
		}
		for i, c := range d.Changes {
			if c.Callers = nil; c != row.want[i] {
				t.Errorf("%s: %+v", sentence, c)
			}
		}
	}
	d, err := reading(documents{changes: make([]openapi.Change, 130)}).diff(t.Context(), models.APIListing{}, a, b)
	if err != nil || len(d.Changes) != 100 || d.More != 30 {
		t.Errorf("of 130 changes %d are shown, and %d more: %v", len(d.Changes), d.More, err)
	}
}

func TestABreakingChangeNamesTheCallersOfItsOperation(t *testing.T) {
	h := reading(documents{changes: []openapi.Change{
		{Level: openapi.Breaking, Text: "Gone.", Method: "GET", Path: "/a/{id}"}, {Level: openapi.Breaking, Text: "Gone.", Method: "POST", Path: "/a"},
		{Level: openapi.Breaking, Text: "Another server."}, {Level: openapi.Safe, ID: "x-added", Text: "Added.", Method: "GET", Path: "/a/{id}"},
	}})
	d, err := h.diff(t.Context(), models.APIListing{}, models.Release{ID: "rel_1", Document: "aa"}, models.Release{Document: "bb"})
	if err != nil || len(d.Changes) != 4 {
		t.Fatalf("%+v, %v", d, err)
	}
	if c := d.Changes[0].Callers; c == nil || c.Keys != 1 || c.Rows[0].Team != "Consumers" {
		t.Errorf("of one that is called it says %+v", c)
	}
	if c := d.Changes[1].Callers; c == nil || c.Keys != 0 {
		t.Errorf("of one that nobody calls it says %+v", c)
	}
	if d.Changes[2].Callers != nil || d.Changes[3].Callers != nil {
		t.Error("callers are named where no operation breaks")
	}
	if !d.Whole || d.Calling != 1 || d.Undocumented == nil || d.Undocumented.Calls != 3 {
		t.Errorf("of the whole it says %+v", d)
	}
}
