package lint

import "github.com/faregate/faregate/models/openapi"

var faregate402Documented = Rule{
	Name:     "faregate-402-documented",
	Severity: openapi.Warning,
	Why:      "Callers of what has to be paid for meet 402, and should know before they do.",
	check: func(d *document, report report) {
		for _, o := range d.operations {
			if o.Responses.Value("402") != nil || o.Responses.Value("4XX") != nil {
				return
			}
		}
		if len(d.operations) > 0 {
			report(d.top.in("paths"), "No operation tells of 402, the answer to a call that has to be paid for first. "+
				"The openapi.json of the portal adds it; if you hand the document out elsewhere, add it there.")
		}
	},
}
