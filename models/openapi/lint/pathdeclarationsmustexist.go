package lint

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/faregate/faregate/models/openapi"
)

var pathDeclarationsMustExist = Rule{
	Name:     "path-declarations-must-exist",
	Severity: openapi.Error,
	Why:      "Braces without a name cannot be filled in, so the operation cannot be called from its description.",
	check: func(d *document, report report) {
		sorted(d.Paths.Map(), d.top.in("paths"), func(path string, _ *openapi3.PathItem, at *place) {
			if slices.Contains(templates(path), "") {
				report(at, "The path “%s” has empty braces. Write the parameter's name into them, such as {id}.", path)
			}
		})
	},
}
