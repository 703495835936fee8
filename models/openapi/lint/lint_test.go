package lint_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/lint"
)

func load(t testing.TB, text string) *openapi.Loaded {
	t.Helper()
	l, err := openapi.Load([]byte(text))
	if err != nil {
		t.Fatalf("the test's document is broken: %v\n%s", err, text)
	}
	return l
}

// clean is a document that no rule has anything to say of. %s is room for more operations.
const clean = `openapi: 3.1.0
info:
  title: Quotes
  version: '1'
  description: Quotes of the day.
  contact: {email: quotes@example.com}
  license: {name: MIT, identifier: MIT}
tags: [{name: Quotes, description: All of them.}]
paths:
  /quotes/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}, example: 7}]
    get:
      operationId: getQuote
      summary: Read a quote
      description: One by its number.
      tags: [Quotes]
      responses:
        '200':
          description: The quote.
          content: {application/json: {schema: {$ref: '#/components/schemas/Quote'}, example: {text: To be.}}}
        '402': {description: It has to be paid for.}
components:
  schemas:
    Quote: {type: object, required: [text], properties: {text: {type: string}, kind: {type: string, enum: [sad, funny]}}}
`

// check is what the rules say of a document.
func check(l *openapi.Loaded) []openapi.Finding { return lint.Check(l, openapi.Reduce(l).Outline) }

func TestACleanDocument(t *testing.T) {
	if found := check(load(t, clean)); len(found) > 0 {
		t.Errorf("found %+v", found)
	}
}

// broken is a clean document with changes: pairs of what is replaced and what by.
func broken(changes ...string) string {
	text := clean
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			panic("the clean document does not hold " + changes[i])
		}
		text = strings.Replace(text, changes[i], changes[i+1], 1)
	}
	return text
}

// with is a clean document with more paths.
func with(paths string) string { return broken("components:", paths+"\ncomponents:") }

// operation is one that is clean but for what is given, in flow style.
func operation(id, more string) string {
	return "{operationId: " + id + ", summary: S, description: D, tags: [Quotes], responses: {'204': {description: ''}}" + more + "}"
}

// schemas is a clean document with a Quote that has more properties, in flow style.
func schemas(properties string) string {
	return broken("properties: {text: {type: string}", "properties: {text: {type: string}, "+properties)
}

// three0 is a document written for OpenAPI 3.0.
func three0(text string) string {
	return strings.NewReplacer("3.1.0", "3.0.3", "identifier: MIT", "url: 'https://example.com'").Replace(text)
}

