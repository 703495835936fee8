package openapi_test

import (
	"testing"

	"github.com/faregate/faregate/models/openapi"
)

func TestMatchPath(t *testing.T) {
	for _, c := range []struct {
		name, template, path string
		want                 bool
	}{
		{"the same path", "/quotes", "/quotes", true},
		{"another path", "/quotes", "/tips", false},
		{"a path that goes on", "/quotes", "/quotes/7", false},
		{"a slash at the end", "/quotes", "/quotes/", false},
		{"a value", "/quotes/{id}", "/quotes/7", true},
		{"a value with an escaped slash", "/quotes/{id}", "/quotes/a%2Fb", true},
		{"no value", "/quotes/{id}", "/quotes/", false},
		{"a value does not take a slash", "/quotes/{id}", "/quotes/7/parts", false},
		{"a value in the midst", "/quotes/{id}/parts", "/quotes/7/parts", true},
		{"two values", "/quotes/{id}/parts/{part}", "/quotes/7/parts/1", true},
		{"a value before text", "/files/{name}.json", "/files/a.b.json", true},
		{"a value before other text", "/files/{name}.json", "/files/a.xml", false},
		{"nothing before the text", "/files/{name}.json", "/files/.json", false},
		{"two values in a segment", "/compare/{base}...{head}", "/compare/a...b", true},
		{"two values with the same text behind each", "/{a}.{b}.x", "/1.2.x", true},
		{"two values side by side", "/{a}{b}", "/xy", true},
		{"the root", "/", "/", true},
		{"the root is no value", "/{id}", "/", false},
		{"a brace that is not closed is text", "/a{b", "/a{b", true},
		{"nothing is nothing", "", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := openapi.MatchPath(c.template, c.path); got != c.want {
				t.Errorf("MatchPath(%q, %q) = %v", c.template, c.path, got)
			}
		})
	}
}
