package lint

import (
	"slices"
	"strings"

	"github.com/faregate/faregate/models/openapi"
)

var operationSuccessResponse = Rule{
	Name:     "operation-success-response",
	Severity: openapi.Warning,
	Why:      "What callers want to know first is what they get when all goes well.",
	check: func(d *document, report report) {
		for _, o := range d.operations {
			if !slices.ContainsFunc(o.Responses.Keys(), func(status string) bool { return strings.HasPrefix(status, "2") || strings.HasPrefix(status, "3") }) {
				report(o.at.in("responses"), "%s tells of no answer of success. Add one, such as 200 or 204.", o)
			}
		}
	},
}
