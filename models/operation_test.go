package models_test

import (
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
)

func TestOperationsAsPeopleTypeThem(t *testing.T) {
	for line, want := range map[string]string{
		"/a": "/a", "GET /reports/{id}": "GET /reports/{id}", "quotes GET /a": "quotes GET /a", "quotes /files/{rest...}": "quotes /files/{rest...}",
		"  POST\t/a \r\n": "POST /a", "/": "/", "PURGE /a": "PURGE /a",
		"": "no", "a": "no", "GET": "no", "get /a": "get /a", "Quotes GET /a": "no", "quotes tides /a": "no", "GET POST /a": "no", "GET quotes /a": "no",
		"HEAD /a": "no", "/a//b": "no", "/{rest...}/a": "no", "/{a": "no", "/a?b=1": "no", "/%61": "no", "../a": "no", `quotes" /a`: "no",
		"/" + strings.Repeat("a", 200): "no",
	} {
		api, o, err := models.ParseOperation(line)
		got := o.Line(api)
		if err != nil {
			got = "no"
		}
		if got != want {
			t.Errorf("%q is read as %q, want %q (%v)", line, got, want, err)
		}
	}
}

func TestTheOperationsOfAKey(t *testing.T) {
	a, b := models.Operation{Path: "/a"}, models.Operation{APIID: "api_b", Path: "/b"}
	rules := models.KeyRules{Operations: []models.Operation{a, b, a}}
	if err := rules.Validate(); err != nil || len(rules.Operations) != 2 {
		t.Errorf("%+v, %v", rules.Operations, err)
	}
	for sentence, rules := range map[string]models.KeyRules{
		"an API that is not ticked": {APIs: []string{"api_a"}, Operations: []models.Operation{b}},
		"a path that is none":       {Operations: []models.Operation{{Path: "a"}}},
		"a method that is none":     {Operations: []models.Operation{{Method: "get", Path: "/a"}}},
	} {
		if got := strings.Join(wrongFields(rules.Validate()), " "); got != "operations" {
			t.Errorf("%s: wrong are %q", sentence, got)
		}
	}
	many := models.KeyRules{}
	for i := range 101 {
		many.Operations = append(many.Operations, models.Operation{Path: "/" + strings.Repeat("a", i)})
	}
	if err := many.Validate(); err == nil || len(wrongFields(err)) != 1 {
		t.Errorf("101 operations: %v", err)
	}
}
