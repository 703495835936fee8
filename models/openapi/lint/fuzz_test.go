package lint_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/lint"
)

// Whatever can be loaded can be checked, and checked again with the same findings: each with a message, a rule that exists and a
// pointer that is one.
func FuzzCheck(f *testing.F) {
	for _, row := range rows {
		f.Add([]byte(row.document))
	}
	var names []string
	for _, r := range lint.Rules() {
		names = append(names, r.Name)
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		l, err := openapi.Load(document)
		if err != nil {
			return
		}
		found := check(l)
		for _, finding := range found {
			if finding.Message == "" || !slices.Contains(names, finding.Rule) || finding.Pointer != "" && !strings.HasPrefix(finding.Pointer, "/") {
				t.Errorf("a finding says %+v", finding)
			}
		}
		if d := cmp.Diff(found, check(l)); d != "" {
			t.Errorf("checked twice, it says different things: %s", d)
		}
	})
}
