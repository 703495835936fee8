package openapi

import (
	"slices"
)

// schemaCost is what a schema is counted as besides its texts, in bytes.
const schemaCost = 32

// schema makes a schema; nil of none, and where there is no room.
func (r *reducer) schema(n *node) *Schema {
	if n == nil || !r.take(schemaCost) {
		return nil
	}
	if n.kind == boolean {
		return &Schema{Never: n.value == "false"}
	}
	s := &Schema{
		Types: r.types(n), Format: r.str(n, "format"), Title: r.str(n, "title"), Description: r.str(n, "description"),
		Const: r.value(n.get("const")), Default: r.value(n.get("default")), Limits: r.limits(n),
		Properties: r.properties(n), Additional: r.schema(n.get("additionalProperties")), Patterns: r.namedSchemas(n.object("patternProperties")),
		Items: r.schema(n.get("items")), PrefixItems: r.list(n, "prefixItems"),
		AllOf: r.list(n, "allOf"), OneOf: r.list(n, "oneOf"), AnyOf: r.list(n, "anyOf"), Not: r.schema(n.get("not")), Discriminator: r.discriminator(n),
		ReadOnly: n.is("readOnly"), WriteOnly: n.is("writeOnly"), Deprecated: n.is("deprecated"),
	}
	if ref := n.str("$ref"); ref != "" {
		s.Ref = r.name(ref)
	}
	for _, v := range n.list("enum") {
		if value := r.value(v); value != "" {
			s.Enum = append(s.Enum, value)
		}
	}
	for _, v := range slices.Concat(optional(n.get("example")), n.list("examples")) {
		if b, ok := r.json(v, max(r.examples, 0)); ok && r.takeExample(len(b)) {
			s.Examples = append(s.Examples, string(b))
		}
	}
	if n.is("nullable") {
		s = orNull(s)
	}
	return s
}

func optional(n *node) []*node {
	if n == nil {
		return nil
	}
	return []*node{n}
}

// name returns the name of the schema that a fitted reference leads to.
func (r *reducer) name(ref string) string {
	to, ok := r.refs.resolve(ref, nil)
	if !ok {
		return ""
	}
	path := tokens(to.pointer)
	return path[len(path)-1]
}

func (r *reducer) types(n *node) []string {
	t := n.get("type")
	switch {
	case t == nil:
		return nil
	case t.kind == text:
		return []string{t.value}
	}
	var types []string
	for _, item := range t.items {
		if !slices.Contains(types, item.value) && r.take(len(item.value)) {
			types = append(types, item.value)
		}
	}
	return types
}

// orNull says nullable, of OpenAPI 3.0, in the words of JSON Schema.
func orNull(s *Schema) *Schema {
	null := &Schema{Types: []string{"null"}}
	switch {
	case len(s.Types) > 0:
		if !slices.Contains(s.Types, "null") {
			s.Types = append(s.Types, "null")
		}
	case len(s.OneOf) > 0:
		s.OneOf = append(s.OneOf, null)
	case len(s.AnyOf) > 0:
		s.AnyOf = append(s.AnyOf, null)
	case s.Ref != "" || len(s.AllOf) > 0:
		outer := &Schema{Title: s.Title, Description: s.Description, AnyOf: []*Schema{s, null}}
		s.Title, s.Description = "", ""
		return outer
	}
	return s
}

// limitKeywords are the assertions that are shown as they are, in the order of pages.
var limitKeywords = []string{
	"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems",
	"minProperties", "maxProperties", "contentEncoding", "contentMediaType",
}

// limits are the assertions in the words of 2020-12, where exclusiveMinimum is a number: before, it was true and made the
// minimum exclusive.
func (r *reducer) limits(n *node) (limits []Limit) {
	for _, keyword := range limitKeywords {
		v := n.get(keyword)
		if v == nil || v.kind == boolean && v.value == "false" {
			continue
		}
		switch keyword {
		case "minimum", "maximum":
			if exclusive := n.get(exclusiveOf[keyword]); exclusive != nil && exclusive.kind == boolean && exclusive.value == "true" {
				continue // said as the exclusive one
			}
		case "exclusiveMinimum", "exclusiveMaximum":
			if v.kind == boolean {
				if v = n.get(inclusiveOf[keyword]); v == nil {
					continue
				}
			}
		}
		value := v.value
		if v.kind == number {
			value = jsonNumber(v.value)
		}
		if r.take(len(keyword) + len(value)) {
			limits = append(limits, Limit{Keyword: keyword, Value: value})
		}
	}
	return limits
}

var (
	exclusiveOf = map[string]string{"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}
	inclusiveOf = map[string]string{"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
)

// properties are the members of an object, and those that it only demands: they are described elsewhere, such as in
// another part of an allOf.
func (r *reducer) properties(n *node) []Property {
	properties := r.namedSchemas(n.object("properties"))
	at := make(map[string]int, len(properties))
	for i, p := range properties {
		at[p.Name] = i
	}
	for _, name := range n.list("required") {
		if i, ok := at[name.value]; ok {
			properties[i].Required = true
		} else if r.take(schemaCost + len(name.value)) {
			at[name.value] = len(properties)
			properties = append(properties, Property{Name: name.value, Required: true, Schema: &Schema{}})
		}
	}
	return properties
}

func (r *reducer) namedSchemas(members []member) (properties []Property) {
	for _, m := range members {
		if s := r.schema(m.value); s != nil && r.take(len(m.name)) {
			properties = append(properties, Property{Name: m.name, Schema: s})
		}
	}
	return properties
}

func (r *reducer) list(n *node, name string) (schemas []*Schema) {
	for _, item := range n.list(name) {
		if s := r.schema(item); s != nil {
			schemas = append(schemas, s)
		}
	}
	return schemas
}

func (r *reducer) discriminator(n *node) *Discriminator {
	d := n.get("discriminator")
	if d == nil {
		return nil
	}
	discriminator := &Discriminator{Property: r.str(d, "propertyName")}
	for _, m := range d.object("mapping") {
		mapping := Mapping{Value: m.name, Schema: m.value.value}
		if to, ok := r.refs.resolve(m.value.value, nil); ok {
			path := tokens(to.pointer)
			mapping.Schema = path[len(path)-1]
		}
		if r.take(len(mapping.Value) + len(mapping.Schema)) {
			discriminator.Mapping = append(discriminator.Mapping, mapping)
		}
	}
	return discriminator
}
