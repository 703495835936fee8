package lint

import "github.com/faregate/faregate/models/openapi"

var operationTags = Rule{
	Name:     "operation-tags",
	Severity: openapi.Warning,
	Why:      "The reference groups operations by their tags; those without one stand apart.",
	check: func(d *document, report report) {
		for _, o := range d.operations {
			if len(o.Tags) == 0 {
				report(o.at, "%s has no tag. Give it the one of its group.", o)
			}
		}
	},
}
