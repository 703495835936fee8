package openapi

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
)

// What cannot be shown is refused with a sentence for whoever sent it, at the place that it is about.
func TestABrokenDocumentIsToldWhatIsWrongAndWhere(t *testing.T) {
	const begin = "openapi: 3.1.0\ninfo: {title: A, version: '1'}\n"
	for _, c := range []struct {
		name, document, message string
		line, column            int
	}{
		{"nothing", "", "The document is empty.", 1, 1},
		{"a comma too many", `{"openapi": "3.0.0", }`, "The name of a member must stand here, in double quotes.", 1, 22},
		{"a comma too few", "{\n  \"openapi\": \"3.0.0\"\n  \"info\": {}\n}", `A comma or a closing brace must follow the value of "openapi".`, 3, 3},
		{"a name without a colon", `{"openapi" "3.0.0"}`, `A colon must follow the name "openapi".`, 1, 12},
		{"an end in the middle", `{"openapi": `, "The document ends in the middle: a value must stand here.", 1, 13},
		{"a text that is not closed", `{"openapi": "3.0`, "This text is never closed with a double quote.", 1, 13},
		{"a line that ends within a text", "{\"openapi\": \"3.0\n\"}", `A text has to be closed with a double quote on its line; a new line within it is written \n.`, 1, 17},
		{"an unknown escape", `{"openapi": "\x"}`, "A backslash begins nothing that JSON knows here; a backslash itself is written twice.", 1, 14},
		{"a number with a leading zero", `{"openapi": 03}`, `"03" is no number as JSON writes them.`, 1, 13},
		{"words that JSON does not have", `{"openapi": None}`, "This is no JSON: a value must stand here.", 1, 13},
		{"an unclosed list", `{"openapi": [1 2]}`, "A comma or a closing bracket must follow this item.", 1, 16},
		{"something behind the end", "{\"openapi\": \"3.0.0\"}\n}", "The document ends here, and something follows.", 2, 1},
		{"a name that stands twice in JSON", "{\"openapi\": \"3.0.0\",\n \"info\": {}, \"info\": {}}", `The name "info" stands twice in this object.`, 2, 14},
		{"a name that stands twice in YAML", begin + "paths:\n  /a: {}\n  /a: {}\n", `The name "/a" stands twice in this object.`, 5, 3},
		{"a tab that indents YAML", begin + "paths:\n\t/a: {}\n", "This is no YAML: found character that cannot start any token (while scanning for the next token that begins in line 4).", 4, 1},
		{"a list in the middle of an object", begin + "paths:\n- a\n  b: c\n", "", 5, 4},
		{"two documents in one", begin + "---\n" + begin, "A second document begins here; only one can be read.", 3, 1},
		{"an alias of itself", begin + "x-a: &a\n  b: *a\n", "The alias *a stands within what it is an alias of.", 4, 6},
		{"a name that is no text", begin + "x-a:\n  ? [b]\n  : c\n", "The name of a member must be a text.", 4, 5},
		{"a merge of what is no object", begin + "x-a:\n  <<: text\n", "What << merges must be an object.", 4, 7},
		{"UTF-16", string(utf16le(begin)), "The document is written in UTF-16 or UTF-32. Save it as UTF-8.", 1, 1},
		{"a byte of another encoding", "openapi: 3.1.0\ninfo: {title: caf\xe9}\n", "The byte 0xE9 is no UTF-8. Save the document as UTF-8.", 2, 18},
		{"a byte of 0", "openapi: 3.1.0\n\x00", "A byte of 0 is no text. Save the document as UTF-8.", 2, 1},
		{"a list", "- openapi: 3.1.0\n", "An OpenAPI document is an object; this is a list.", 1, 1},
		{"some other document", "{\n\"name\": \"package\"}", "This is no OpenAPI document: it has neither a member openapi nor a member swagger.", 1, 1},
		{"a version to come", "info: {}\nopenapi: 4.0.0\n", `The version "4.0.0" of OpenAPI is not known. Known are 2.0, 3.0, 3.1 and 3.2.`, 2, 1},
		{"a version that never was", "swagger: 1.2\n", `The version "1.2" of OpenAPI is not known. Known are 2.0, 3.0, 3.1 and 3.2.`, 1, 1},
		{"text where an operation must stand", begin + "paths:\n  /é: {get: hello}\n", `"get" must be an operation, which is an object. It is text.`, 4, 8},
		{"an object where a list must stand", begin + "tags: {name: a}\n", `"tags" must be a list, and is an object.`, 3, 1},
		{"a list where named members must stand", begin + "components: {schemas: [{type: string}]}\n", `"schemas" must be an object of named members. It is a list.`, 3, 14},
		{"a reference that leads nowhere", begin + "components: {schemas: {A: {items: {$ref: '#/components/schemas/B'}}}}\n", `The $ref "#/components/schemas/B" leads nowhere.`, 3, 42},
		{"a reference to an anchor that is not there", begin + "components: {schemas: {A: {$ref: '#b'}}}\n", `The $ref "#b" leads nowhere.`, 3, 34},
		{"a reference that is no text", begin + "components: {schemas: {A: {$ref: 1}}}\n", "$ref must be a text, and is a number.", 3, 34},
		{"a reference to itself", begin + "components: {schemas: {A: {$ref: '#/components/schemas/A'}}}\n", `The $ref "#/components/schemas/A" leads back to itself, or over more than 100 others.`, 3, 34},
		{"references in a circle", begin + "components: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}}}\n", `The $ref "#/components/schemas/B" leads back to itself, or over more than 100 others.`, 3, 34},
		{"a reference to all components", begin + "components: {schemas: {A: {$ref: '#/components'}}}\n", `The $ref "#/components" leads to no schema.`, 3, 34},
		{"a reference in place of all schemas", begin + "components: {schemas: {$ref: '#/x-all'}}\nx-all: {}\n", "$ref cannot stand here: it stands for one object, not for a set of them.", 3, 24},
		{"a reference that leads nowhere, in Swagger", "swagger: '2.0'\ndefinitions:\n  A: {$ref: '#/definitions/B'}\n", `The $ref "#/components/schemas/B" leads nowhere.`, 3, 13},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load([]byte(c.document))
			var broken *Broken
			if !errors.As(err, &broken) {
				t.Fatalf("got %v", err)
			}
			if broken.Message != c.message && c.message != "" || broken.Place != (Place{c.line, c.column}) {
				t.Errorf("got  %q at %d:%d\nwant %q at %d:%d", broken.Message, broken.Line, broken.Column, c.message, c.line, c.column)
			}
		})
	}
}

