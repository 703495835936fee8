package diff_test

import (
	"testing"

	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/diff"
)

// Whatever can be loaded can be compared; with itself it has no changes.
func FuzzDiff(f *testing.F) {
	const head = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
	f.Add([]byte(head+quotes("{responses: {}}")), []byte(head+quotes(takes("{name: a, in: query, schema: {type: string}}"))))
	f.Add([]byte(head+using(1, "Quote: {type: object, properties: {a: {$ref: '#/components/schemas/Quote'}}}")), []byte(head+using(1, "Quote: {oneOf: [{type: string}]}")))
	f.Fuzz(func(t *testing.T, base, revision []byte) {
		a, err := openapi.Load(base)
		if err != nil {
			return
		}
		if changes, err := diff.Diff(a, a); err == nil && len(changes) > 0 {
			t.Errorf("a document differs from itself: %+v", changes)
		}
		if b, err := openapi.Load(revision); err == nil {
			_, _ = diff.Diff(a, b)
		}
	})
}
