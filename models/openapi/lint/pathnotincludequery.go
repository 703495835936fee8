package lint

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/faregate/faregate/models/openapi"
)

var pathNotIncludeQuery = Rule{
	Name:     "path-not-include-query",
	Severity: openapi.Warning,
	Why:      "What follows a question mark is no path: prices and keys that are set by operation do not see it.",
	check: func(d *document, report report) {
		sorted(d.Paths.Map(), d.top.in("paths"), func(path string, _ *openapi3.PathItem, at *place) {
			if strings.Contains(path, "?") {
				report(at, "The path “%s” holds a query. Describe it with parameters in query.", path)
			}
		})
	},
}
