package lint

import (
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/faregate/faregate/models/openapi"
)

// document is a document as rules want it: what there is of each kind, wherever it stands.
type document struct {
	*openapi3.T
	top  *place
	spec string
	// partial says that parameters stand in other files, which were not read.
	partial bool

	operations []operation           // of paths, by path and method
	schemas    []schema              // each once, where it is written
	holders    []*openapi3.SchemaRef // of schemas and of references to them
	samples    []sample              // of media types, parameters and headers
	texts      []text                // in CommonMark
	references []reference
	loops      map[*openapi3.Schema]bool // schemas that apply themselves to the same value
	examples   *examples
}

// operation is one of a path.
type operation struct {
	*openapi3.Operation
	at           *place
	method, path string
	item         *openapi3.PathItem
}

func (o operation) String() string { return o.method + " " + o.path }

type schema struct {
	*openapi3.Schema
	at *place
}

// sample is a value that is given as an example of a schema.
type sample struct {
	value  any
	schema *openapi3.Schema
	at     *place
}

type text struct {
	content string
	at      *place
}

// reference is a $ref. Its holder knows what stands beside it.
type reference struct {
	ref    string
	holder interface{ MarshalYAML() (any, error) }
	at     *place
}

// read lists what there is in a document.
func read(l *openapi.Loaded, outline openapi.Outline) *document {
	d := &document{T: l.T, top: &place{}, spec: l.Spec}
	d.partial = slices.ContainsFunc(outline.Unsupported, func(u openapi.Unsupported) bool { return leftOutParameter.MatchString(u.Pointer) })
	ids := make(map[string]string, len(outline.Operations))
	for _, line := range outline.Operations {
		ids[line.Method+" "+line.Path] = line.ID
	}
	w := &walker{d: d, ids: ids, seen: map[*openapi3.Operation]bool{}}
	w.document()
	d.loops, d.examples = findLoops(d.schemas), newExamples(d)
	return d
}

// leftOutParameter is the pointer of a parameter that was not read. Something of a parameter would have a pointer that goes on.
var leftOutParameter = regexp.MustCompile(`/parameters/[^/]+$`)

// templates are the names in the braces of a path.
func templates(path string) []string {
	var names []string
	for _, match := range braces.FindAllStringSubmatch(path, -1) {
		names = append(names, match[1])
	}
	return names
}

var braces = regexp.MustCompile(`\{([^{}]*)\}`)

// parameters are the operation's own and its path's, with their places. One of the operation replaces the path's of the same
// name and place.
func (o operation) parameters() []parameter {
	own := parametersAt(o.Parameters, o.at.in("parameters"))
	all := slices.Clone(own)
	for _, p := range parametersAt(o.item.Parameters, o.at.above.in("parameters")) {
		if !slices.ContainsFunc(own, p.same) {
			all = append(all, p)
		}
	}
	return all
}

type parameter struct {
	*openapi3.Parameter
	at *place
}

// same says whether two parameters are in the same place under the same name. Names of headers have no case.
func (p parameter) same(q parameter) bool {
	return p.In == q.In && (p.Name == q.Name || p.In == openapi3.ParameterInHeader && strings.EqualFold(p.Name, q.Name))
}

func parametersAt(list openapi3.Parameters, at *place) []parameter {
	var found []parameter
	for i, ref := range list {
		if ref != nil && ref.Value != nil {
			found = append(found, parameter{ref.Value, at.item(i)})
		}
	}
	return found
}
