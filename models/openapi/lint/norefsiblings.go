package lint

import (
	"maps"
	"slices"
	"strings"

	"github.com/faregate/faregate/models/openapi"
)

var noRefSiblings = Rule{
	Name:     "no-$ref-siblings",
	Severity: openapi.Warning,
	Why:      "Before OpenAPI 3.1 what stands beside a $ref is ignored, without a word.",
	check: func(d *document, report report) {
		if d.IsOpenAPI31OrLater() {
			return
		}
		for _, r := range d.references {
			if beside := besideRef(r); len(beside) > 0 {
				report(r.at, "OpenAPI %s ignores what stands beside $ref: %s. Move it to what is referred to; a schema can also have allOf with the reference in it.", d.spec, strings.Join(beside, ", "))
			}
		}
	},
}

// besideRef are the members beside a $ref. The module keeps them only for writing a document out again.
func besideRef(r reference) []string {
	written, err := r.holder.MarshalYAML()
	members, ok := written.(map[string]any)
	if err != nil || !ok {
		return nil
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(members)), func(name string) bool { return name == "$ref" || strings.HasPrefix(name, "x-") })
}
