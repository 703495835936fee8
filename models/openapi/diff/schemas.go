package diff

import (
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"

	"github.com/faregate/faregate/models/openapi"
)

// In a large document nearly every operation reaches the same schemas, through several others. Told by operation, a property
// that was added to one of them is a thousand changes, and between two documents of Stripe's there are more than a million.
// So the schemas that both documents have by the same name are taken out of what is found in operations, and each is compared
// on its own, as what an operation of its own is sent and answers: a probe. What is found there is told with the operations
// that reach the schema.

// mostOperations is how many operations a change of a schema is told with one by one. What more of them share is told once.
const mostOperations = 20

// side is one of the two documents.
type side int

const (
	baseSide side = iota
	revisionSide
)

// values identifies a comparison of two schemas.
type values [2]*openapi3.Schema

// schemas are those that both documents have.
type schemas struct {
	names []string
	refs  [][2]*openapi3.SchemaRef
	index map[values]int

	// sent and answered are, by schema, the operations that reach it in a request and in an answer.
	sent, answered []map[operation]bool
}

// operation is one of the base's, or what a webhook sends: its path then begins with webhookPath.
type operation struct{ method, path string }

const webhookPath = "webhook:"

// pair finds the schemas that both documents have by the same name.
func pair(base, revision *openapi3.T) *schemas {
	s := &schemas{index: map[values]int{}}
	if base.Components == nil || revision.Components == nil {
		return s
	}
	for _, name := range slices.Sorted(maps.Keys(base.Components.Schemas)) {
		a, b := base.Components.Schemas[name], revision.Components.Schemas[name]
		if a == nil || a.Value == nil || b == nil || b.Value == nil {
			continue
		}
		// Of several names of one schema, the first stands for all.
		if at := (values{a.Value, b.Value}); !s.has(at) {
			s.index[at] = len(s.names)
			s.names = append(s.names, name)
			s.refs = append(s.refs, [2]*openapi3.SchemaRef{a, b})
			s.sent, s.answered = append(s.sent, map[operation]bool{}), append(s.answered, map[operation]bool{})
		}
	}
	return s
}

func (s *schemas) has(at values) bool {
	_, ok := s.index[at]
	return ok
}

// The path of a probe, before the schema's number, and the status of its answer. An operation at a path like this one, which has
// no slash in front, cannot be called and is passed over.
const (
	probePath   = "probe:"
	probeStatus = "any"
)

// probe returns the document with a probe for each schema in addition.
func (s *schemas) probe(t *openapi3.T, of side) *openapi3.T {
	probed := *t
	probed.Paths = openapi3.NewPaths()
	for path, item := range t.Paths.Map() {
		if item != nil && !strings.HasPrefix(path, probePath) {
			probed.Paths.Set(path, item)
		}
	}
	for i := range s.names {
		content := openapi3.Content{"application/json": &openapi3.MediaType{Schema: s.refs[i][of]}}
		responses := &openapi3.Responses{}
		description := ""
		responses.Set(probeStatus, &openapi3.ResponseRef{Value: &openapi3.Response{Description: &description, Content: content}})
		probed.Paths.Set(probePath+strconv.Itoa(i), &openapi3.PathItem{Post: &openapi3.Operation{
			RequestBody: &openapi3.RequestBodyRef{Value: &openapi3.RequestBody{Content: content}}, Responses: responses,
		}})
	}
	return &probed
}

// takeOut notes which operations reach which schemas, and leaves the schemas' changes to the probes.
func (s *schemas) takeOut(report *diff.Diff) {
	var roots []*diff.SchemaDiff
	for path, item := range items(report) {
		if item.OperationsDiff == nil {
			continue
		}
		for method, changed := range item.OperationsDiff.Modified {
			if strings.HasPrefix(path, probePath) {
				roots = append(roots, keepRoots(changed)...)
				continue
			}
			at := operation{method, path}
			for _, root := range requestSchemas(changed) {
				s.note(root, s.sent, at, map[*diff.SchemaDiff]bool{})
				roots = append(roots, root)
			}
			for _, root := range answerSchemas(changed) {
				s.note(root, s.answered, at, map[*diff.SchemaDiff]bool{})
				roots = append(roots, root)
			}
		}
	}
	seen := map[*diff.SchemaDiff]bool{}
	for _, root := range roots {
		s.empty(root, seen)
	}
}

