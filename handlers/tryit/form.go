package tryit

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/faregate/faregate/models/openapi"
)

// Kind is how a value is typed.
type Kind string

// The kinds.
const (
	Line    Kind = "line"
	Integer Kind = "integer"
	Number  Kind = "number"
	Date    Kind = "date"
	Choice  Kind = "choice" // one of Field.Choices
	Lines   Kind = "lines"  // a value on each line
	JSON    Kind = "json"   // of an object, or of whatever else a line cannot hold
)

// Field is one value of the form.
type Field struct {
	Name       string // of the form: the place and the parameter's name
	Label, In  string
	Kind       Kind
	Choices    []string
	Words      string // what values there are, such as "integer (int64), minimum 1"; "" if nothing is said of it
	Hint       string // what the document says of it, CommonMark
	Value      string // what the form begins with
	Example    string
	Required   bool
	Deprecated bool

	parameter openapi.Parameter
}

// Form is an operation as something to fill in.
type Form struct {
	Method, Path string
	Fields       []Field
	Bodies       []Body // one for each media type; empty where the operation takes none
}

// Body is what can be sent in one media type.
type Body struct {
	Type    string // to be sent as Content-Type
	Example string
	Fields  []Field // of a form; empty where the body is typed as it is
}

// Schemas finds the schema of a name; nil where there is none.
type Schemas func(name string) *openapi.Schema

// The media types whose bodies are typed field by field.
const formType = "application/x-www-form-urlencoded"

// FormOf makes the form of an operation.
func FormOf(op openapi.Operation, schemas Schemas) Form {
	f := Form{Method: op.Method, Path: op.Path}
	for _, p := range op.Parameters {
		if sent(p) {
			f.Fields = append(f.Fields, fieldOf(p, schemas))
		}
	}
	for _, name := range templates(op.Path) { // of a document that does not declare what its paths take
		if !slices.ContainsFunc(f.Fields, func(x Field) bool { return x.In == "path" && x.Label == name }) {
			f.Fields = append(f.Fields, fieldOf(openapi.Parameter{Name: name, In: "path", Required: true}, schemas))
		}
	}
	if op.Body != nil && hasBody(op.Method) {
		for _, m := range op.Body.Content {
			f.Bodies = append(f.Bodies, bodyOf(m, schemas))
		}
	}
	return f
}

// hasBody says whether a request of a method has a body here. HTTP gives that of GET and HEAD no meaning, and much of what stands
// between a caller and an API refuses or drops it (RFC 9110 section 9.3.1).
func hasBody(method string) bool { return method != http.MethodGet && method != http.MethodHead }

// sent says whether a parameter has a place in the form. What OpenAPI leaves to other words of the document has none, nor what
// the gateway says itself.
func sent(p openapi.Parameter) bool {
	if p.In != "header" {
		return p.In == "path" || p.In == "query" || p.In == "querystring" || p.In == "cookie"
	}
	switch http.CanonicalHeaderKey(p.Name) {
	case "Accept", "Content-Type", "Authorization":
		return false
	}
	return checkHeader(p.Name, "") == ""
}

func fieldOf(p openapi.Parameter, schemas Schemas) Field {
	s := flat(p.Schema, schemas)
	f := Field{
		Name: p.In + "-" + p.Name, Label: p.Name, In: p.In, Required: p.Required || p.In == "path", Deprecated: p.Deprecated,
		Hint: p.Description, Words: words(s), parameter: p,
	}
	f.Kind, f.Choices = kindOf(s, schemas)
	if p.Type != "" || p.In == "querystring" {
		f.Kind, f.Choices = JSON, nil
	}
	f.Example = example(p, s, f.Kind, schemas)
	if f.Required || f.Kind == Choice && s.Default != "" {
		f.Value = f.Example
	}
	return f
}

// kindOf is how values of a schema are typed.
func kindOf(s openapi.Schema, schemas Schemas) (Kind, []string) {
	if len(s.Enum) > 0 {
		choices := make([]string, len(s.Enum))
		for i, value := range s.Enum {
			choices[i] = plain(value)
		}
		return Choice, choices
	}
	switch typeOf(s) {
	case "boolean":
		return Choice, []string{"true", "false"}
	case "integer":
		return Integer, nil
	case "number":
		return Number, nil
	case "object":
		return JSON, nil
	case "array":
		if s.Items == nil {
			return Lines, nil
		}
		if item, _ := kindOf(flat(s.Items, schemas), schemas); item == JSON || item == Lines {
			return JSON, nil
		}
		return Lines, nil
	}
	if s.Format == "date" {
		return Date, nil
	}
	return Line, nil
}

func typeOf(s openapi.Schema) string {
	for _, t := range s.Types {
		if t != "null" {
			return t
		}
	}
	switch {
	case len(s.Properties) > 0:
		return "object"
	case s.Items != nil:
		return "array"
	}
	return ""
}

