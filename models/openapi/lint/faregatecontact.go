package lint

import "github.com/faregate/faregate/models/openapi"

var faregateContact = Rule{
	Name:     "faregate-contact",
	Severity: openapi.Warning,
	Why:      "Callers who cannot get on turn to the contact on the page of the API.",
	holds: func(f Facts) string {
		if f.Contact {
			return ""
		}
		return "The API names nobody to turn to. Add a contact to the API."
	},
}
