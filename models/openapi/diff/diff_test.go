package diff_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/diff"
)

func load(t testing.TB, text string) *openapi.Loaded {
	t.Helper()
	l, err := openapi.Load([]byte("openapi: 3.1.0\ninfo: {title: T, version: '1'}\n" + text))
	if err != nil {
		t.Fatalf("the test's document is broken: %v\n%s", err, text)
	}
	return l
}

// lines are the changes as a table writes them.
func lines(t testing.TB, base, revision string) []string {
	t.Helper()
	changes, err := diff.Diff(load(t, base), load(t, revision))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range changes {
		out = append(out, strings.Join(strings.Fields(fmt.Sprintf("%s %s %s: %s", c.Level, c.Method, c.Path, c.Text)), " "))
	}
	return out
}

// quotes is a document with an operation of these parts, in flow style.
func quotes(operation string) string { return "paths: {/quotes: {get: " + operation + "}}\n" }

// answers is an operation that answers with a schema.
func answers(schema string) string {
	return "{responses: {'200': {description: '', content: {application/json: {schema: " + schema + "}}}}}"
}

// takes is an operation with parameters.
func takes(parameters string) string {
	return "{parameters: [" + parameters + "], responses: {'204': {description: ''}}}"
}

func TestDiff(t *testing.T) {
	const (
		plain   = "{responses: {'204': {description: ''}}}"
		schemes = "components: {securitySchemes: {a: {type: http, scheme: basic}, b: {type: http, scheme: bearer}}}"
	)
	for _, c := range []struct {
		name           string
		base, revision string
		want           []string
	}{
		{"the same document has no changes", quotes(plain), quotes(plain), nil},
		{
			"a text that reads otherwise is no change",
			quotes("{summary: One, description: Two, responses: {'204': {description: Three}}}"),
			quotes("{summary: Four, description: Five, responses: {'204': {description: Six}}}"),
			nil,
		},
		{
			"an operation that is gone breaks its callers",
			quotes(plain), "paths: {}",
			[]string{"breaking GET /quotes: The operation is removed without having been deprecated."},
		},
		{
			"an operation that is gone from a path that stays breaks its callers",
			"paths: {/quotes: {get: " + plain + ", post: " + plain + "}}", quotes(plain),
			[]string{"breaking POST /quotes: The operation is removed without having been deprecated."},
		},
		{
			"a deprecated operation that is gone is a risk, for it may still be called",
			quotes("{deprecated: true, responses: {'204': {description: ''}}}"), "paths: {}",
			[]string{"risky GET /quotes: The operation, which was deprecated, is removed."},
		},
		{
			"what the document says of its own sunset or stability excuses no removal",
			"paths: {/a: {get: {deprecated: true, x-sunset: '2001-01-01', responses: {}}}, /b: {get: {x-stability-level: alpha, responses: {}}}}", "paths: {}",
			[]string{
				"breaking GET /b: The operation is removed without having been deprecated.",
				"risky GET /a: The operation, which was deprecated, is removed.",
			},
		},
		{
			"a method of OpenAPI 3.2 is removed like any other",
			"paths: {/quotes: {additionalOperations: {COPY: " + plain + "}}}", "paths: {}",
			[]string{"breaking COPY /quotes: The operation is removed without having been deprecated."},
		},
		{
			"a parameter in a path that is called otherwise is no other path",
			"paths: {'/quotes/{id}': {get: " + takes("{name: id, in: path, required: true, schema: {type: string}}") + "}}",
			"paths: {'/quotes/{quote}': {get: " + takes("{name: quote, in: path, required: true, schema: {type: string}}") + "}}",
			nil,
		},
		{
			"a change of an operation is told with the path that callers know",
			"paths: {'/quotes/{id}': {get: " + takes("{name: id, in: path, required: true, schema: {type: string}}") + "}}",
			"paths: {'/quotes/{quote}': {get: " + takes("{name: quote, in: path, required: true, schema: {type: string}}, {name: lang, in: query, required: true, schema: {type: string}}") + "}}",
			[]string{"breaking GET /quotes/{id}: Added the new required “query” request parameter “lang”."},
		},
		{
			"a parameter that may be left out is safe",
			quotes(plain), quotes(takes("{name: lang, in: query, schema: {type: string}}")),
			[]string{"safe GET /quotes: Added the new optional “query” request parameter “lang”."},
		},
		{
			"a parameter that is not read any more is a risk",
			quotes(takes("{name: lang, in: query, schema: {type: string}}")), quotes(plain),
			[]string{"risky GET /quotes: Deleted the “query” request parameter “lang”."},
		},
		{
			"a number is written as the document has it",
			quotes(takes("{name: n, in: query, schema: {type: integer, maximum: 1000000}}")), quotes(takes("{name: n, in: query, schema: {type: integer, maximum: 50}}")),
			[]string{"breaking GET /quotes: For the “query” request parameter “n”, the max was decreased from “1000000” to “50”."},
		},
		{
			"a property that answers always had breaks, one that they sometimes had is a risk",
			quotes(answers("{type: object, required: [a], properties: {a: {type: string}, b: {type: string}}}")), quotes(answers("{type: object}")),
			[]string{
				"breaking GET /quotes: Removed the required property “a” from the response with the “200” status.",
				"risky GET /quotes: Removed the optional property “b” from the response with the “200” status.",
			},
		},
		{
			"a new operation and one that is deprecated are safe",
			quotes(plain), "paths: {/quotes: {get: {deprecated: true, responses: {'204': {description: ''}}}}, /tips: {get: " + plain + "}}",
			[]string{"safe GET /quotes: The operation is deprecated.", "safe GET /tips: The operation is new."},
		},
		{
			"another way to sign in is no more than a risk, for callers use a key of the portal's",
			quotes("{security: [{a: []}, {b: []}], responses: {'204': {description: ''}}}") + schemes,
			quotes("{security: [{b: []}], responses: {'204': {description: ''}}}") + schemes,
			[]string{"risky GET /quotes: The endpoint scheme security “a” was removed from the API."},
		},
		{
			"a webhook that is not sent any more is told without an operation",
			"webhooks: {sold: {post: {responses: {}}}}", "webhooks: {gone: {post: {responses: {}}}}",
			[]string{"breaking : Webhook “sold” removed.", "safe : Webhook “gone” added."},
		},
		{
			"a webhook's body is told without an operation, for nobody calls it",
			"webhooks: {sold: {post: {requestBody: {content: {application/json: {schema: {type: object}}}}, responses: {}}}}",
			"webhooks: {sold: {post: {requestBody: {content: {application/json: {schema: {type: object, required: [a], properties: {a: {}}}}}}, responses: {}}}}",
			[]string{"breaking : Webhook “sold”: Added the new required request property “a”."},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, lines(t, c.base, c.revision)); d != "" {
				t.Error(d)
			}
		})
	}
}

