package lint

import "github.com/faregate/faregate/models/openapi"

var faregatePrice = Rule{
	Name:     "faregate-price",
	Severity: openapi.Warning,
	Why:      "A plan has the price; without an open one nobody new can subscribe. Those who have a plan go on.",
	holds: func(f Facts) string {
		if f.OpenPlans > 0 {
			return ""
		}
		return "No plan is open, so nobody new can subscribe. Make one with a price, which may be nothing, or open one that is closed."
	},
}
