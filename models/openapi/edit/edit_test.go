package edit

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models/openapi"
)

var update = flag.Bool("update", false, "write the golden files anew")

// documents are the two that most tests edit: the same API in both syntaxes, as people write them.
var documents = map[string]string{"tides.yaml": "testdata/tides.yaml", "tides.json": "testdata/tides.json"}

func document(t testing.TB, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// read is the form of an operation that is there.
func read(t testing.TB, raw []byte, method, path string) Operation {
	t.Helper()
	a, err := Edit(raw, Request{Act: ReadOperation, Method: method, Path: path})
	if err != nil || a.Operation == nil {
		t.Fatalf("reading %s %s: %+v, %v", method, path, a, err)
	}
	return *a.Operation
}

// changing is a request that changes an operation as its form allows.
func changing(method, path string, change func(*Operation)) func(testing.TB, []byte) Request {
	return func(t testing.TB, raw []byte) Request {
		o := read(t, raw, method, path)
		change(&o)
		return Request{Act: SaveOperation, Method: method, Path: path, Operation: &o}
	}
}

func just(r Request) func(testing.TB, []byte) Request {
	return func(testing.TB, []byte) Request { return r }
}

// The golden files are the documents with the change: what stands in them besides must be as it was, comments and all.
func TestOnlyWhatAFormChangesIsWrittenAnew(t *testing.T) {
	for _, row := range []struct {
		name, sentence string
		request        func(testing.TB, []byte) Request
	}{
		{"texts", "texts are changed, and one is added", changing("GET", "/tides/{port}", func(o *Operation) {
			o.Summary, o.OperationID = "The tides of a port", "tidesOf"
			o.Description = "Highs and lows.\r\n\r\n- in metres: above *chart datum*\r\n"
		})},
		{"tags", "tags are changed, and it is deprecated", changing("GET", "/tides/{port}", func(o *Operation) { o.Tags, o.Deprecated = []string{"water", "yes"}, true })},
		{"parameters", "a parameter is changed, one removed, two added", changing("GET", "/tides/{port}", func(o *Operation) {
			o.Parameters[0].Description = "Its name: in lower case"
			o.Parameters = append(o.Parameters[:1], o.Parameters[2:]...)
			o.Parameters = append(o.Parameters, Parameter{Name: "from", In: "query", Type: "integer", Example: "7", Required: true}, Parameter{Name: "X-Trace", In: "header", Type: "string", Example: "12"})
		})},
		{"responses", "a status is another one, an answer is removed and one added", changing("GET", "/tides/{port}", func(o *Operation) {
			o.Responses[0].Status = "203"
			o.Responses = append(o.Responses[:1], o.Responses[2:]...)
			o.Responses = append(o.Responses, Response{Status: "404", Content: Content{Example: `{"code": 7, "about": ["a", "b"], "ok": false, "rate": 1.5, "no": null}`}})
		})},
		{"body", "a request body is added, its schema inferred from its example", changing("GET", "/tides/{port}", func(o *Operation) {
			o.Body = Body{Sent: true, Required: true, Content: Content{Example: `{"days": [{"n": 1}, {"n": 2.5, "day": "mon"}]}`}}
		})},
		{"moved", "it has another method, and another path", changing("DELETE", "/ports", func(o *Operation) { o.Method, o.Path = "PUT", "/ports/{id}" })},
		{"renamed", "the path that it has for itself is another one", changing("GET", "/tides/{port}", func(o *Operation) { o.Path = "/ports/{port}/tides" })},
		{"removed", "it is removed", just(Request{Act: RemoveOperation, Method: "DELETE", Path: "/ports"})},
		{"emptied", "it is removed with its path", just(Request{Act: RemoveOperation, Method: "GET", Path: "/tides/{port}"})},
		{"added", "one is added on a new path", just(Request{Act: SaveOperation, Operation: &Operation{
			Method: "POST", Path: "/alarms/{id}", Summary: "Set an alarm", Tags: []string{"water"},
			Body:      Body{Sent: true, Content: Content{MediaType: "application/json", Schema: "type: object\nproperties:\n  at: {type: string}"}},
			Responses: []Response{{Status: "201", Content: Content{MediaType: "text/plain", Example: "done: yes"}}, {Status: "4XX"}},
		}})},
		{"info", "what the document says of itself", just(Request{Act: SaveInfo, Info: &Info{Title: "Tides & ports", Version: "1.10", Summary: "When the water comes"}})},
	} {
		for file, path := range documents {
			t.Run(row.sentence+" in "+file, func(t *testing.T) {
				raw := document(t, path)
				a, err := Edit(raw, row.request(t, raw))
				if err != nil || a.Missing || len(a.Invalid) > 0 {
					t.Fatalf("%+v, %v", a, err)
				}
				golden := filepath.Join("testdata", "golden", row.name+"-"+file)
				if *update {
					if err := os.WriteFile(golden, a.Document, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				if d := cmp.Diff(string(document(t, golden)), string(a.Document)); d != "" {
					t.Errorf("(-want +got)\n%s", d)
				}
			})
		}
	}
}

// both of the syntaxes say the same after the same change.
func TestBothSyntaxesAreChangedAlike(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			var of [2]*value
			for i, name := range []string{file, strings.TrimSuffix(file, "json") + "yaml"} {
				e, err := newEditor(string(document(t, name)), "3.1.0")
				if err != nil {
					t.Fatal(err)
				}
				of[i] = e.was
			}
			if !equal(of[0], of[1]) {
				t.Error("they differ")
			}
		})
	}
}

