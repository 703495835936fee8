package lint

import "github.com/faregate/faregate/models/openapi"

var operationOperationID = Rule{
	Name:     "operation-operationId",
	Severity: openapi.Warning,
	Why:      "Generated clients name their functions, and the reference its addresses, by it.",
	check: func(d *document, report report) {
		for _, o := range d.operations {
			if o.OperationID == "" {
				report(o.at, "%s has no operationId. Give it one that stays, such as getQuote.", o)
			}
		}
	},
}
