package lint

import "github.com/faregate/faregate/models/openapi"

var operationTagDefined = Rule{
	Name:     "operation-tag-defined",
	Severity: openapi.Warning,
	Why:      "Only a tag that is declared has a description and a place of its own among the others.",
	check: func(d *document, report report) {
		declared := map[string]bool{}
		for _, tag := range d.Tags {
			if tag != nil {
				declared[tag.Name] = true
			}
		}
		for _, o := range d.operations {
			for i, tag := range o.Tags {
				if !declared[tag] {
					report(o.at.in("tags").item(i), "The tag “%s” is not declared. Add it to the tags of the document, with a description.", tag)
					declared[tag] = true // told once, not with every operation
				}
			}
		}
	},
}
