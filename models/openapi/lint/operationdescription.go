package lint

import "github.com/faregate/faregate/models/openapi"

var operationDescription = Rule{
	Name:     "operation-description",
	Severity: openapi.Warning,
	Why:      "A summary says what an operation does; how and when it is to be used takes a description.",
	check: func(d *document, report report) {
		for _, o := range d.operations {
			if o.Description == "" {
				report(o.at, "%s has no description. Say what callers should know before they call it.", o)
			}
		}
	},
}
