package lint

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/faregate/faregate/models/openapi"
)

var faregateSchemaOfItself = Rule{
	Name:     "faregate-schema-of-itself",
	Severity: openapi.Warning,
	Why:      "A schema that applies itself to the very same value says nothing, and many tools never come to an end with it.",
	check: func(d *document, report report) {
		for _, s := range d.schemas {
			if d.loops[s.Schema] {
				report(s.at, "The schema applies itself to the same value, by way of allOf, anyOf, oneOf or the like. Take it out there.")
			}
		}
	},
}

// findLoops returns the schemas that lead back to themselves without going into the value. Some are written nowhere: a reference
// with other keywords beside it leads to a copy.
func findLoops(schemas []schema) map[*openapi3.Schema]bool {
	const open, done = 1, 2
	state := map[*openapi3.Schema]int{}
	loops := map[*openapi3.Schema]bool{}
	var visit func(s *openapi3.Schema)
	visit = func(s *openapi3.Schema) {
		state[s] = open
		for _, next := range applied(s) {
			switch state[next] {
			case 0:
				visit(next)
			case open:
				loops[next] = true
			}
		}
		state[s] = done
	}
	for _, s := range schemas {
		if state[s.Schema] == 0 {
			visit(s.Schema)
		}
	}
	return loops
}

// applied are the schemas that a schema applies to the same value.
func applied(s *openapi3.Schema) []*openapi3.Schema {
	var found []*openapi3.Schema
	for _, ref := range slices.Concat(s.AllOf, s.AnyOf, s.OneOf, openapi3.SchemaRefs{s.Not, s.If, s.Then, s.Else}) {
		if ref != nil && ref.Value != nil {
			found = append(found, ref.Value)
		}
	}
	for _, ref := range s.DependentSchemas {
		if ref != nil && ref.Value != nil {
			found = append(found, ref.Value)
		}
	}
	return found
}
