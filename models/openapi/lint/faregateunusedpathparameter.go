package lint

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/faregate/faregate/models/openapi"
)

var faregateUnusedPathParameter = Rule{
	Name:     "faregate-unused-path-parameter",
	Severity: openapi.Warning,
	Why:      "A parameter that the path has no place for is asked for and never sent.",
	check: func(d *document, report report) {
		for _, o := range d.operations {
			names := templates(o.path)
			for _, p := range o.parameters() {
				if p.In == openapi3.ParameterInPath && !slices.ContainsFunc(names, func(name string) bool { return isName(name, p.Name) }) {
					report(o.at, "%s has no place for its path parameter “%s”. Put {%[2]s} into the path, or take the parameter out.", o, p.Name)
				}
			}
		}
	},
}
