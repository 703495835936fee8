package edit

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/faregate/faregate/models/openapi"
)

// content changes the first media type of a body or an answer, whose fields on the form begin with field. needed says that there must be one.
func (e *editor) content(v *value, order []string, field string, was, to Content, needed bool) {
	if to.MediaType == "" && (needed || tidy(to.Schema+to.Example) != "") {
		to.MediaType = "application/json"
	}
	if to.MediaType == "" {
		if was.MediaType == "" {
			return
		}
		all := v.open("content", order...)
		if all.drop(was.MediaType); len(all.members) == 0 {
			v.drop("content")
		}
		return
	}
	all := v.open("content", order...)
	media := newObject()
	if was.MediaType != "" {
		at := all.index(was.MediaType)
		if other := all.index(to.MediaType); other >= 0 && other != at {
			e.invalid[field+"-media"] = "The document has " + to.MediaType + " here already, and keeps it as it is."
			return
		}
		media = all.members[at].value.copied()
		all.members[at].name, all.members[at].value = to.MediaType, media
	}
	e.example(media, field+"-example", was, to)
	e.schema(media, field+"-schema", was, to)
	all.set(to.MediaType, media)
}

func (e *editor) example(media *value, field string, was, to Content) {
	switch {
	case !changed(was.Example, to.Example):
	case tidy(to.Example) == "":
		media.drop("example")
	case !isJSONType(to.MediaType):
		media.set("example", newText(tidy(to.Example)), contentOrder...)
	default:
		if v := e.parsed(to.Example, field); v != nil {
			media.set("example", v, contentOrder...)
		}
	}
}

// schema takes the schema as it was typed, or makes it from the example.
func (e *editor) schema(media *value, field string, was, to Content) {
	empty := tidy(to.Schema) == ""
	switch {
	case !changed(was.Schema, to.Schema) && !(empty && changed(was.Example, to.Example)):
	case empty && media.get("example") != nil:
		media.set("schema", infer(media.get("example")), contentOrder...)
	case empty:
		media.drop("schema")
	default:
		v := e.parsed(to.Schema, field)
		if v == nil {
			return
		}
		if v.kind != object && v.kind != boolean {
			e.invalid[field] = "A schema is an object, such as {\"type\": \"string\"}."
			return
		}
		media.set("schema", v, contentOrder...)
	}
}

func isJSONType(media string) bool {
	media, _, _ = strings.Cut(strings.ToLower(media), ";")
	return strings.HasSuffix(strings.TrimSpace(media), "json")
}

// parsed reads the JSON or YAML of a field. What is neither is noted, and nil.
func (e *editor) parsed(s, field string) *value {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	err := openapi.Syntax([]byte(s))
	var v *value
	if err == nil {
		if isJSON(s) {
			v, err = parseJSON(s)
		} else {
			v, err = parseYAML(s)
		}
	}
	var broken *openapi.Broken
	switch {
	case err == nil:
		return fresh(v)
	case errors.As(err, &broken) && broken.Line > 0:
		e.invalid[field] = fmt.Sprintf("Line %d, column %d: %s", broken.Line, broken.Column, broken.Message)
	default:
		e.invalid[field] = err.Error()
	}
	return nil
}

// fresh returns a value as one that stands nowhere yet, with nothing that JSON cannot say.
func fresh(v *value) *value {
	c := &value{kind: v.kind, text: v.text, own: true}
	if v.kind == number && !json.Valid([]byte(v.text)) {
		c.kind = text
	}
	for _, item := range v.items {
		c.items = append(c.items, fresh(item))
	}
	for _, m := range v.members {
		c.members = append(c.members, member{name: m.name, value: fresh(m.value)})
	}
	return c
}

// shown writes a value for a field, in the syntax of the document.
func (e *editor) shown(v *value) string {
	if !e.json {
		if written, err := writeYAML(v); err == nil {
			return strings.TrimSuffix(written, "\n")
		}
	}
	var b strings.Builder
	writeJSON(&b, v, indented, "")
	return b.String()
}

// inline writes a value on one line.
func (e *editor) inline(v *value) string {
	var b strings.Builder
	writeJSON(&b, v, jsonStyle{colon: ":", comma: ","}, "")
	return b.String()
}

// infer returns a schema that an example fits.
func infer(example *value) *value {
	s := newObject()
	switch example.kind {
	case null: // it may be anything else another time
	case boolean:
		s.set("type", newText("boolean"))
	case number:
		s.set("type", newText("integer"))
		if strings.ContainsAny(example.text, ".eE") {
			s.set("type", newText("number"))
		}
	case text:
		s.set("type", newText("string"))
	case list:
		s.set("type", newText("array"))
		var items *value
		for _, item := range example.items {
			items = both(items, infer(item))
		}
		if items != nil {
			s.set("items", items)
		}
	case object:
		s.set("type", newText("object"))
		properties := newObject()
		for _, m := range example.members {
			properties.set(m.name, infer(m.value))
		}
		if len(properties.members) > 0 {
			s.set("properties", properties)
		}
	}
	return s
}

// both is a schema, as infer makes them, that what fits a or b fits. Either may be nil.
func both(a, b *value) *value {
	switch {
	case a == nil || equal(a, b):
		return b
	case b == nil:
		return a
	case a.str("type") != b.str("type"):
		if isNumeric(a) && isNumeric(b) {
			return schemaOf("number")
		}
		return newObject()
	}
	s := newObject()
	s.set("type", a.get("type"))
	if items := both(a.get("items"), b.get("items")); items != nil {
		s.set("items", items)
	}
	for _, of := range []*value{a.get("properties"), b.get("properties")} {
		if of == nil {
			continue
		}
		properties := s.open("properties")
		for _, m := range of.members {
			properties.set(m.name, both(properties.get(m.name), m.value))
		}
	}
	return s
}

func isNumeric(schema *value) bool {
	return schema.str("type") == "integer" || schema.str("type") == "number"
}