func TestAFormThatChangesNothingLeavesEveryByte(t *testing.T) {
	for _, path := range []string{"testdata/tides.yaml", "testdata/tides.json", "testdata/odd.yaml", "../testdata/atlas-3.1.yaml", "../testdata/odd-3.0.yaml", "../testdata/stream-3.2.yaml", "../testdata/tides-3.0.json"} {
		raw := document(t, path)
		loaded, err := openapi.Load(raw)
		if err != nil {
			t.Fatal(path, err)
		}
		for _, line := range openapi.Reduce(loaded).Outline.Operations {
			a, err := Edit(raw, Request{Act: ReadOperation, Method: line.Method, Path: line.Path})
			if err != nil {
				t.Fatal(path, line, err)
			}
			if a.Missing { // of a path that stands elsewhere
				continue
			}
			o := *a.Operation
			o.Description = strings.ReplaceAll(o.Description, "\n", "\r\n") // as browsers do
			a, err = Edit(raw, Request{Act: SaveOperation, Method: line.Method, Path: line.Path, Operation: &o})
			if err != nil || string(a.Document) != string(raw) {
				t.Errorf("%s, %s %s: %v %v\n%s", path, line.Method, line.Path, err, a.Invalid, cmp.Diff(string(raw), string(a.Document)))
			}
		}
	}
}

func TestWhatWasAddedAndRemovedIsAsIfItHadNeverBeen(t *testing.T) {
	for _, path := range []string{"testdata/tides.yaml", "testdata/tides.json", "testdata/odd.yaml", "../testdata/atlas-3.1.yaml", "../testdata/stream-3.2.yaml"} {
		raw := document(t, path)
		with, err := Edit(raw, Request{Act: SaveOperation, Operation: &Operation{Method: "POST", Path: "/new/{id}", Responses: []Response{{Status: "200"}}}})
		if err != nil || len(with.Invalid) > 0 {
			t.Fatal(path, err, with.Invalid)
		}
		without, err := Edit(with.Document, Request{Act: RemoveOperation, Method: "POST", Path: "/new/{id}"})
		if err != nil {
			t.Fatal(path, err)
		}
		if d := cmp.Diff(string(raw), string(without.Document)); d != "" {
			t.Errorf("%s (-want +got)\n%s", path, d)
		}
	}
}

