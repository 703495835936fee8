package lint

import "github.com/faregate/faregate/models/openapi"

var infoDescription = Rule{
	Name:     "info-description",
	Severity: openapi.Warning,
	Why:      "The description is the first that readers see of the reference.",
	check: func(d *document, report report) {
		if d.Info == nil || d.Info.Description == "" {
			report(d.top.in("info"), "The document has no description. Say what the API is for.")
		}
	},
}
