package handlers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/match"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// DocumentReader reads what is to be said of documents before others get them. Documents are named by their hashes.
type DocumentReader interface {
	// Findings are what the rules have to say of a document.
	Findings(ctx context.Context, hash string) ([]openapi.Finding, error)
	// DocumentChanges are what callers of one document find different in another.
	DocumentChanges(ctx context.Context, before, after string) ([]openapi.Change, error)
	// Export is a document as callers are to have it, in JSON.
	Export(ctx context.Context, hash string, a openapi.Additions) ([]byte, error)
}

const (
	shownChanges  = 100 // of two documents; the worst come first
	shownFindings = 10  // among the checks; all of them stand beside the document
	shownCallers  = 5   // teams of a version, or keys of an operation
)

// diff is what callers of a version would get differently, in words. Of breaking changes it says whom they touch: those who call the
// operation, or the version where a change is of no single one.
func (h *Handlers) diff(ctx context.Context, row models.APIListing, before, after models.Release) (d pages.ReleaseDiff, err error) {
	if before.ID == "" {
		return d, nil
	}
	d.Changes = settingChanges(before, after)
	documents, err := h.documentChanges(ctx, before.Document, after.Document)
	if err != nil {
		return d, err
	}
	isBreaking := func(c openapi.Change) bool { return c.Level == openapi.Breaking }
	d.Breaks = slices.ContainsFunc(documents, isBreaking)
	d.Whole = slices.ContainsFunc(documents, func(c openapi.Change) bool { return isBreaking(c) && c.Method == "" })
	if len(documents) > shownChanges {
		d.More, documents = int64(len(documents)-shownChanges), documents[:shownChanges]
	}
	if d.Whole {
		if d.Callers, d.Calling, err = h.callingTeams(ctx, row.Version); err != nil {
			return d, err
		}
	}
	touched, err := h.touched(ctx, row, documents)
	if err != nil {
		return d, err
	}
	d.Undocumented = touched[models.Undocumented]
	for _, c := range documents {
		change := pages.Change{Kind: changeKind(c), Where: strings.TrimSpace(c.Method + " " + c.Path), Text: c.Text}
		if isBreaking(c) && c.Method != "" {
			change.Callers = touched[changedOperation(c)]
		}
		d.Changes = append(d.Changes, change)
	}
	return d, nil
}

// changedOperation is the identity of the operation that a change is of.
func changedOperation(c openapi.Change) string {
	return match.Operation{Method: c.Method, Path: c.Path}.Identity()
}

// touched are the callers of the operations that changes break, by operation, and of calls that are of none. There are none where
// nothing breaks.
func (h *Handlers) touched(ctx context.Context, row models.APIListing, changes []openapi.Change) (map[string]*pages.OperationCallers, error) {
	var operations []string
	for _, c := range changes {
		if c.Level == openapi.Breaking && c.Method != "" {
			operations = append(operations, changedOperation(c))
		}
	}
	if len(operations) == 0 {
		return nil, nil
	}
	operations = append(operations, models.Undocumented)
	who, err := h.store.OperationCallers(ctx, row.API.ID, row.Version.ID, h.callersSince(), shownCallers, operations...)
	touched := map[string]*pages.OperationCallers{}
	for _, o := range operations {
		touched[o] = operationCallers(row, o, who[o])
	}
	return touched, err
}

// callingTeams names some of the teams that called a version lately, and says how many there are.
func (h *Handlers) callingTeams(ctx context.Context, v models.Version) (names []string, all int64, err error) {
	list, all, err := h.store.CallingTeams(ctx, v, h.callersSince(), shownCallers)
	for _, caller := range list {
		names = append(names, caller.TeamName)
	}
	return names, all, err
}

// settingChanges are the differences besides the documents'.
func settingChanges(before, after models.Release) (list []pages.Change) {
	draft := func(r models.Release) models.VersionDraft {
		return models.VersionDraft{UpstreamURL: r.UpstreamURL, UpstreamLimits: r.UpstreamLimits}
	}
	for _, c := range models.AuditChanges(models.VersionFields, draft(before), draft(after)) {
		list = append(list, pages.Change{Kind: "changed", Text: c.Field + ": " + c.Before + " → " + c.After})
	}
	if was, is := before.CredentialID, after.CredentialID; was != is {
		list = append(list, pages.Change{Kind: kindOf(was, is), Text: "The credential that the upstream is sent"})
	}
	if was, is := before.Document, after.Document; was != is && (was == "" || is == "") {
		list = append(list, pages.Change{Kind: kindOf(was, is), Text: "The OpenAPI document"})
	}
	return list
}

// kindOf is what became of something that is "" where it is not there.
func kindOf(was, is string) string {
	switch {
	case was == "":
		return "added"
	case is == "":
		return "removed"
	}
	return "changed"
}

// documentChanges are the differences between two documents, those that break calls first.
func (h *Handlers) documentChanges(ctx context.Context, before, after string) ([]openapi.Change, error) {
	if h.Documents == nil || before == "" || after == "" || before == after {
		return nil, nil
	}
	changes, err := h.Documents.DocumentChanges(ctx, before, after)
	if err != nil {
		return nil, err
	}
	levels := []openapi.ChangeLevel{openapi.Breaking, openapi.Risky, openapi.Safe}
	slices.SortStableFunc(changes, func(a, b openapi.Change) int {
		return cmp.Compare(slices.Index(levels, a.Level), slices.Index(levels, b.Level))
	})
	return changes, nil
}

func changeKind(c openapi.Change) string {
	switch {
	case c.Level == openapi.Breaking:
		return "breaking"
	case strings.HasSuffix(c.ID, "-added"):
		return "added"
	case strings.HasSuffix(c.ID, "-removed"):
		return "removed"
	}
	return "changed"
}

// checkDocument is what publishing wants of a document: errors forbid it, warnings do not.
func (h *Handlers) checkDocument(ctx context.Context, hash string) ([]pages.Check, error) {
	if h.Documents == nil || hash == "" {
		return nil, nil
	}
	findings, err := h.Documents.Findings(ctx, hash)
	if errors.Is(err, models.ErrNotFound) {
		return []pages.Check{{Title: "The document is lost", Text: "Import it again.", Tone: ui.Danger}}, nil
	}
	if err != nil {
		return nil, err
	}
	wrong, warnings := []openapi.Finding{}, 0
	for _, f := range findings {
		if f.Severity == openapi.Error {
			wrong = append(wrong, f)
		} else {
			warnings++
		}
	}
	switch {
	case len(wrong) > 0:
		return []pages.Check{{Title: "The document has " + ui.Plural(int64(len(wrong)), "error"), Text: sayFindings(wrong), Tone: ui.Danger}}, nil
	case warnings > 0:
		return []pages.Check{{Title: "The document has " + ui.Plural(int64(warnings), "warning"), Text: "Listed beside it in the draft.", Tone: ui.Attention}}, nil
	}
	return []pages.Check{{Title: "The document is in order", Tone: ui.Positive}}, nil
}

// sayFindings writes findings, one a line, at most so many.
func sayFindings(findings []openapi.Finding) string {
	var lines []string
	for _, f := range findings[:min(len(findings), shownFindings)] {
		line := f.Message
		if f.Line > 0 {
			line = fmt.Sprintf("Line %d: %s", f.Line, f.Message)
		}
		lines = append(lines, line)
	}
	if left := len(findings) - shownFindings; left > 0 {
		lines = append(lines, "And "+ui.Plural(int64(left), "further error")+".")
	}
	return strings.Join(lines, "\n")
}