// using is a document with n operations that answer with the schema Quote, and one that is sent it.
func using(n int, schemas string) string {
	paths := "/in: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Quote'}}}}, responses: {}}}"
	for i := range n {
		paths += fmt.Sprintf(", /out%02d: {get: %s}", i, answers("{type: array, items: {$ref: '#/components/schemas/Quote'}}"))
	}
	return "paths: {" + paths + "}\ncomponents: {schemas: {" + schemas + "}}\n"
}

func TestDiffOfSchemas(t *testing.T) {
	const (
		loose  = "Quote: {type: object, properties: {text: {type: string}}}"
		strict = "Quote: {type: object, required: [text], properties: {text: {type: string}}}"
		// Two schemas that reach each other.
		ring       = "Quote: {type: object, properties: {by: {$ref: '#/components/schemas/Author'}}}, Author: {type: object, required: [name], properties: {name: {type: string}, best: {$ref: '#/components/schemas/Quote'}}}"
		brokenRing = "Quote: {type: object, properties: {by: {$ref: '#/components/schemas/Author'}}}, Author: {type: object, properties: {best: {$ref: '#/components/schemas/Quote'}}}"
	)
	for _, c := range []struct {
		name           string
		base, revision string
		want           []string
	}{
		{
			"a schema's change is told with each operation that uses it, by what it does to requests and to answers",
			using(2, loose), using(2, strict),
			[]string{
				"breaking POST /in: Schema “Quote”: The request property “text” became required.",
				"safe GET /out00: Schema “Quote”: The response property “text” became required.",
				"safe GET /out01: Schema “Quote”: The response property “text” became required.",
			},
		},
		{
			"what more than twenty operations share is told once",
			using(21, strict), using(21, loose),
			[]string{
				"breaking : Schema “Quote”, used by 21 operations: The response property “text” became optional.",
				"safe POST /in: Schema “Quote”: The request property “text” became optional.",
			},
		},
		{
			"schemas that reach each other end, and each change is told once",
			using(1, ring), using(1, brokenRing),
			[]string{
				"breaking GET /out00: Schema “Author”: Removed the required property “name” from the response.",
				"risky POST /in: Schema “Author”: Removed the request property “name”.",
			},
		},
		{
			"a schema that no operation uses is no change of theirs",
			using(1, loose+", Other: {type: string}"), using(1, loose+", Other: {type: integer}"), nil,
		},
		{
			"a schema that took another name and stayed what it was is no change",
			using(1, "Quote: {$ref: '#/components/schemas/Old'}, Old: {type: object, properties: {text: {type: string}}}"),
			using(1, "Quote: {$ref: '#/components/schemas/New'}, New: {type: object, properties: {text: {type: string}}}"),
			[]string{"safe : Removed the schema “Old”."},
		},
		{
			"a parameter's own schema reads as the parameter",
			quotes(takes("{name: lang, in: query, schema: {$ref: '#/components/schemas/Lang'}}")) + "components: {schemas: {Lang: {type: string, enum: [de, en]}}}",
			quotes(takes("{name: lang, in: query, schema: {$ref: '#/components/schemas/Lang'}}")) + "components: {schemas: {Lang: {type: string, enum: [en]}}}",
			[]string{"breaking GET /quotes: Removed the enum value “de” from the “query” request parameter “lang”."},
		},
		{
			"a webhook that carries the schema is told as one",
			"webhooks: {sold: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Quote'}}}}, responses: {}}}}\ncomponents: {schemas: {" + loose + "}}",
			"webhooks: {sold: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Quote'}}}}, responses: {}}}}\ncomponents: {schemas: {" + strict + "}}",
			[]string{"breaking : Webhook “sold”: Schema “Quote”: The request property “text” became required."},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, lines(t, c.base, c.revision)); d != "" {
				t.Error(d)
			}
		})
	}
}

