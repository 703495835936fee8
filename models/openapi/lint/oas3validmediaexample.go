package lint

import "github.com/faregate/faregate/models/openapi"

var oas3ValidMediaExample = Rule{
	Name:     "oas3-valid-media-example",
	Severity: openapi.Warning,
	Why:      "Readers copy examples, and what they copy should work.",
	check: func(d *document, report report) {
		if len(d.loops) > 0 {
			return // there would be no end
		}
		for _, s := range d.samples {
			if why := d.examples.misfit(s.value, s.schema); why != "" {
				report(s.at, "The example does not fit its schema: %s.", why)
			}
		}
	},
}
