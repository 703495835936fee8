package lint

import "github.com/faregate/faregate/models/openapi"

var licenseURL = Rule{
	Name:     "license-url",
	Severity: openapi.Warning,
	Why:      "A licence by name alone can be several.",
	check: func(d *document, report report) {
		if d.Info != nil && d.Info.License != nil && d.Info.License.URL == "" && d.Info.License.Identifier == "" {
			report(d.top.in("info").in("license"), "The licence has a name only. Add its address, or its SPDX identifier.")
		}
	},
}
