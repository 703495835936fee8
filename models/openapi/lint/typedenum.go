package lint

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/faregate/faregate/models/openapi"
)

var typedEnum = Rule{
	Name:     "typed-enum",
	Severity: openapi.Warning,
	Why:      "A value that is not of the schema's type can never be sent or answered.",
	check: func(d *document, report report) {
		for _, s := range d.schemas {
			if s.Type == nil || len(*s.Type) == 0 {
				continue
			}
			for i, value := range s.Enum {
				if written := asJSON(value); !isOfType(written, s.Schema) {
					report(s.at.in("enum").item(i), "The enum's value %s is not of type %s. Take it out, or write it as that type.", short(written), strings.Join(*s.Type, " or "))
				}
			}
		}
	},
}

// isOfType says whether a value, written as JSON, is of one of the schema's types.
func isOfType(written string, s *openapi3.Schema) bool {
	of := func(types ...string) bool {
		return slices.ContainsFunc(types, s.Type.Includes)
	}
	switch written[0] {
	case 'n':
		return s.Nullable || of("null")
	case 't', 'f':
		return of("boolean")
	case '"':
		return of("string")
	case '{':
		return of("object")
	case '[':
		return of("array")
	}
	return of("number") || of("integer") && !strings.ContainsAny(written, ".eE")
}
