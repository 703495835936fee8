package lint

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// walker goes through a document once. It does not follow references: what they lead to is written elsewhere in the document,
// and is visited there. So it ends, and visits nothing twice.
type walker struct {
	d   *document
	ids map[string]string
	// seen are operations: a path that refers to another has the very same ones, and a callback may lead back to its own.
	seen map[*openapi3.Operation]bool
}

// sorted goes through a map by its keys, and passes over what is nil.
func sorted[V any](values map[string]*V, at *place, visit func(name string, value *V, at *place)) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if values[name] != nil {
			visit(name, values[name], at.in(name))
		}
	}
}

func (w *walker) document() {
	t, top := w.d.T, w.d.top
	if t.Info != nil {
		w.text(t.Info.Description, top.in("info"))
	}
	for i, server := range t.Servers {
		if server != nil {
			w.text(server.Description, top.in("servers").item(i))
		}
	}
	for i, tag := range t.Tags {
		if tag != nil {
			w.text(tag.Description, top.in("tags").item(i))
		}
	}
	if t.Components != nil {
		w.components(t.Components, top.in("components"))
	}
	sorted(t.Paths.Map(), top.in("paths"), func(path string, item *openapi3.PathItem, at *place) { w.pathItem(path, item, at, true) })
	sorted(t.Webhooks, top.in("webhooks"), func(_ string, item *openapi3.PathItem, at *place) { w.pathItem("", item, at, false) })
}

func (w *walker) components(c *openapi3.Components, at *place) {
	sorted(c.Schemas, at.in("schemas"), func(_ string, v *openapi3.SchemaRef, at *place) { w.schema(v, at) })
	sorted(c.Parameters, at.in("parameters"), func(_ string, v *openapi3.ParameterRef, at *place) { w.parameter(v, at) })
	sorted(c.Headers, at.in("headers"), w.header)
	sorted(c.RequestBodies, at.in("requestBodies"), func(_ string, v *openapi3.RequestBodyRef, at *place) { w.body(v, at) })
	sorted(c.Responses, at.in("responses"), w.response)
	sorted(c.Examples, at.in("examples"), w.example)
	sorted(c.Links, at.in("links"), w.link)
	sorted(c.Callbacks, at.in("callbacks"), w.callback)
	sorted(c.SecuritySchemes, at.in("securitySchemes"), func(_ string, v *openapi3.SecuritySchemeRef, at *place) {
		if !w.refers(v.Ref, v, at) && v.Value != nil {
			w.text(v.Value.Description, at)
		}
	})
}

// pathItem visits the operations of a path, or, where named is false, those of a webhook or a callback: nobody calls them here.
func (w *walker) pathItem(path string, item *openapi3.PathItem, at *place, named bool) {
	w.text(item.Description, at)
	w.parameters(item.Parameters, at.in("parameters"))
	operations := item.Operations()
	for _, method := range slices.Sorted(maps.Keys(operations)) {
		below := at.in(strings.ToLower(method))
		if _, other := item.AdditionalOperations[method]; other {
			below = at.in("additionalOperations").in(method)
		}
		if named {
			below.id = w.ids[method+" "+path]
			w.d.operations = append(w.d.operations, operation{operations[method], below, method, path, item})
		}
		w.operation(operations[method], below)
	}
}

func (w *walker) operation(o *openapi3.Operation, at *place) {
	if w.seen[o] {
		return
	}
	w.seen[o] = true
	w.text(o.Description, at)
	w.parameters(o.Parameters, at.in("parameters"))
	if o.RequestBody != nil {
		w.body(o.RequestBody, at.in("requestBody"))
	}
	sorted(o.Responses.Map(), at.in("responses"), w.response)
	sorted(o.Callbacks, at.in("callbacks"), w.callback)
}

func (w *walker) parameters(list openapi3.Parameters, at *place) {
	for i, ref := range list {
		if ref != nil {
			w.parameter(ref, at.item(i))
		}
	}
}

func (w *walker) parameter(p *openapi3.ParameterRef, at *place) {
	if !w.refers(p.Ref, p, at) && p.Value != nil {
		w.described(p.Value, at)
	}
}

func (w *walker) header(_ string, h *openapi3.HeaderRef, at *place) {
	if !w.refers(h.Ref, h, at) && h.Value != nil {
		w.described(&h.Value.Parameter, at)
	}
}

// described visits what a parameter and a header have in common.
func (w *walker) described(p *openapi3.Parameter, at *place) {
	w.text(p.Description, at)
	w.schemaIn(p.Schema, at.in("schema"))
	w.content(p.Content, at.in("content"))
	w.samples(p.Example, p.Examples, p.Schema, at, true)
}

func (w *walker) body(b *openapi3.RequestBodyRef, at *place) {
	if !w.refers(b.Ref, b, at) && b.Value != nil {
		w.text(b.Value.Description, at)
		w.content(b.Value.Content, at.in("content"))
	}
}

