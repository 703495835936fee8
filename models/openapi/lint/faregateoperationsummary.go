package lint

import "github.com/faregate/faregate/models/openapi"

var faregateOperationSummary = Rule{
	Name:     "faregate-operation-summary",
	Severity: openapi.Warning,
	Why:      "Lists, navigation and search show an operation by its summary.",
	check: func(d *document, report report) {
		for _, o := range d.operations {
			if o.Summary == "" {
				report(o.at, "%s has no summary. Say in a few words what it does.", o)
			}
		}
	},
}
