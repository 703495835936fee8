package lint

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/faregate/faregate/models/openapi"
)

var pathKeysNoTrailingSlash = Rule{
	Name:     "path-keys-no-trailing-slash",
	Severity: openapi.Warning,
	Why:      "Many servers take /quotes and /quotes/ for two addresses, and callers do not.",
	check: func(d *document, report report) {
		sorted(d.Paths.Map(), d.top.in("paths"), func(path string, _ *openapi3.PathItem, at *place) {
			if len(path) > 1 && strings.HasSuffix(path, "/") {
				report(at, "The path “%s” ends with a slash. Leave it out if your server answers without it.", path)
			}
		})
	},
}
