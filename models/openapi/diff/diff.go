// Package diff says what changed between two documents of one version of an API, and what each change does to those who call.
//
// oasdiff compares, and judges by the direction: what narrows a request breaks callers, and so does what widens an answer. Ours
// is that a schema which many operations use is compared once (schemas.go), what the removal of an operation does, how changes
// read, and that there is an end to them.
package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"

	"github.com/faregate/faregate/models/openapi"
)

// MaxChanges is how many changes are told; nobody reads more.
const MaxChanges = 5_000

// Diff returns what changed from base, the document that callers know, to revision: what breaks callers first, then by
// operation. If there are more than MaxChanges, the last one says how many are not told.
func Diff(base, revision *openapi.Loaded) ([]openapi.Change, error) {
	return compare(base.T, revision.T)
}

func compare(base, revision *openapi3.T) ([]openapi.Change, error) {
	named := pair(base, revision)
	config := diff.NewConfig(diff.WithExcludeElements(diff.GetExcludeDiffOptions()))
	report, err := diff.Get(config, named.probe(base, baseSide), named.probe(revision, revisionSide))
	if err != nil {
		return nil, fmt.Errorf("compare two documents: %w", err)
	}
	if report == nil {
		return nil, nil
	}
	named.takeOut(report)

	changes := removed(report.PathsDiff)
	words := checker.NewDefaultLocalizer()
	rules := checker.NewConfig(checker.GetAllChecks(), checker.WithStabilityLevel(checker.StabilityDraft))
	for _, found := range checker.CheckBackwardCompatibilityUntilLevel(rules, report, &diff.OperationsSourcesMap{}, checker.INFO) {
		if !isRemoval(found.GetId()) {
			changes = append(changes, named.place(found, openapi.Change{Level: level(found), ID: found.GetId(), Text: sentence(found, words)})...)
		}
	}
	return bound(changes), nil
}

// level is what a change does to callers.
func level(found checker.Change) openapi.ChangeLevel {
	id := found.GetId()
	switch {
	case found.GetLevel() == checker.INFO:
		// oasdiff holds that nobody may rely on what was optional. Some do.
		if id == checker.ResponseOptionalPropertyRemovedId || id == checker.OptionalResponseHeaderRemovedId {
			return openapi.Risky
		}
		return openapi.Safe
	case found.GetLevel() == checker.WARN, strings.HasPrefix(id, "api-security-"), strings.HasPrefix(id, "api-global-security-"):
		// Callers of ours use a key, whatever the document asks for. Only who sends the upstream's own credential along is
		// touched.
		return openapi.Risky
	}
	return openapi.Breaking
}

// isRemoval says whether a change is one that removed finds.
func isRemoval(id string) bool {
	switch id {
	case checker.APIPathRemovedWithoutDeprecationId, checker.APIPathRemovedWithDeprecationId, checker.APIPathRemovedBeforeSunsetId,
		checker.APIRemovedWithoutDeprecationId, checker.APIRemovedWithDeprecationId, checker.APIRemovedBeforeSunsetId,
		checker.APIPathSunsetParseId:
		return true
	}
	return false
}

// removed returns a change for each operation that the revision does not have. oasdiff passes over those that were marked as
// unstable, or whose x-sunset is over; their callers are cut off all the same.
func removed(paths *diff.PathsDiff) []openapi.Change {
	if paths == nil {
		return nil
	}
	var changes []openapi.Change
	add := func(path, method string, operation *openapi3.Operation) {
		change := openapi.Change{
			Level: openapi.Breaking, ID: checker.APIRemovedWithoutDeprecationId, Method: method, Path: path,
			Text: "The operation is removed without having been deprecated.",
		}
		if operation.Deprecated {
			change.Level, change.ID, change.Text = openapi.Risky, checker.APIRemovedWithDeprecationId, "The operation, which was deprecated, is removed."
		}
		changes = append(changes, change)
	}
	for _, path := range paths.Deleted {
		for method, operation := range paths.Base.Value(path).Operations() {
			add(path, method, operation)
		}
	}
	for path, item := range paths.Modified {
		if item.OperationsDiff == nil {
			continue
		}
		for _, method := range item.OperationsDiff.Deleted {
			add(path, method, item.Base.Operations()[method])
		}
	}
	return changes
}

// bound sorts the changes and keeps as many as are told.
func bound(changes []openapi.Change) []openapi.Change {
	rank := func(l openapi.ChangeLevel) int {
		return slices.Index([]openapi.ChangeLevel{openapi.Breaking, openapi.Risky, openapi.Safe}, l)
	}
	slices.SortFunc(changes, func(a, b openapi.Change) int {
		return cmp.Or(cmp.Compare(rank(a.Level), rank(b.Level)), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method),
			cmp.Compare(a.ID, b.ID), cmp.Compare(a.Text, b.Text))
	})
	changes = slices.Compact(changes)
	if len(changes) <= MaxChanges {
		return changes
	}
	first := changes[MaxChanges-1]
	more := openapi.Change{Level: first.Level, ID: "more", Text: fmt.Sprintf("There are %d more changes, of this level or a milder one.", len(changes)-MaxChanges+1)}
	return append(changes[:MaxChanges-1:MaxChanges-1], more)
}
