package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/paths"
)

// Group is a part of the reference: operations about one kind of thing.
type Group struct {
	Name       string
	Operations []Described
}

// Described is an operation as people read it. It is made of the document, so that the two cannot differ.
type Described struct {
	ID, Method, Path, Summary, Text string
	Permission, May                 string // the scope and what it lets one do; "" where any token will do
	Parameters                      []Field
	Body                            []Field
	Status                          string // of success: "201 Created"
	Answer                          []Field
	Refusals                        []string // "409 Conflict"
	Curl                            string
}

// Field is a parameter, or a field of a body.
type Field struct {
	Name     string // of a field within others: "items[].name"
	Kind     string // "string", or where a parameter stands: "path"
	Text     string
	Optional bool
}

// Reference is the whole document, in the order of the routes.
func (a *API) Reference() []Group {
	var groups []Group
	for _, r := range a.routes {
		d, tag := a.described(r)
		at := slices.IndexFunc(groups, func(g Group) bool { return g.Name == tag })
		if at < 0 {
			at, groups = len(groups), append(groups, Group{Name: tag})
		}
		groups[at].Operations = append(groups[at].Operations, d)
	}
	return groups
}

func (a *API) described(r Route) (d Described, tag string) {
	doc := a.huma.OpenAPI()
	op := operationOf(doc.Paths[strings.TrimPrefix(r.Path, paths.ManagementAPI)], r.Method)
	d = Described{ID: op.OperationID, Method: r.Method, Path: r.Path, Summary: op.Summary, Text: op.Description}
	if r.Need != anyToken {
		d.Permission, d.May = string(r.Need), inWords(r.Need)
	}
	for _, p := range op.Parameters {
		d.Parameters = append(d.Parameters, Field{p.Name, p.In, p.Description, !p.Required})
	}
	read := reader{doc.Components.Schemas}
	var sample any
	if op.RequestBody != nil {
		body := op.RequestBody.Content["application/json"].Schema
		d.Body, sample = read.fields("", body), read.sample(body)
		if body.Format == "binary" {
			sample = aDocument
		}
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		code, _ := strconv.Atoi(status) // all are numbers: route sets them
		said := status + " " + http.StatusText(code)
		if code >= http.StatusBadRequest {
			d.Refusals = append(d.Refusals, said)
			continue
		}
		d.Status = said
		if media := op.Responses[status].Content["application/json"]; media != nil {
			d.Answer = read.fields("", media.Schema)
		}
	}
	d.Curl = a.curl(r, sample)
	return d, op.Tags[0]
}

func operationOf(item *huma.PathItem, method string) *huma.Operation {
	return map[string]*huma.Operation{get: item.Get, post: item.Post, put: item.Put, patch: item.Patch, remove: item.Delete}[method]
}

// inWords is a scope as the pages where tokens are made say it.
func inWords(scope models.Permission) string {
	for _, w := range (models.TokenOwner{}).Scopes() {
		if w.Permission == scope {
			return w.Words
		}
	}
	return ""
}

// reader follows the references of schemas.
type reader struct{ schemas huma.Registry }

func (r reader) whole(s *huma.Schema) *huma.Schema {
	if s.Ref != "" {
		return r.schemas.SchemaFromRef(s.Ref)
	}
	return s
}

// names are the properties of an object: those that are always there in the order of their struct, then the others.
func names(s *huma.Schema) []string {
	list := slices.Clone(s.Required)
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// fields lists what an object has, and what stands within.
func (r reader) fields(prefix string, s *huma.Schema) (list []Field) {
	s = r.whole(s)
	for _, name := range names(s) {
		property := s.Properties[name]
		inner, kind, below := r.whole(property), "", prefix+name+"."
		switch inner.Type {
		case huma.TypeArray:
			inner, below = r.whole(inner.Items), prefix+name+"[]."
			kind = "list of " + kindOf(inner) + "s"
		default:
			kind = kindOf(inner)
		}
		list = append(list, Field{prefix + name, kind, textOf(property, inner), !slices.Contains(s.Required, name)})
		if len(inner.Properties) > 0 {
			list = append(list, r.fields(below, inner)...)
		}
	}
	return list
}

func kindOf(s *huma.Schema) string {
	kind := s.Type
	if s.Format == "date-time" {
		kind = "time"
	}
	if s.Nullable {
		kind += " or null"
	}
	return kind
}

// textOf is what a field's own description says and which values it takes.
func textOf(property, inner *huma.Schema) string {
	text := property.Description
	if len(inner.Enum) > 0 {
		values := make([]string, len(inner.Enum))
		for i, v := range inner.Enum {
			values[i], _ = v.(string)
		}
		text = strings.TrimSpace(text + " One of " + strings.Join(values, ", ") + ".")
	}
	return text
}

// sample is a value that a schema takes, made of its examples.
func (r reader) sample(s *huma.Schema) any {
	s = r.whole(s)
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0]
	case len(s.Enum) > 0:
		return s.Enum[len(s.Enum)-1]
	}
	switch s.Type {
	case huma.TypeObject:
		object := map[string]any{}
		for name, property := range s.Properties {
			if slices.Contains(s.Required, name) || len(property.Examples) > 0 {
				object[name] = r.sample(property)
			}
		}
		return object
	case huma.TypeArray:
		return []any{r.sample(s.Items)}
	case huma.TypeInteger, huma.TypeNumber:
		return 1
	case huma.TypeBoolean:
		return true
	}
	return "…"
}

// capitals has what is to be filled in in capitals: shells and curl have a meaning of their own for braces.
func capitals(path string) string {
	steps := strings.Split(path, "/")
	for i, step := range steps {
		if strings.HasPrefix(step, "{") {
			steps[i] = strings.ToUpper(strings.Trim(step, "{}"))
		}
	}
	return strings.Join(steps, "/")
}

// curl is a shell line that asks for an operation. Everything in it is ours: nothing of a caller's is quoted.
func (a *API) curl(r Route, sample any) string {
	line := "curl "
	if r.Method != get {
		line += "-X " + r.Method + " "
	}
	line += paths.Absolute(a.Pages.PublicURL, capitals(r.Path)) + " \\\n  -H \"Authorization: Bearer $FAREGATE_TOKEN\""
	if r.Method == post {
		line += " \\\n  -H \"Idempotency-Key: $(uuidgen)\""
	}
	if sample == aDocument {
		return line + " \\\n  -H 'Content-Type: application/yaml' \\\n  --data-binary @openapi.yaml"
	}
	if sample != nil {
		body, err := json.Marshal(sample)
		if err != nil {
			return line // samples are made of texts and numbers
		}
		line += " \\\n  -H 'Content-Type: application/json' \\\n  -d '" + strings.ReplaceAll(string(body), "'", `'\''`) + "'"
	}
	return line
}
