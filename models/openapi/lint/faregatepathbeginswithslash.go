package lint

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/faregate/faregate/models/openapi"
)

var faregatePathBeginsWithSlash = Rule{
	Name:     "faregate-path-begins-with-slash",
	Severity: openapi.Error,
	Why:      "The address of a call is ours with the path behind it; without a slash between them it is another address.",
	check: func(d *document, report report) {
		sorted(d.Paths.Map(), d.top.in("paths"), func(path string, _ *openapi3.PathItem, at *place) {
			if !strings.HasPrefix(path, "/") {
				report(at, "The path “%s” does not begin with a slash. Write “/%[1]s”.", path)
			}
		})
	},
}
