package lint

import "github.com/faregate/faregate/models/openapi"

var faregateContact = Rule{
	Name:     "faregate-contact",
	Severity: openapi.Warning,
	Why:      "Callers who cannot get on turn to the address or the page for support that the API names.",
	holds: func(f Facts) string {
		if f.Contact {
			return ""
		}
		return "The API names nobody to turn to. Fill in “Support by mail” or “Support page” of the API."
	},
}