func (w *walker) response(_ string, r *openapi3.ResponseRef, at *place) {
	if w.refers(r.Ref, r, at) || r.Value == nil {
		return
	}
	if r.Value.Description != nil {
		w.text(*r.Value.Description, at)
	}
	sorted(r.Value.Headers, at.in("headers"), w.header)
	sorted(r.Value.Links, at.in("links"), w.link)
	w.content(r.Value.Content, at.in("content"))
}

func (w *walker) content(c openapi3.Content, at *place) {
	sorted(c, at, func(mediaType string, m *openapi3.MediaType, at *place) {
		w.schemaIn(m.Schema, at.in("schema"))
		w.schemaIn(m.ItemSchema, at.in("itemSchema"))
		w.samples(m.Example, m.Examples, m.Schema, at, isJSON(mediaType))
		sorted(m.Encoding, at.in("encoding"), func(_ string, e *openapi3.Encoding, at *place) { sorted(e.Headers, at.in("headers"), w.header) })
	})
}

// isJSON says whether a media type is JSON, or a range that holds it.
func isJSON(mediaType string) bool {
	essence, _, _ := strings.Cut(mediaType, ";")
	essence = strings.ToLower(strings.TrimSpace(essence))
	return essence == "application/json" || essence == "*/*" || strings.HasSuffix(essence, "+json")
}

// samples visits the examples beside a schema. A text is the value itself only where values are written as JSON; elsewhere it may
// be the value as it is written, in XML say.
func (w *walker) samples(one any, several openapi3.Examples, of *openapi3.SchemaRef, at *place, json bool) {
	note := func(value any, at *place) {
		_, written := value.(string)
		if value != nil && of != nil && of.Value != nil && (json || !written) {
			w.d.samples = append(w.d.samples, sample{value, of.Value, at})
		}
	}
	note(one, at.in("example"))
	sorted(several, at.in("examples"), func(name string, e *openapi3.ExampleRef, at *place) {
		w.example(name, e, at)
		if e.Value != nil {
			note(e.Value.Value, at)
		}
	})
}

func (w *walker) example(_ string, e *openapi3.ExampleRef, at *place) {
	if !w.refers(e.Ref, e, at) && e.Value != nil {
		w.text(e.Value.Description, at)
	}
}

func (w *walker) link(_ string, l *openapi3.LinkRef, at *place) {
	if !w.refers(l.Ref, l, at) && l.Value != nil {
		w.text(l.Value.Description, at)
	}
}

func (w *walker) callback(_ string, c *openapi3.CallbackRef, at *place) {
	if !w.refers(c.Ref, c, at) {
		sorted(c.Value.Map(), at, func(_ string, item *openapi3.PathItem, at *place) { w.pathItem("", item, at, false) })
	}
}

func (w *walker) schemaIn(s *openapi3.SchemaRef, at *place) {
	if s != nil {
		w.schema(s, at)
	}
}

func (w *walker) schema(ref *openapi3.SchemaRef, at *place) {
	w.d.holders = append(w.d.holders, ref)
	if w.refers(ref.Ref, ref, at) || ref.Value == nil {
		return
	}
	s := ref.Value
	w.d.schemas = append(w.d.schemas, schema{s, at})
	w.text(s.Description, at)
	within(s, at, w.schema)
}

// within visits the schemas right within a schema, always in the same order.
func within(s *openapi3.Schema, at *place, visit func(*openapi3.SchemaRef, *place)) {
	for _, list := range []struct {
		keyword string
		refs    openapi3.SchemaRefs
	}{{"allOf", s.AllOf}, {"anyOf", s.AnyOf}, {"oneOf", s.OneOf}, {"prefixItems", s.PrefixItems}} {
		for i, ref := range list.refs {
			if ref != nil {
				visit(ref, at.in(list.keyword).item(i))
			}
		}
	}
	for _, named := range []struct {
		keyword string
		refs    openapi3.Schemas
	}{{"properties", s.Properties}, {"patternProperties", s.PatternProperties}, {"dependentSchemas", s.DependentSchemas}, {"$defs", s.Defs}} {
		sorted(named.refs, at.in(named.keyword), func(_ string, ref *openapi3.SchemaRef, at *place) { visit(ref, at) })
	}
	for _, one := range []struct {
		keyword string
		ref     *openapi3.SchemaRef
	}{
		{"items", s.Items}, {"additionalProperties", s.AdditionalProperties.Schema}, {"not", s.Not}, {"if", s.If}, {"then", s.Then}, {"else", s.Else},
		{"contains", s.Contains}, {"propertyNames", s.PropertyNames}, {"unevaluatedItems", s.UnevaluatedItems.Schema},
		{"unevaluatedProperties", s.UnevaluatedProperties.Schema}, {"contentSchema", s.ContentSchema},
	} {
		if one.ref != nil {
			visit(one.ref, at.in(one.keyword))
		}
	}
}

// refers notes a reference, and says whether there is one.
func (w *walker) refers(ref string, holder interface{ MarshalYAML() (any, error) }, at *place) bool {
	if ref == "" {
		return false
	}
	w.d.references = append(w.d.references, reference{ref, holder, at.in("$ref")})
	return true
}

func (w *walker) text(content string, of *place) {
	if content != "" {
		w.d.texts = append(w.d.texts, text{content, of.in("description")})
	}
}
