package lint

import "github.com/faregate/faregate/models/openapi"

var openapiTagsUniqueness = Rule{
	Name:     "openapi-tags-uniqueness",
	Severity: openapi.Warning,
	Why:      "Of a tag that is declared twice only one description can be shown.",
	check: func(d *document, report report) {
		seen := map[string]bool{}
		for i, tag := range d.Tags {
			if tag == nil {
				continue
			}
			if seen[tag.Name] {
				report(d.top.in("tags").item(i), "The tag “%s” is declared twice. Declare it once.", tag.Name)
			}
			seen[tag.Name] = true
		}
	},
}