// items are the changed paths, and the changed webhooks by what oasdiff's checks call their path.
func items(report *diff.Diff) iter.Seq2[string, *diff.PathDiff] {
	return func(yield func(string, *diff.PathDiff) bool) {
		if report.PathsDiff != nil {
			for path, item := range report.PathsDiff.Modified {
				if !yield(path, item) {
					return
				}
			}
		}
		if report.WebhooksDiff != nil {
			for name, item := range report.WebhooksDiff.Modified {
				if !yield(webhookPath+name, item) {
					return
				}
			}
		}
	}
}

// note adds the operation to all schemas below a node.
func (s *schemas) note(node *diff.SchemaDiff, reached []map[operation]bool, at operation, seen map[*diff.SchemaDiff]bool) {
	if node == nil || seen[node] {
		return
	}
	seen[node] = true
	if i, ok := s.index[values{node.Base, node.Revision}]; ok {
		reached[i][at] = true
	}
	for _, child := range children(node) {
		s.note(child, reached, at, seen)
	}
}

// empty takes the changes of all schemas at and below a node away. Nodes are shared, so some are empty already.
func (s *schemas) empty(node *diff.SchemaDiff, seen map[*diff.SchemaDiff]bool) {
	if node == nil || seen[node] {
		return
	}
	seen[node] = true
	below := children(node)
	if s.has(values{node.Base, node.Revision}) {
		*node = diff.SchemaDiff{Base: node.Base, Revision: node.Revision}
	}
	for _, child := range below {
		s.empty(child, seen)
	}
}

// keepRoots gives a probe its own copies of its schema's node, which empty would empty, and returns what is below them.
func keepRoots(probe *diff.MethodDiff) []*diff.SchemaDiff {
	var below []*diff.SchemaDiff
	for _, media := range mediaTypes(probe) {
		if media.SchemaDiff != nil {
			own := *media.SchemaDiff
			media.SchemaDiff = &own
			below = append(below, children(&own)...)
		}
	}
	return below
}

// place says of which operations a change is: of its own, or of those that reach the schema that changed.
func (s *schemas) place(found checker.Change, change openapi.Change) []openapi.Change {
	number, ok := strings.CutPrefix(found.GetPath(), probePath)
	if !ok {
		return []openapi.Change{operation{found.GetOperation(), found.GetPath()}.has(change)}
	}
	i, err := strconv.Atoi(number)
	if err != nil {
		return nil
	}
	var reached map[operation]bool
	switch directions()[change.ID] {
	case checker.DirectionRequest:
		reached = s.sent[i]
	case checker.DirectionResponse:
		reached = s.answered[i]
	}
	change.Text = anyStatus.ReplaceAllString(change.Text, "")
	if len(reached) > mostOperations {
		change.Text = fmt.Sprintf("Schema “%s”, used by %d operations: %s", s.names[i], len(reached), change.Text)
		return []openapi.Change{change}
	}
	change.Text = fmt.Sprintf("Schema “%s”: %s", s.names[i], change.Text)
	var changes []openapi.Change
	for at := range reached {
		changes = append(changes, at.has(change))
	}
	return changes
}

// anyStatus is what a sentence says of the status of a probe.
var anyStatus = regexp.MustCompile(` (for|with) (the )?(response )?(status “any”|“any” status)`)

// directions are, by the id of a change, whether it is of what is sent or of what is answered.
var directions = sync.OnceValue(func() map[string]checker.Direction {
	found := map[string]checker.Direction{}
	for _, rule := range checker.GetAllRules() {
		found[rule.Id] = rule.Direction
	}
	return found
})

// has says that a change is of the operation. A webhook is none that anybody calls.
func (o operation) has(change openapi.Change) openapi.Change {
	if name, ok := strings.CutPrefix(o.path, webhookPath); ok {
		change.Text = "Webhook “" + name + "”: " + change.Text
		return change
	}
	change.Method, change.Path = o.method, o.path
	return change
}