// A document of n operations that all use n schemas which all reach each other: by operation, there would be n² changes.
func TestDiffOfManySchemasEnds(t *testing.T) {
	const n = 50
	document := func(kind string) string {
		var paths, schemas []string
		for i := range n {
			paths = append(paths, fmt.Sprintf("/p%d: {get: %s}", i, answers(fmt.Sprintf("{$ref: '#/components/schemas/S%d'}", i))))
			schemas = append(schemas, fmt.Sprintf("S%d: {type: object, properties: {next: {$ref: '#/components/schemas/S%d'}, value: {type: %s}}}", i, (i+1)%n, kind))
		}
		return "paths: {" + strings.Join(paths, ", ") + "}\ncomponents: {schemas: {" + strings.Join(schemas, ", ") + "}}"
	}
	got := lines(t, document("string"), document("integer"))
	if len(got) != n {
		t.Fatalf("%d changes, want one for each of %d schemas", len(got), n)
	}
	if want := "breaking : Schema “S0”, used by 50 operations: The “value” response's property “type” changed from “string” to “integer”."; got[0] != want {
		t.Errorf("got  %s\nwant %s", got[0], want)
	}
}

func TestDiffIsBounded(t *testing.T) {
	document := func(kind string) string {
		var properties []string
		for i := range diff.MaxChanges + 10 {
			properties = append(properties, fmt.Sprintf("p%04d: {type: %s}", i, kind))
		}
		return quotes(answers("{type: object, properties: {" + strings.Join(properties, ", ") + "}}"))
	}
	got := lines(t, document("string"), document("integer"))
	if len(got) != diff.MaxChanges {
		t.Fatalf("%d changes, want %d", len(got), diff.MaxChanges)
	}
	if want := "breaking : There are 11 more changes, of this level or a milder one."; got[len(got)-1] != want {
		t.Errorf("the last one is %q, want %q", got[len(got)-1], want)
	}
	if !slices.IsSorted(got[:len(got)-1]) {
		t.Error("the changes are in no order")
	}
}