// flat is a schema with what it refers to and is made up of, as far as a form needs to know it.
func flat(s *openapi.Schema, schemas Schemas) openapi.Schema {
	if s == nil {
		return openapi.Schema{}
	}
	out, left := *s, 20
	for ; out.Ref != "" && left > 0; left-- {
		named := schemas(out.Ref)
		if out.Ref = ""; named != nil {
			out = over(out, *named)
		}
	}
	for _, parts := range [][]*openapi.Schema{out.AllOf, out.OneOf, out.AnyOf} {
		for _, part := range parts {
			if len(out.Types) > 0 || part == nil || left <= 0 {
				break
			}
			for inner := *part; ; left-- {
				if inner.Ref == "" || left <= 0 {
					out = over(out, inner)
					break
				}
				named := schemas(inner.Ref)
				if named == nil {
					break
				}
				inner = *named
			}
		}
	}
	return out
}

// over is what a schema says, and below it what another says of the same value.
func over(top, below openapi.Schema) openapi.Schema {
	top.Ref = below.Ref
	if len(top.Types) == 0 {
		top.Types, top.Properties, top.Items = below.Types, below.Properties, below.Items
		top.AllOf, top.OneOf, top.AnyOf = below.AllOf, below.OneOf, below.AnyOf
	}
	if top.Format == "" {
		top.Format = below.Format
	}
	if len(top.Enum) == 0 {
		top.Enum = below.Enum
	}
	if top.Default == "" {
		top.Default = below.Default
	}
	if len(top.Examples) == 0 {
		top.Examples = below.Examples
	}
	if len(top.Limits) == 0 {
		top.Limits = below.Limits
	}
	return top
}

// words say what values there are.
func words(s openapi.Schema) string {
	var out []string
	if t := strings.Join(s.Types, " or "); t != "" {
		if s.Format != "" {
			t += " (" + s.Format + ")"
		}
		out = append(out, t)
	}
	for _, l := range s.Limits {
		out = append(out, l.Keyword+" "+l.Value)
	}
	return strings.Join(out, ", ")
}

// example is a value that the document gives, or one that its schema lets us make up, as it is typed.
func example(p openapi.Parameter, s openapi.Schema, kind Kind, schemas Schemas) string {
	text := ""
	for _, e := range p.Examples {
		if e.Value != "" {
			text = e.Value
			break
		}
	}
	if text == "" && p.Schema != nil {
		text = openapi.Sampler{Schema: schemas}.JSON(p.Schema)
	}
	if kind == Lines {
		var items []json.RawMessage
		if json.Unmarshal([]byte(text), &items) == nil {
			lines := make([]string, len(items))
			for i, item := range items {
				lines[i] = plain(string(item))
			}
			return strings.Join(lines, "\n")
		}
	}
	if kind == JSON {
		return text
	}
	if text = plain(text); kind == Choice && !slices.Contains(choicesOf(s), text) || strings.ContainsAny(text, "\r\n") {
		return ""
	}
	return text
}

func choicesOf(s openapi.Schema) []string {
	_, choices := kindOf(s, func(string) *openapi.Schema { return nil })
	return choices
}

// plain is a value of JSON as it is typed: a string without its quotes.
func plain(value string) string {
	var text string
	if strings.HasPrefix(value, `"`) && json.Unmarshal([]byte(value), &text) == nil {
		return text
	}
	return value
}

// bodyOf makes what can be typed of one media type.
func bodyOf(m openapi.Media, schemas Schemas) Body {
	b := Body{Type: definite(m.Type)}
	for _, e := range m.Examples {
		if e.Value != "" {
			b.Example = e.Value
			break
		}
	}
	if mediaType(b.Type) == formType {
		for _, p := range flat(m.Schema, schemas).Properties {
			if p.Schema != nil && p.Schema.ReadOnly {
				continue
			}
			f := fieldOf(openapi.Parameter{Name: p.Name, In: "body", Required: p.Required, Schema: p.Schema, Style: "form", Explode: true}, schemas)
			if p.Schema != nil {
				f.Hint = p.Schema.Description
			}
			b.Fields = append(b.Fields, f)
		}
	}
	if b.Example == "" && isJSON(b.Type) && m.Schema != nil {
		b.Example = openapi.Sampler{Schema: schemas}.JSON(m.Schema)
	}
	return b
}

// definite is a media type that can be sent: of a range one that is within it.
func definite(media string) string {
	switch mediaType(media) {
	case "*/*", "application/*":
		return "application/json"
	case "text/*":
		return "text/plain"
	}
	if strings.Contains(media, "*") {
		return "application/octet-stream"
	}
	return media
}

func mediaType(contentType string) string {
	media, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(media))
}

func isJSON(contentType string) bool {
	media := mediaType(contentType)
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

// templates are the names in the braces of a path.
func templates(path string) (names []string) {
	for {
		_, rest, ok := strings.Cut(path, "{")
		if !ok {
			return names
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			return names
		}
		names, path = append(names, name), after
	}
}