var rows = []struct {
	name     string
	rule     string
	document string
	want     []string // pointer: message
}{
	{
		"a value that an enum lists twice", "duplicated-entry-in-enum", broken("[sad, funny]", "[sad, funny, sad]"),
		[]string{`/components/schemas/Quote/properties/kind/enum/2: The enum lists "sad" twice. List each value once.`},
	},
	{
		"no operation tells of 402", "faregate-402-documented", broken("'402'", "'404'"),
		[]string{"/paths: No operation tells of 402, the answer to a call that has to be paid for first. The openapi.json of the portal adds it; if you hand the document out elsewhere, add it there."},
	},
	{"an answer of all client errors tells of 402 too", "faregate-402-documented", broken("'402'", "'4XX'"), nil},
	{
		"a key in the header that the gateway reads its own from", "faregate-auth-scheme", broken("components:", "components:\n  securitySchemes: {key: {type: apiKey, in: header, name: x-api-key}}"),
		[]string{"/components/securitySchemes/key: Security scheme “key”: the gateway takes X-API-Key for its own key and does not pass it on. If the credential is the same for all callers, enter it in the version's upstream settings."},
	},
	{
		"a scheme of Authorization", "faregate-auth-scheme", broken("components:", "components:\n  securitySchemes: {token: {type: http, scheme: bearer}}"),
		[]string{"/components/securitySchemes/token: Security scheme “token”: callers have their key of this portal in Authorization; only those who send it in X-API-Key can send this credential besides. If the credential is the same for all callers, enter it in the version's upstream settings."},
	},
	{
		"a client certificate", "faregate-auth-scheme", broken("components:", "components:\n  securitySchemes: {cert: {type: mutualTLS}}"),
		[]string{"/components/securitySchemes/cert: Security scheme “cert”: the connection to the upstream is the gateway's, so no caller can show a certificate there. If the credential is the same for all callers, enter it in the version's upstream settings."},
	},
	{"a key in another header or in the query gets through", "faregate-auth-scheme", broken("components:", "components:\n  securitySchemes: {a: {type: apiKey, in: header, name: X-Token}, b: {type: apiKey, in: query, name: key}}"), nil},
	{
		"a document without operations", "faregate-no-operations", "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n",
		[]string{"/paths: The document has no operation. Add one, such as GET /quotes."},
	},
	{
		"an operation without a summary", "faregate-operation-summary", broken("      summary: Read a quote\n", ""),
		[]string{"/paths/~1quotes~1{id}/get: GET /quotes/{id} has no summary. Say in a few words what it does."},
	},
	{
		"a path without a slash in front", "faregate-path-begins-with-slash", with("  tips: {get: " + operation("getTips", "") + "}"),
		[]string{"/paths/tips: The path “tips” does not begin with a slash. Write “/tips”."},
	},
	{
		"two paths that differ only in the name of a parameter", "faregate-same-operation",
		with("  '/quotes/{number}': {parameters: [{name: number, in: path, required: true, schema: {type: integer}}], get: " + operation("other", "") + ", put: " + operation("third", "") + "}"),
		[]string{"/paths/~1quotes~1{number}/get: GET /quotes/{id} and GET /quotes/{number} are called alike, whatever their parameters are named. Keep one of them."},
	},
	{
		"a schema that applies itself", "faregate-schema-of-itself", broken("Quote: {type: object", "Quote: {allOf: [{$ref: '#/components/schemas/Quote'}], type: object"),
		[]string{"/components/schemas/Quote: The schema applies itself to the same value, by way of allOf, anyOf, oneOf or the like. Take it out there."},
	},
	{"a schema that has itself for a property ends where the value does", "faregate-schema-of-itself", schemas("next: {$ref: '#/components/schemas/Quote'}"), nil},
	{
		"a path parameter without a place in the path", "faregate-unused-path-parameter", broken("/quotes/{id}:", "/quotes:"),
		[]string{"/paths/~1quotes/get: GET /quotes has no place for its path parameter “id”. Put {id} into the path, or take the parameter out."},
	},
	{
		"nobody to turn to", "info-contact", broken("{email: quotes@example.com}", "{}"),
		[]string{"/info: The document names nobody to turn to. Add a contact with a name, an address or a mail address."},
	},
	{
		"no description", "info-description", broken("  description: Quotes of the day.\n", ""),
		[]string{"/info: The document has no description. Say what the API is for."},
	},
	{
		"no licence", "info-license", broken("  license: {name: MIT, identifier: MIT}\n", ""),
		[]string{"/info: The document names no licence. Name the one that the API may be used under."},
	},
	{
		"a licence by name alone", "license-url", broken(", identifier: MIT", ""),
		[]string{"/info/license: The licence has a name only. Add its address, or its SPDX identifier."},
	},
	{
		"a keyword beside a reference, in OpenAPI 3.0", "no-$ref-siblings", three0(schemas("next: {$ref: '#/components/schemas/Quote', nullable: true, maxLength: 3}")),
		[]string{"/components/schemas/Quote/properties/next/$ref: OpenAPI 3.0.3 ignores what stands beside $ref: maxLength, nullable. Move it to what is referred to; a schema can also have allOf with the reference in it."},
	},
	{"a keyword beside a reference, in OpenAPI 3.1", "no-$ref-siblings", schemas("next: {$ref: '#/components/schemas/Quote', description: D}"), nil},
	{
		"a script's function in a text", "no-eval-in-markdown", broken("One by its number.", "'eval(1)'"),
		[]string{"/paths/~1quotes~1{id}/get/description: The text holds eval(. Scripts do not run in texts; take it out."},
	},
	{
		"a script in a text", "no-script-tags-in-markdown", broken("All of them.", "'<SCRIPT src=x>'"),
		[]string{"/tags/0/description: The text holds a script. Scripts do not run in texts; take it out."},
	},
	{
		"what the standard does not allow", "oas3-schema", schemas("a: {type: text}"),
		[]string{`/components/schemas/Quote/properties/a: Unsupported 'type' value "text".`},
	},
	{
		"what the standard does not allow of an operation", "oas3-schema", three0(with("  /tips: {get: {operationId: t, summary: S, description: D, tags: [Quotes]}}")),
		[]string{"/paths/~1tips/get: Value of responses must be an object."},
	},
	{
		"a component that nothing refers to", "oas3-unused-component", broken("  schemas:\n", "  schemas:\n    Tip: {type: string}\n"),
		[]string{"/components/schemas/Tip: Nothing refers to “Tip” of the components. Take it out, or use it."},
	},
	{
		"a component with an odd name, one that a discriminator names, and one that builds on another", "oas3-unused-component",
		broken("  schemas:\n", `  schemas:
    A ~/ä: {type: string}
    B: {type: object, discriminator: {propertyName: kind, mapping: {c: C}}, required: [kind], properties: {kind: {type: string}, a: {$ref: '#/components/schemas/A%20~0~1%C3%A4'}}}
    C: {type: object}
    D: {allOf: [{$ref: '#/components/schemas/B'}]}
`), nil,
	},
	{
		"an example of a body that does not fit", "oas3-valid-media-example", broken("{text: To be.}", "{text: 3}"),
		[]string{"/paths/~1quotes~1{id}/get/responses/200/content/application~1json/example: The example does not fit its schema: at /text: value must be a string."},
	},
	{
		"an example that does not fit one of all schemas", "oas3-valid-media-example", broken("{type: integer}, example: 7", "{allOf: [{type: integer}, {maximum: 3}]}, example: 7"),
		[]string{"/paths/~1quotes~1{id}/parameters/0/example: The example does not fit its schema: number must be at most 3."},
	},
	{
		"an example of a parameter that does not fit", "oas3-valid-media-example", broken("example: 7", "examples: {first: {value: one}}"),
		[]string{"/paths/~1quotes~1{id}/parameters/0/examples/first: The example does not fit its schema: value must be an integer."},
	},
	{
		"an example that does not fit a keyword of JSON Schema 2020-12", "oas3-valid-media-example", broken("{type: integer}, example: 7", "{const: 8}, example: 7"),
		[]string{"/paths/~1quotes~1{id}/parameters/0/example: The example does not fit its schema: value must be 8."},
	},
	{"an example beside a schema that has no end", "oas3-valid-media-example", broken("Quote: {type: object", "Quote: {allOf: [{$ref: '#/components/schemas/Quote'}], type: object", "{text: To be.}", "{text: 3}"), nil},
	{"an example of XML", "oas3-valid-media-example", broken("application/json: {", "application/xml: {", "{text: To be.}", "<quote/>"), nil},
	{"a pattern that only JavaScript can read fits everything", "oas3-valid-schema-example", schemas("a: {type: string, pattern: '(?=a)', example: b}"), nil},
	{
		"an example of a schema that does not fit", "oas3-valid-schema-example", schemas("a: {type: string, examples: [b, 3]}"),
		[]string{"/components/schemas/Quote/properties/a/examples/1: The example does not fit its schema: value must be a string."},
	},
	{
		"a default that does not fit", "oas3-valid-schema-example", schemas("a: {type: string, maxLength: 2, default: long}"),
		[]string{"/components/schemas/Quote/properties/a/default: The default does not fit its schema: maximum string length is 2."},
	},
	{
		"a tag that is declared twice", "openapi-tags-uniqueness", broken("[{name: Quotes", "[{name: Quotes}, {name: Quotes"),
		[]string{"/tags/1: The tag “Quotes” is declared twice. Declare it once."},
	},
	{
		"an operation without a description", "operation-description", broken("      description: One by its number.\n", ""),
		[]string{"/paths/~1quotes~1{id}/get: GET /quotes/{id} has no description. Say what callers should know before they call it."},
	},
	{
		"an operation without an id", "operation-operationId", broken("      operationId: getQuote\n", ""),
		[]string{"/paths/~1quotes~1{id}/get: GET /quotes/{id} has no operationId. Give it one that stays, such as getQuote."},
	},
	{
		"an id that two operations have", "operation-operationId-unique", with("  /tips: {get: " + operation("getQuote", "") + "}"),
		[]string{"/paths/~1tips/get/operationId: GET /tips has the operationId “getQuote” of GET /quotes/{id}. Give each its own."},
	},
	{
		"an id with a blank", "operation-operationId-valid-in-url", broken("getQuote", "get quote"),
		[]string{"/paths/~1quotes~1{id}/get/operationId: The operationId “get quote” has characters that cannot stand in an address. Use letters, digits, hyphens and the like."},
	},
	{
		"two parameters of one name", "operation-parameters",
		with("  /tips: {get: " + operation("getTips", ", parameters: [{name: a, in: query, schema: {}}, {name: a, in: header, schema: {}}, {name: A, in: header, schema: {}}]") + "}"),
		[]string{"/paths/~1tips/get/parameters/2: There are two parameters “A” in header. Keep one of them."},
	},
	{
		"no answer of success", "operation-success-response", broken("'200'", "'404'"),
		[]string{"/paths/~1quotes~1{id}/get/responses: GET /quotes/{id} tells of no answer of success. Add one, such as 200 or 204."},
	},
	{
		"a tag that is not declared is told of once", "operation-tag-defined", broken("tags: [{name: Quotes, description: All of them.}]\n", "", "components:", "  /tips: {get: "+operation("getTips", "")+"}\ncomponents:"),
		[]string{"/paths/~1quotes~1{id}/get/tags/0: The tag “Quotes” is not declared. Add it to the tags of the document, with a description."},
	},
	{
		"an operation without a tag", "operation-tags", broken("      tags: [Quotes]\n", ""),
		[]string{"/paths/~1quotes~1{id}/get: GET /quotes/{id} has no tag. Give it the one of its group."},
	},
	{
		"braces with nothing in them", "path-declarations-must-exist", with("  '/tips/{}': {get: " + operation("getTip", "") + "}"),
		[]string{"/paths/~1tips~1{}: The path “/tips/{}” has empty braces. Write the parameter's name into them, such as {id}."},
	},
	{
		"a slash at the end", "path-keys-no-trailing-slash", with("  /: {get: " + operation("getAll", "") + "}\n  /tips/: {get: " + operation("getTip", "") + "}"),
		[]string{"/paths/~1tips~1: The path “/tips/” ends with a slash. Leave it out if your server answers without it."},
	},
	{
		"a query in a path", "path-not-include-query", with("  /tips?all: {get: " + operation("getTip", "") + "}"),
		[]string{"/paths/~1tips?all: The path “/tips?all” holds a query. Describe it with parameters in query."},
	},
	{
		"a name in a path that is declared nowhere", "path-params", broken("/quotes/{id}:", "/quotes/{id}/{part}:"),
		[]string{"/paths/~1quotes~1{id}~1{part}/get: GET /quotes/{id}/{part} does not declare {part} of its path. Add a parameter of that name in path, with required: true."},
	},
	{
		"a name that a path has twice", "path-params", broken("/quotes/{id}:", "/quotes/{id}/{id}:"),
		[]string{"/paths/~1quotes~1{id}~1{id}/get: The path of GET /quotes/{id}/{id} has {id} twice. Give the second another name."},
	},
	{"braces with more than a name in them", "path-params", broken("/quotes/{id}:", "/quotes/{+id}:"), nil},
	{
		"a parameter in a file that is not read may be the one", "path-params",
		with("  '/tips/{id}': {get: " + operation("getTip", ", parameters: [{$ref: 'other.yaml#/id'}]") + "}"), nil,
	},
	{
		"a value of another type than the enum's", "typed-enum", schemas("n: {type: [integer, 'null'], enum: [1, 2.5, '3', null]}"),
		[]string{
			"/components/schemas/Quote/properties/n/enum/1: The enum's value 2.5 is not of type integer or null. Take it out, or write it as that type.",
			`/components/schemas/Quote/properties/n/enum/2: The enum's value "3" is not of type integer or null. Take it out, or write it as that type.`,
		},
	},
}

