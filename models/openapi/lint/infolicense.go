package lint

import "github.com/faregate/faregate/models/openapi"

var infoLicense = Rule{
	Name:     "info-license",
	Severity: openapi.Warning,
	Why:      "Companies ask what they may use an API under.",
	check: func(d *document, report report) {
		if d.Info == nil || d.Info.License == nil {
			report(d.top.in("info"), "The document names no licence. Name the one that the API may be used under.")
		}
	},
}
