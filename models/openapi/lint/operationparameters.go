package lint

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/faregate/faregate/models/openapi"
)

var operationParameters = Rule{
	Name:     "operation-parameters",
	Severity: openapi.Warning,
	Why:      "Of two parameters of the same name in the same place only one can be filled in.",
	check: func(d *document, report report) {
		repeated := func(list []parameter) {
			for i, p := range list {
				if slices.ContainsFunc(list[:i], p.same) {
					report(p.at, "There are two parameters “%s” in %s. Keep one of them.", p.Name, p.In)
				}
			}
		}
		sorted(d.Paths.Map(), d.top.in("paths"), func(_ string, item *openapi3.PathItem, at *place) {
			repeated(parametersAt(item.Parameters, at.in("parameters")))
		})
		for _, o := range d.operations {
			repeated(parametersAt(o.Parameters, o.at.in("parameters")))
		}
	},
}