func TestRules(t *testing.T) {
	for _, row := range rows {
		t.Run(row.rule+": "+row.name, func(t *testing.T) {
			var got []string
			for _, f := range check(load(t, row.document)) {
				if f.Rule == row.rule {
					got = append(got, f.Pointer+": "+f.Message)
				}
			}
			if d := cmp.Diff(row.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestEveryRuleIsBrokenByARow(t *testing.T) {
	shown := map[string]bool{"faregate-price": true, "faregate-contact": true} // TestCheckVersion
	for _, row := range rows {
		shown[row.rule] = shown[row.rule] || len(row.want) > 0
	}
	names := []string{}
	for _, r := range lint.Rules() {
		if !shown[r.Name] {
			t.Errorf("no row breaks %s", r.Name)
		}
		names = append(names, r.Name)
	}
	if !slices.IsSorted(names) {
		t.Errorf("the rules are not in the order of their names: %s", names)
	}
}

func TestCheckVersion(t *testing.T) {
	for _, c := range []struct {
		name  string
		facts lint.Facts
		want  []openapi.Finding
	}{
		{"a version with a plan and a contact can be published", lint.Facts{OpenPlans: 1, Contact: true}, nil},
		{"without an open plan it can be published for those who have one", lint.Facts{Contact: true}, []openapi.Finding{
			{Rule: "faregate-price", Severity: openapi.Warning, Message: "No plan is open, so nobody new can subscribe. Make one with a price, which may be nothing, or open one that is closed."},
		}},
		{"without a contact it can be published", lint.Facts{OpenPlans: 1}, []openapi.Finding{
			{Rule: "faregate-contact", Severity: openapi.Warning, Message: "The API names nobody to turn to. Fill in “Support by mail” or “Support page” of the API."},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, lint.CheckVersion(c.facts)); d != "" {
				t.Error(d)
			}
		})
	}
}

// Findings come in the order of the document's lines, each with the operation that it stands in.
func TestOrder(t *testing.T) {
	const document = `openapi: 3.0.3
paths:
  /b: {get: {operationId: second, responses: {'200': {description: ''}}}}
  /a/{id}:
    get:
      operationId: first
      tags: [T]
      responses: {'200': {description: '', content: {application/json: {schema: {type: string, enum: [1]}}}}}
components: {schemas: {Lonely: {type: string}}}
info: {title: T, version: '1'}
`
	var got []string
	for _, f := range check(load(t, document)) {
		got = append(got, fmt.Sprintf("%d:%d %s %s %s", f.Line, f.Column, f.Severity, f.Rule, f.Operation))
	}
	want := []string{
		"2:1 warning faregate-402-documented ",
		"3:8 warning faregate-operation-summary second",
		"3:8 warning operation-description second",
		"3:8 warning operation-tags second",
		"5:5 warning faregate-operation-summary first",
		"5:5 warning operation-description first",
		"5:5 error path-params first",
		"7:14 warning operation-tag-defined first",
		"8:103 warning typed-enum first",
		"9:24 warning oas3-unused-component ",
		"10:1 warning info-contact ",
		"10:1 warning info-description ",
		"10:1 warning info-license ",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// A document of OpenAPI 2.0 is checked as what it becomes, and findings point into what was received.
func TestSwagger(t *testing.T) {
	const document = `swagger: '2.0'
info: {title: T, version: '1'}
paths:
  /quotes/{id}:
    post:
      parameters:
      - {name: body, in: body, schema: {type: object, properties: {n: {type: integer, enum: [1, 1]}}}}
      responses: {'200': {description: '', schema: {$ref: '#/definitions/Quote', description: Best.}}}
definitions: {Quote: {type: string}, Lonely: {type: string}}
`
	got := map[string]int{}
	for _, f := range check(load(t, document)) {
		got[f.Rule] = f.Line
	}
	for rule, line := range map[string]int{"path-params": 5, "duplicated-entry-in-enum": 7, "no-$ref-siblings": 8, "oas3-unused-component": 9} {
		if got[rule] != line {
			t.Errorf("%s is found in line %d, want %d", rule, got[rule], line)
		}
	}
}

func TestFindingsAreBounded(t *testing.T) {
	var paths strings.Builder
	for i := range lint.MaxFindings + 12 {
		fmt.Fprintf(&paths, "  /p%03d: {get: %s}\n", i, strings.Replace(operation(fmt.Sprintf("p%d", i), ""), "summary: S, ", "", 1))
	}
	found := check(load(t, with(strings.TrimSuffix(paths.String(), "\n"))))
	if len(found) != lint.MaxFindings+1 {
		t.Fatalf("%d findings, want %d and how many more there are", len(found), lint.MaxFindings)
	}
	want := openapi.Finding{Rule: "faregate-operation-summary", Severity: openapi.Warning, Message: "And 12 more."}
	if d := cmp.Diff(want, found[lint.MaxFindings]); d != "" {
		t.Error(d)
	}
}

// The table of docs/lint.md is the rules.
func TestTheDocumentedRules(t *testing.T) {
	text, err := os.ReadFile("../../../docs/lint.md")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, r := range lint.Rules() {
		want = append(want, fmt.Sprintf("| `%s` | %s | %s |", r.Name, r.Severity, r.Why))
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "| `") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
