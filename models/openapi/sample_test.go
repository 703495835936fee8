package openapi_test

import (
	"strings"
	"testing"

	"github.com/faregate/faregate/models/openapi"
)

func TestSample(t *testing.T) {
	text, number := &openapi.Schema{Types: []string{"string"}}, &openapi.Schema{Types: []string{"integer"}}
	named := map[string]*openapi.Schema{
		"Person": {Types: []string{"object"}, Properties: []openapi.Property{{Name: "name", Schema: text}}},
		"Node": {Types: []string{"object"}, Properties: []openapi.Property{
			{Name: "value", Schema: number}, {Name: "next", Schema: &openapi.Schema{Ref: "Node"}}, {Name: "children", Schema: &openapi.Schema{Types: []string{"array"}, Items: &openapi.Schema{Ref: "Node"}}},
		}},
	}
	limited := func(kind string, limits ...openapi.Limit) *openapi.Schema {
		return &openapi.Schema{Types: []string{kind}, Limits: limits}
	}
	object := func(properties ...openapi.Property) *openapi.Schema {
		return &openapi.Schema{Types: []string{"object"}, Properties: properties}
	}
	for _, tc := range []struct {
		name   string
		schema *openapi.Schema
		answer bool
		want   string
	}{
		{"no schema allows anything", nil, false, "{}"},
		{"nothing satisfies false", &openapi.Schema{Never: true}, false, ""},
		{"an example is taken before all else", &openapi.Schema{Types: []string{"string"}, Examples: []string{`"Ada"`}, Default: `"x"`}, false, `"Ada"`},
		{"a default is taken before an enumeration", &openapi.Schema{Enum: []string{`"a"`, `"b"`}, Default: `"b"`}, false, `"b"`},
		{"the first of an enumeration", &openapi.Schema{Enum: []string{`"a"`, `"b"`}}, false, `"a"`},
		{"a format", &openapi.Schema{Types: []string{"string"}, Format: "date"}, false, `"2026-01-31"`},
		{"a text that is long enough", limited("string", openapi.Limit{Keyword: "minLength", Value: "8"}), false, `"stringst"`},
		{"a text that is short enough", limited("string", openapi.Limit{Keyword: "maxLength", Value: "3"}), false, `"str"`},
		{"a number within its limits", limited("integer", openapi.Limit{Keyword: "minimum", Value: "10"}), false, "10"},
		{"a number below a limit", limited("number", openapi.Limit{Keyword: "exclusiveMaximum", Value: "0"}), false, "-1"},
		{"a number with a fraction", limited("number", openapi.Limit{Keyword: "maximum", Value: "0.5"}), false, "0.5"},
		{"what may be null is not", &openapi.Schema{Types: []string{"null", "boolean"}}, false, "true"},
		{"a named schema", &openapi.Schema{Ref: "Person"}, false, `{"name":"string"}`},
		{"a name that leads nowhere", object(openapi.Property{Name: "x", Schema: &openapi.Schema{Ref: "Lost"}}), false, "{}"},
		{"a schema within itself ends", &openapi.Schema{Ref: "Node"}, false, `{"value":1,"children":[]}`},
		{"what is only received is not sent", object(openapi.Property{Name: "id", Schema: &openapi.Schema{ReadOnly: true}}, openapi.Property{Name: "n", Schema: number}), false, `{"n":1}`},
		{"what is only sent is not received", object(openapi.Property{Name: "id", Schema: &openapi.Schema{WriteOnly: true}}, openapi.Property{Name: "n", Schema: number}), true, `{"n":1}`},
		{"all of several", &openapi.Schema{AllOf: []*openapi.Schema{{Ref: "Person"}, object(openapi.Property{Name: "age", Schema: number})}}, false, `{"name":"string","age":1}`},
		{"one of several is the first", &openapi.Schema{OneOf: []*openapi.Schema{{Ref: "Person"}, number}}, false, `{"name":"string"}`},
		{"null is the last choice", &openapi.Schema{AnyOf: []*openapi.Schema{{Types: []string{"null"}}, number}}, false, "1"},
		{"a map", &openapi.Schema{Types: []string{"object"}, Additional: number}, false, `{"key":1}`},
		{"a tuple", &openapi.Schema{PrefixItems: []*openapi.Schema{text, number}}, false, `["string",1]`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := openapi.Sampler{Schema: func(name string) *openapi.Schema { return named[name] }, Answer: tc.answer}
			if got := strings.Join(strings.Fields(s.JSON(tc.schema)), ""); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestASampleOfAnEndlessSchemaIsSmall(t *testing.T) {
	wide := &openapi.Schema{Types: []string{"object"}}
	for _, name := range strings.Fields("a b c d e f g h i j k l m n o p") {
		wide.Properties = append(wide.Properties, openapi.Property{Name: name, Schema: &openapi.Schema{Types: []string{"object"}, Additional: &openapi.Schema{Ref: "Wide" + name}}})
	}
	s := openapi.Sampler{Schema: func(string) *openapi.Schema { return wide }}
	if got := s.JSON(wide); len(got) == 0 || len(got) > 64<<10 {
		t.Errorf("%d bytes", len(got))
	}
}
