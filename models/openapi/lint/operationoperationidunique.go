package lint

import "github.com/faregate/faregate/models/openapi"

var operationOperationIDUnique = Rule{
	Name:     "operation-operationId-unique",
	Severity: openapi.Warning,
	Why:      "Generated clients and links tell operations apart by it; the reference numbers those that share one.",
	check: func(d *document, report report) {
		first := map[string]operation{}
		for _, o := range d.operations {
			if o.OperationID == "" {
				continue
			}
			if other, ok := first[o.OperationID]; ok {
				report(o.at.in("operationId"), "%s has the operationId “%s” of %s. Give each its own.", o, o.OperationID, other)
				continue
			}
			first[o.OperationID] = o
		}
	},
}
