// Package lint holds the rules that a document is checked by before it is published.
//
// A rule that Spectral has goes by Spectral's name; those that begin with faregate- are ours. Errors are few: they keep a
// version from being published, so they are what makes its reference wrong or its operations unreachable. All else is a
// warning, and a document of somebody else's that is merely untidy can be published as it is.
package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/faregate/faregate/models/openapi"
)

// MaxFindings is how often a rule is reported with its place. Then it is said how many places more there are.
const MaxFindings = 50

// Rule is something that a document should keep to.
type Rule struct {
	Name     string
	Severity openapi.Severity
	Why      string // a sentence: what it is good for

	check func(*document, report) // of a rule for documents
	holds func(Facts) string      // of a rule for versions: what is wrong, or nothing
}

// report notes that a rule is broken at a place. The message says what is wrong and what would be right.
type report func(at *place, message string, args ...any)

// Rules are all rules, by name.
func Rules() []Rule { return slices.Clone(rules) }

// Check returns what the rules have to say of a document, in the order of its lines. From its outline it knows the ids of the
// operations, which findings name, and what was left out.
func Check(l *openapi.Loaded, outline openapi.Outline) []openapi.Finding {
	d := read(l, outline)
	var findings []openapi.Finding
	for _, rule := range rules {
		if rule.check == nil {
			continue
		}
		found := 0
		rule.check(d, func(at *place, message string, args ...any) {
			if found++; found <= MaxFindings {
				pointer := at.pointer()
				findings = append(findings, openapi.Finding{
					Rule: rule.Name, Severity: rule.Severity, Message: fmt.Sprintf(message, args...),
					Pointer: pointer, Place: l.Place(pointer), Operation: at.operation(),
				})
			}
		})
		if more := found - MaxFindings; more > 0 {
			findings = append(findings, openapi.Finding{Rule: rule.Name, Severity: rule.Severity, Message: fmt.Sprintf("And %d more.", more)})
		}
	}
	slices.SortStableFunc(findings, inOrder)
	return findings
}

// Facts are what rules have to know of a version beside its document.
type Facts struct {
	OpenPlans int  // that a team can subscribe to
	Contact   bool // the API's page says who helps
}

// CheckVersion returns what the rules have to say of a version that is to be published, whatever its document.
func CheckVersion(facts Facts) []openapi.Finding {
	var findings []openapi.Finding
	for _, rule := range rules {
		if rule.holds == nil {
			continue
		}
		if problem := rule.holds(facts); problem != "" {
			findings = append(findings, openapi.Finding{Rule: rule.Name, Severity: rule.Severity, Message: problem})
		}
	}
	return findings
}

// inOrder compares findings by where they are; what has no place comes last.
func inOrder(a, b openapi.Finding) int {
	placed := func(f openapi.Finding) int {
		if f.Line > 0 {
			return 0
		}
		return 1
	}
	return cmp.Or(placed(a)-placed(b), a.Line-b.Line, a.Column-b.Column, strings.Compare(a.Rule, b.Rule), strings.Compare(a.Pointer, b.Pointer), strings.Compare(a.Message, b.Message))
}
