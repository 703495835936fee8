package openapi

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Sampler makes values that schemas describe, for readers to see what to send and what comes back. The same schema always
// gives the same value. It is as real as the schema lets it be: what the document gives as an example, a constant, a default or
// one of an enumeration is taken before anything is made up, and patterns are not read.
type Sampler struct {
	// Schema finds the schema of a name; nil where there is none. What is not found is left out.
	Schema func(name string) *Schema
	// Answer leaves out what is only ever sent, instead of what is only ever received.
	Answer bool
}

// Bounds of a value, for schemas that are recursive or endless.
const (
	sampleDepth  = 8
	sampleValues = 250
)

// JSON is a value of the schema as indented JSON; "" where none can be made, as of a schema that nothing satisfies.
func (s Sampler) JSON(schema *Schema) string {
	m := &sample{Sampler: s, left: sampleValues, within: map[string]bool{}}
	value, ok := m.value(schema, 0)
	if !ok {
		return ""
	}
	var out bytes.Buffer
	if json.Indent(&out, []byte(value), "", "  ") != nil {
		return "" // an example that is no JSON
	}
	return out.String()
}

// sample is a value in the making.
type sample struct {
	Sampler
	left   int             // how many values it may still hold
	within map[string]bool // the named schemas that what is being made stands in
}

// value is JSON; ok is false where a value would be recursive, too much, or impossible.
func (m *sample) value(schema *Schema, depth int) (value string, ok bool) {
	if schema == nil {
		return "{}", true
	}
	if m.left--; m.left < 0 || depth > sampleDepth || schema.Never {
		return "", false
	}
	if given := schema.given(); given != "" {
		return given, true
	}
	if schema.Ref != "" {
		return m.named(schema.Ref, depth)
	}
	switch t := schema.sampleType(); t {
	case "object":
		return m.object(schema, depth)
	case "array":
		return m.array(schema, depth)
	case "string":
		return quoted(sampleText(schema)), true
	case "integer", "number":
		return sampleNumber(schema), true
	case "boolean":
		return "true", true
	case "null":
		return "null", true
	}
	for _, one := range slices.Concat(schema.OneOf, schema.AnyOf, schema.AllOf) {
		if value, ok := m.value(one, depth); ok && value != "null" {
			return value, true
		}
	}
	return "{}", true
}

// named is a value of a named schema, which must not stand within itself.
func (m *sample) named(name string, depth int) (string, bool) {
	schema := m.Schema(name)
	if schema == nil || m.within[name] {
		return "", false
	}
	m.within[name] = true
	defer delete(m.within, name)
	return m.value(schema, depth)
}

// given is what the document itself gives as a value.
func (s *Schema) given() string {
	for _, values := range [][]string{s.Examples, {s.Const}, {s.Default}, s.Enum} {
		if len(values) > 0 && values[0] != "" {
			return values[0]
		}
	}
	return ""
}

// sampleType is the type that a value is made of; "" where only the alternatives say it.
func (s *Schema) sampleType() string {
	for _, t := range s.Types {
		if t != "null" {
			if t == "object" && len(s.Properties) == 0 && len(s.OneOf)+len(s.AnyOf) > 0 {
				return ""
			}
			return t
		}
	}
	switch {
	case len(s.Types) > 0:
		return "null"
	case len(s.Properties) > 0 || s.Additional != nil || len(s.AllOf) > 1:
		return "object"
	case s.Items != nil || len(s.PrefixItems) > 0:
		return "array"
	case s.Format != "" || s.limit("minLength")+s.limit("maxLength")+s.limit("pattern") != "":
		return "string"
	case s.limit("minimum")+s.limit("maximum")+s.limit("multipleOf") != "":
		return "number"
	}
	return ""
}

func (s *Schema) limit(keyword string) string {
	for _, l := range s.Limits {
		if l.Keyword == keyword {
			return l.Value
		}
	}
	return ""
}

func (m *sample) object(schema *Schema, depth int) (string, bool) {
	var members []string
	for _, p := range m.properties(schema, 0) {
		if m.leavesOut(p) {
			continue
		}
		if value, ok := m.value(p.Schema, depth+1); ok {
			members = append(members, quoted(p.Name)+":"+value)
		}
	}
	if len(members) == 0 && schema.Additional != nil {
		if value, ok := m.value(schema.Additional, depth+1); ok {
			members = append(members, `"key":`+value)
		}
	}
	return "{" + strings.Join(members, ",") + "}", true
}