func TestWhatAFormCannotSay(t *testing.T) {
	fine := Operation{Method: "POST", Path: "/x"}
	for _, row := range []struct {
		sentence     string
		change       func(*Operation)
		field, wants string
	}{
		{"a method that is none", func(o *Operation) { o.Method = "get" }, "method", "Choose a method."},
		{"a method of a later version", func(o *Operation) { o.Method = "QUERY" }, "method", "needs OpenAPI 3.2"},
		{"no path", func(o *Operation) { o.Path = "" }, "path", "begins with a slash"},
		{"a path with a query", func(o *Operation) { o.Path = "/x?y" }, "path", "in the query"},
		{"a brace that is not closed", func(o *Operation) { o.Path = "/x/{y" }, "path", "Close each brace"},
		{"an operation that is there", func(o *Operation) { o.Method, o.Path = "DELETE", "/ports" }, "path", "has DELETE /ports already"},
		{"a parameter without a name", func(o *Operation) { o.Parameters = []Parameter{{In: "query"}} }, "parameter-0-name", "Enter the name"},
		{"a parameter of a path that has none", func(o *Operation) { o.Parameters = []Parameter{{Name: "a", In: "path"}} }, "parameter-0-name", "The path has no {a}"},
		{"two parameters of a name", func(o *Operation) { o.Parameters = []Parameter{{Name: "a", In: "query"}, {Name: "a", In: "query"}} }, "parameter-1-name", "twice"},
		{"an example that is no number", func(o *Operation) {
			o.Parameters = []Parameter{{Name: "a", In: "query", Type: "integer", Example: "{"}}
		}, "parameter-0-example", "Line 1, column 2"},
		{"a status that is none", func(o *Operation) { o.Responses = []Response{{Status: "999"}} }, "response-0-status", "such as 200"},
		{"two answers of a status", func(o *Operation) { o.Responses = []Response{{Status: "200"}, {Status: "200"}} }, "response-1-status", "twice"},
		{"a media type that is none", func(o *Operation) { o.Body = Body{Sent: true, Content: Content{MediaType: "json"}} }, "body-media", "such as application/json"},
		{"a schema that is no JSON", func(o *Operation) { o.Body = Body{Sent: true, Content: Content{Schema: "{\n \"type\": }"}} }, "body-schema", "Line 2, column 10: "},
		{"a schema that says a name twice", func(o *Operation) {
			o.Body = Body{Sent: true, Content: Content{Schema: `{"type": "string", "type": "number"}`}}
		}, "body-schema", "stands twice"},
		{"a schema that is a list", func(o *Operation) { o.Body = Body{Sent: true, Content: Content{Schema: "- a"}} }, "body-schema", "A schema is an object"},
		{"an example of an answer that is no JSON", func(o *Operation) {
			o.Responses = []Response{{Status: "200", Content: Content{Example: "a: [b"}}}
		}, "response-0-example", "This is no YAML"},
	} {
		for file, path := range documents {
			t.Run(row.sentence+" in "+file, func(t *testing.T) {
				o := fine
				row.change(&o)
				a, err := Edit(document(t, path), Request{Act: SaveOperation, Operation: &o})
				if err != nil || a.Document != nil && len(a.Invalid) > 0 || !strings.Contains(a.Invalid[row.field], row.wants) {
					t.Errorf("%v, %v, %d bytes", a.Invalid, err, len(a.Document))
				}
			})
		}
	}
}

