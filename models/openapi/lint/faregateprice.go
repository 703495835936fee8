package lint

import "github.com/faregate/faregate/models/openapi"

var faregatePrice = Rule{
	Name:     "faregate-price",
	Severity: openapi.Error,
	Why:      "A plan has the price; without one nobody can subscribe, and nobody can call.",
	holds: func(f Facts) string {
		if f.OpenPlans > 0 {
			return ""
		}
		return "No plan is open. Make one with a price, which may be free, or open one that is closed."
	},
}