func utf16le(s string) []byte {
	b := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

// What is made to cost more than it says is refused before it does.
func TestAHostileDocumentIsRefusedSoon(t *testing.T) {
	bomb := "openapi: 3.1.0\nx-0: &a0 [1,1,1,1,1,1,1,1,1]\n"
	for i := 1; i < 12; i++ {
		bomb += fmt.Sprintf("x-%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9))
	}
	fork := "openapi: 3.1.0\npaths: {/a: {$ref: '#/x/0'}}\nx:\n"
	for i := range 40 {
		fork += fmt.Sprintf("- get: {callbacks: {a: {u: {$ref: '#/x/%d'}}, b: {u: {$ref: '#/x/%d'}}}}\n", i+1, i+1)
	}
	for name, c := range map[string]struct{ document, message string }{
		"lists 10,000 deep in JSON":               {`{"openapi":"3.0.0","x":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + "}", tooDeep},
		"lists 9,000 deep in YAML":                {"openapi: 3.0.0\nx: " + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000), tooDeep},
		"aliases of aliases of aliases":           {bomb, tooManyValues},
		"three million values":                    {`{"openapi":"3.0.0","x":[0` + strings.Repeat(",0", 3_000_000) + "]}", tooManyValues},
		"a number of a million digits":            {`{"openapi":"3.0.0","x":` + strings.Repeat("9", 1_000_000) + "}", numberTooLong},
		"references that fork":                    {fork + "- {}\n", tooManyCopies},
		"more bytes than any document":            {strings.Repeat(" ", maxBytes+1), "The document is larger than 32 MiB."},
		"a long text that a hundred aliases have": {"openapi: 3.0.0\nx: [&a " + strings.Repeat("a", 1<<20) + strings.Repeat(", *a", 100) + "]", tooManyValues},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Load([]byte(c.document)); err == nil || err.Error() != c.message {
				t.Errorf("got %v\nwant %s", err, c.message)
			}
		})
	}
}

// A part that is too large is cut, not the document refused, and what is cut is named.
func TestWhatIsTooLargeToShowIsCut(t *testing.T) {
	large := fmt.Sprintf(`{"openapi":"3.1.0","info":{"title":"A","version":"1"},
		"paths":{"/a":{"get":{"summary":"Short","description":%q,"responses":{"200":{"description":"Late"}}}},"/b":{"get":{"summary":"Small"}}},
		"components":{"schemas":{"A":{"examples":[%q,"short"],"title":"Stays"}}}}`, strings.Repeat("x", 900<<10), strings.Repeat("y", 300<<10))
	loaded, err := Load([]byte(large))
	if err != nil {
		t.Fatal(err)
	}
	d := Reduce(loaded)
	if o := d.Operations[0]; o.Summary != "Short" || o.Description != "" {
		t.Errorf("the large operation is %q with %d bytes of description", o.Summary, len(o.Description))
	}
	if d.Operations[1].Summary != "Small" || d.Schemas[0].Schema.Title != "Stays" || len(d.Schemas[0].Schema.Examples) > 0 {
		t.Errorf("others were cut too, or too little: %+v %+v", d.Operations[1], d.Schemas[0].Schema)
	}
	for i, want := range []string{"GET /a is too large to be shown whole", `The schema "A" is too large to be shown whole`} {
		if i >= len(d.Outline.Unsupported) || !strings.HasPrefix(d.Outline.Unsupported[i].What, want) {
			t.Errorf("%q is not named: %+v", want, d.Outline.Unsupported)
		}
	}
}

// A pointer is looked up in the bytes as they came, whatever they were written in.
func TestPlaceOfAPointer(t *testing.T) {
	yaml := "\uFEFFopenapi: 3.1.0\npaths:\n  /é/a: {get: {tags: [x,\n    y]}}\n"
	json := "{\"openapi\": \"3.1.0\",\n \"paths\": {\"/é/a\": {\"get\": {\"tags\": [\"x\",\n \"y\"]}}}}"
	swagger := "swagger: '2.0'\npaths: {}\ndefinitions:\n  A:\n    properties:\n      b: {type: string}\n"
	for _, c := range []struct {
		name, document, pointer string
		want                    Place
	}{
		{"the document", yaml, "", Place{1, 1}},
		{"a member", yaml, "/paths", Place{2, 1}},
		{"a name with a slash", yaml, "/paths/~1é~1a", Place{3, 3}},
		{"columns count characters", yaml, "/paths/~1é~1a/get", Place{3, 10}},
		{"an item of a list", yaml, "/paths/~1é~1a/get/tags/1", Place{4, 5}},
		{"what is not there is where it would be", yaml, "/paths/~1é~1a/get/responses", Place{3, 10}},
		{"a fragment", yaml, "#/paths", Place{2, 1}},
		{"a member in JSON", json, "/paths", Place{2, 2}},
		{"columns count characters in JSON", json, "/paths/~1é~1a/get", Place{2, 21}},
		{"an item of a list in JSON", json, "/paths/~1é~1a/get/tags/1", Place{3, 2}},
		{"a schema of Swagger by its new name", swagger, "/components/schemas/A/properties/b", Place{6, 7}},
	} {
		t.Run(c.name, func(t *testing.T) {
			loaded, err := Load([]byte(c.document))
			if err != nil {
				t.Fatal(err)
			}
			if got := loaded.Place(c.pointer); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}
