package lint

import "github.com/faregate/faregate/models/openapi"

var infoContact = Rule{
	Name:     "info-contact",
	Severity: openapi.Warning,
	Why:      "Who cannot get on wants to ask somebody.",
	check: func(d *document, report report) {
		if d.Info == nil || d.Info.Contact == nil || d.Info.Contact.Name == "" && d.Info.Contact.URL == "" && d.Info.Contact.Email == "" {
			report(d.top.in("info"), "The document names nobody to turn to. Add a contact with a name, an address or a mail address.")
		}
	},
}