// properties are those of an object and of all that it is made up of, each once.
func (m *sample) properties(schema *Schema, depth int) []Property {
	if m.left--; m.left < 0 || schema == nil || depth > sampleDepth {
		return nil
	}
	all := slices.Clone(schema.Properties)
	if schema.Ref != "" {
		all = append(all, m.properties(m.Schema(schema.Ref), depth+1)...)
	}
	for _, part := range schema.AllOf {
		all = append(all, m.properties(part, depth+1)...)
	}
	for _, choice := range [][]*Schema{schema.OneOf, schema.AnyOf} {
		if len(choice) > 0 {
			all = append(all, m.properties(choice[0], depth+1)...)
		}
	}
	met := map[string]bool{}
	return slices.DeleteFunc(all, func(p Property) bool {
		twice := met[p.Name]
		met[p.Name] = true
		return twice
	})
}

func (m *sample) leavesOut(p Property) bool {
	s := p.Schema
	return s != nil && (s.ReadOnly && !m.Answer || s.WriteOnly && m.Answer || s.Deprecated && !p.Required)
}

func (m *sample) array(schema *Schema, depth int) (string, bool) {
	var items []string
	for _, s := range schema.PrefixItems {
		if value, ok := m.value(s, depth+1); ok {
			items = append(items, value)
		}
	}
	if schema.Items != nil && len(items) == 0 && schema.limit("maxItems") != "0" {
		if value, ok := m.value(schema.Items, depth+1); ok {
			items = append(items, value)
		}
	}
	return "[" + strings.Join(items, ",") + "]", true
}

// formatted are values of the formats that OpenAPI and JSON Schema name, all of them reserved for examples or harmless.
var formatted = map[string]string{
	"date-time": "2026-01-31T12:00:00Z", "date": "2026-01-31", "time": "12:00:00Z", "duration": "P1D",
	"email": "name@example.com", "idn-email": "name@example.com", "hostname": "example.com", "idn-hostname": "example.com",
	"ipv4": "192.0.2.1", "ipv6": "2001:db8::1", "uri": "https://example.com", "url": "https://example.com", "iri": "https://example.com",
	"uri-reference": "/example", "uuid": "123e4567-e89b-42d3-a456-426614174000", "byte": "ZXhhbXBsZQ==", "password": "password",
	"json-pointer": "/example", "regex": "^example$",
}

func sampleText(schema *Schema) string {
	if text := formatted[schema.Format]; text != "" {
		return text
	}
	text := "string"
	if least, err := strconv.Atoi(schema.limit("minLength")); err == nil && least > len(text) {
		text = strings.Repeat(text, min(least, 600)/len(text)+1)[:min(least, 600)]
	}
	if most, err := strconv.Atoi(schema.limit("maxLength")); err == nil && most >= 0 && most < len(text) {
		text = text[:most]
	}
	return text
}

// sampleNumber is 1, or the nearest whole number to it that the limits allow. Limits that are no whole numbers are only taken as
// they are.
func sampleNumber(schema *Schema) string {
	whole := func(keyword string) (int64, bool) {
		n, err := strconv.ParseInt(schema.limit(keyword), 10, 64)
		return n, err == nil
	}
	n := int64(1)
	if step, ok := whole("multipleOf"); ok && step > 0 {
		n = step
	}
	if least, ok := whole("minimum"); ok && n < least {
		n = least
	} else if above, ok := whole("exclusiveMinimum"); ok && n <= above {
		n = above + 1
	} else if text := schema.limit("minimum"); !ok && json.Valid([]byte(text)) && !strings.HasPrefix(text, "-") && !strings.HasPrefix(text, "0") {
		return text
	}
	if most, ok := whole("maximum"); ok && n > most {
		n = most
	} else if below, ok := whole("exclusiveMaximum"); ok && n >= below {
		n = below - 1
	} else if text := schema.limit("maximum"); !ok && json.Valid([]byte(text)) && (strings.HasPrefix(text, "0") || strings.HasPrefix(text, "-")) {
		return text
	}
	return strconv.FormatInt(n, 10)
}

func quoted(text string) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(text) // of a string: never an error
	return strings.TrimSuffix(out.String(), "\n")
}
