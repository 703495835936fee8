package lint

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// examples checks values against schemas.
type examples struct {
	// newer are the schemas that use, somewhere below, a keyword of JSON Schema 2020-12 that OpenAPI 3.0 does not have. They need
	// a validator of their own, which the module makes for each value anew from all that the schema reaches; so only as many
	// values are checked by it as left says.
	newer map[*openapi3.Schema]bool
	left  int
}

// mostNewer is how many values of a document are checked against schemas of that kind.
const mostNewer = 100

func newExamples(d *document) *examples {
	e := &examples{newer: map[*openapi3.Schema]bool{}, left: mostNewer}
	if !d.IsOpenAPI31OrLater() || !slices.ContainsFunc(d.schemas, isNewer) {
		return e
	}
	users := map[*openapi3.Schema][]*openapi3.Schema{}
	var queue []*openapi3.Schema
	add := func(s *openapi3.Schema) {
		if !e.newer[s] {
			e.newer[s] = true
			queue = append(queue, s)
		}
	}
	for _, s := range d.schemas {
		within(s.Schema, s.at, func(ref *openapi3.SchemaRef, _ *place) { users[ref.Value] = append(users[ref.Value], s.Schema) })
		if isNewer(s) {
			add(s.Schema)
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		for _, user := range users[s] {
			add(user)
		}
	}
	return e
}

// isNewer says whether a schema itself uses such a keyword.
func isNewer(s schema) bool {
	return s.Const != nil || len(s.PrefixItems) > 0 || s.Contains != nil || len(s.PatternProperties) > 0 || len(s.DependentSchemas) > 0 ||
		len(s.DependentRequired) > 0 || s.PropertyNames != nil || s.If != nil || len(s.Defs) > 0 || s.Always != nil ||
		s.UnevaluatedItems.Has != nil || s.UnevaluatedItems.Schema != nil || s.UnevaluatedProperties.Has != nil || s.UnevaluatedProperties.Schema != nil
}

// misfit says why a value is none of a schema, in words; "" if it is one, or if that cannot be told.
func (e *examples) misfit(value any, s *openapi3.Schema) string {
	options := []openapi3.SchemaValidationOption{openapi3.SetSchemaRegexCompiler(lenient)}
	if e.newer[s] {
		if e.left == 0 {
			return ""
		}
		e.left--
		options = append(options, openapi3.EnableJSONSchema2020())
	}
	var problem *openapi3.SchemaError
	if err := careful(func() error { return s.VisitJSON(value, options...) }); !errors.As(err, &problem) {
		return ""
	}
	for inner := problem; problem.SchemaField == "allOf" && errors.As(problem.Origin, &inner); {
		problem = inner // which one of all it is
	}
	reason := problem.Reason
	// The other validator's reasons end with the innermost one, after a line for each that is around it.
	if i := strings.LastIndex(reason, "- at '"); i >= 0 {
		_, reason, _ = strings.Cut(reason[i+len("- at '"):], "': ")
	}
	why := short(strings.TrimSuffix(strings.Join(strings.Fields(reason), " "), "."))
	if within := problem.JSONPointer(); len(within) > 0 {
		return fmt.Sprintf("at /%s: %s", strings.Join(within, "/"), why)
	}
	return why
}

// lenient compiles a pattern. One that Go cannot read, for the dialect is JavaScript's, is taken to fit everything.
func lenient(pattern string) (openapi3.RegexMatcher, error) {
	compiled, err := regexp.Compile(pattern)
	if err != nil {
		return regexp.MustCompile(""), nil //nolint:nilerr // as the comment says
	}
	return compiled, nil
}