func TestDocumentsThatAreNotEditedHere(t *testing.T) {
	for sentence, row := range map[string]struct{ document, wants string }{
		"one that is large":           {"openapi: 3.1.0\ninfo: {title: A, version: 1}\n#" + strings.Repeat("x", MaxDocument), "larger than 1 MiB"},
		"one of 2.0":                  {"swagger: '2.0'\ninfo: {title: A, version: 1}\npaths: {}\n", "Swagger 2.0"},
		"one that cannot be read":     {"openapi: 3.1.0\npaths: [\n", "This is no YAML"},
		"a bomb of aliases":           {bomb(), "more than"},
		"what leads to nowhere after": {"openapi: 3.1.0\ninfo: {title: A, version: 1}\npaths: {}\n", "#/components/schemas/None"},
	} {
		t.Run(sentence, func(t *testing.T) {
			o := Operation{Method: "GET", Path: "/x", Responses: []Response{{Status: "200", Content: Content{Schema: "$ref: '#/components/schemas/None'"}}}}
			a, err := Edit([]byte(row.document), Request{Act: SaveOperation, Operation: &o})
			if err == nil || !strings.Contains(err.Error(), row.wants) {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
}

// bomb is a document that is small and comes to a billion values.
func bomb() string {
	var b strings.Builder
	b.WriteString("openapi: 3.1.0\ninfo: {title: A, version: 1}\npaths: {}\nx-0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n")
	for i := 1; i < 10; i++ {
		b.WriteString("x-" + string(rune('0'+i)) + ": &a" + string(rune('0'+i)) + " [" + strings.Repeat("*a"+string(rune('0'+i-1))+", ", 10) + "1]\n")
	}
	return b.String()
}

func TestABlankDocumentIsEdited(t *testing.T) {
	for _, inJSON := range []bool{true, false} {
		raw := Blank(Info{Title: "Yes: <all>", Version: "1.10", Summary: "no"}, inJSON)
		for _, path := range []string{"/a", "/b/{id}"} {
			a, err := Edit(raw, Request{Act: SaveOperation, Operation: &Operation{Method: "GET", Path: path, Responses: []Response{{Status: "200"}}}})
			if err != nil || len(a.Invalid) > 0 {
				t.Fatal(err, a.Invalid)
			}
			raw = a.Document
		}
		loaded, err := openapi.Load(raw)
		if err != nil {
			t.Fatal(err)
		}
		d := openapi.Reduce(loaded)
		if d.Outline.Title != "Yes: <all>" || d.Outline.Version != "1.10" || len(d.Operations) != 2 || len(d.Operations[1].Parameters) != 1 {
			t.Errorf("%+v of\n%s", d, raw)
		}
	}
}

// Whatever a form says, the document that comes of it can be read, and says in a form what the form said.
func FuzzSave(f *testing.F) {
	yaml, json := document(f, "testdata/odd.yaml"), document(f, "testdata/tides.json")
	f.Add("/a/{b}", "text: with\n\n  blanks ", "q", "200", "application/json", "type: string", `{"a": [1, null]}`)
	f.Add("/~1", "- # ' \"\t\x00", "yes", "default", "text/plain", "{}", "")
	f.Fuzz(func(t *testing.T, path, words, name, status, media, schema, example string) {
		content := Content{MediaType: media, Schema: schema, Example: example}
		o := Operation{
			Method: "POST", Path: path, Summary: words, Tags: []string{words}, Parameters: []Parameter{{Name: name, In: "query", Description: words, Example: example}},
			Body: Body{Sent: true, Content: content}, Responses: []Response{{Status: status, Description: words, Content: content}},
		}
		for _, raw := range [][]byte{yaml, json} {
			a, err := Edit(raw, Request{Act: SaveOperation, Operation: &o})
			if err != nil || a.Document == nil {
				continue
			}
			if _, err := openapi.Load(a.Document); err != nil {
				t.Fatalf("%v of\n%s", err, a.Document)
			}
			again := read(t, a.Document, "POST", strings.TrimSpace(path))
			if changed(again.Summary, words) || again.Responses[0].Status != strings.TrimSpace(status) {
				t.Errorf("%+v of\n%s", again, a.Document)
			}
			same, err := Edit(a.Document, Request{Act: SaveOperation, Method: "POST", Path: again.Path, Operation: &again})
			if err != nil || string(same.Document) != string(a.Document) {
				t.Errorf("saved once more it is otherwise: %v %v\n%s", err, same.Invalid, cmp.Diff(string(a.Document), string(same.Document)))
			}
		}
	})
}
