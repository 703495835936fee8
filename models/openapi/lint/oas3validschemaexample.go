package lint

import "github.com/faregate/faregate/models/openapi"

var oas3ValidSchemaExample = Rule{
	Name:     "oas3-valid-schema-example",
	Severity: openapi.Warning,
	Why:      "Readers copy examples and rely on defaults; what they copy should work.",
	check: func(d *document, report report) {
		if len(d.loops) > 0 {
			return // there would be no end
		}
		for _, s := range d.schemas {
			try := func(value any, at *place, what string) {
				if value == nil {
					return
				}
				if why := d.examples.misfit(value, s.Schema); why != "" {
					report(at, "The %s does not fit its schema: %s.", what, why)
				}
			}
			try(s.Example, s.at.in("example"), "example")
			for i, value := range s.Examples {
				try(value, s.at.in("examples").item(i), "example")
			}
			try(s.Default, s.at.in("default"), "default")
		}
	},
}
