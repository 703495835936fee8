package lint

import "github.com/faregate/faregate/models/openapi"

var faregateNoOperations = Rule{
	Name:     "faregate-no-operations",
	Severity: openapi.Warning,
	Why:      "A reference without an operation tells callers nothing.",
	check: func(d *document, report report) {
		if len(d.operations) == 0 {
			report(d.top.in("paths"), "The document has no operation. Add one, such as GET /quotes.")
		}
	},
}
