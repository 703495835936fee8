package lint

import (
	"regexp"

	"github.com/faregate/faregate/models/openapi"
)

var operationOperationIDValidInURL = Rule{
	Name:     "operation-operationId-valid-in-url",
	Severity: openapi.Warning,
	Why:      "It stands in addresses of the reference, where other characters are replaced.",
	check: func(d *document, report report) {
		for _, o := range d.operations {
			if !inURL.MatchString(o.OperationID) {
				report(o.at.in("operationId"), "The operationId “%s” has characters that cannot stand in an address. Use letters, digits, hyphens and the like.", o.OperationID)
			}
		}
	},
}

// inURL are the characters that RFC 3986 allows unescaped.
var inURL = regexp.MustCompile(`^[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]*$`)
