package lint

import "github.com/faregate/faregate/models/openapi"

var duplicatedEntryInEnum = Rule{
	Name:     "duplicated-entry-in-enum",
	Severity: openapi.Warning,
	Why:      "A value that is listed twice is listed once too often, and often stands where another was meant.",
	check: func(d *document, report report) {
		for _, s := range d.schemas {
			seen := map[string]bool{}
			for i, value := range s.Enum {
				written := asJSON(value)
				if seen[written] {
					report(s.at.in("enum").item(i), "The enum lists %s twice. List each value once.", short(written))
				}
				seen[written] = true
			}
		}
	},
}
