package api_test

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/webtest"
)

var update = flag.Bool("update", false, "write the document's golden file anew")

const golden = "testdata/api.txt"

// The document is a promise to programs: what changes in it is seen in a review, line by line.
func TestTheDocumentIsAsItWas(t *testing.T) {
	app := webtest.New(t)
	reply := app.Program(t, "").Ask("GET", "/api/v1/openapi.json", "").Want(http.StatusOK)
	if kind := reply.Header.Get("Content-Type"); kind != "application/openapi+json" {
		t.Errorf("it is served as %s", kind)
	}
	var doc document
	reply.Into(&doc)
	text := strings.Join(promised(doc), "\n") + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("the document is another. If that is meant: go test ./web/api -run Document -update\n%s", diff)
	}
}

// promised is what programs rely on: a line for each operation, and one for each field.
func promised(doc document) (lines []string) {
	for path, methods := range doc.Paths {
		for method, op := range methods {
			line := strings.ToUpper(method) + " " + path + " " + op.OperationID + ", scope " + string(op.Permission)
			for _, p := range op.Parameters {
				line += ", " + p.In + " " + p.Name
			}
			if body := op.RequestBody.Content["application/json"].Schema; body != nil {
				line += ", takes " + kind(body)
			}
			for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
				line += ", " + status
				if body := op.Responses[status].Content["application/json"].Schema; body != nil {
					line += " " + kind(body)
				}
			}
			lines = append(lines, line)
		}
	}
	for name, schema := range doc.Components.Schemas {
		for field, value := range schema.Properties {
			line := name + "." + field + " " + kind(value)
			if !slices.Contains(schema.Required, field) {
				line += ", may be left out"
			}
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return lines
}

// kind is a schema in a few words.
func kind(schema map[string]any) string {
	if ref, ok := schema["$ref"].(string); ok {
		return path.Base(ref)
	}
	said := fmt.Sprint(schema["type"])
	if items, ok := schema["items"].(map[string]any); ok {
		said += " of " + kind(items)
	}
	if values, ok := schema["enum"]; ok {
		said += fmt.Sprint(" ", values)
	}
	return said
}

// document is the part of OpenAPI that the tests look at.
type document struct {
	OpenAPI    string
	Servers    []struct{ URL string }
	Paths      map[string]map[string]documented
	Components struct {
		Schemas map[string]struct {
			Properties map[string]map[string]any
			Required   []string
		}
		SecuritySchemes map[string]struct{ Type, Scheme string }
	}
}

type documented struct {
	OperationID, Summary, Description string
	Tags                              []string
	Permission                        models.Permission `json:"x-permission"`
	Security                          []map[string][]string
	Parameters                        []struct{ Name, In, Description string }
	RequestBody                       struct{ Content content }
	Responses                         map[string]struct{ Content content }
}

// content is a body by media type.
type content map[string]struct{ Schema map[string]any }

func TestEveryOperationIsDocumented(t *testing.T) {
	app := webtest.New(t)
	reply := app.Program(t, "").Ask("GET", "/api/v1/openapi.json", "").Want(http.StatusOK)
	var doc document
	reply.Into(&doc)
	if doc.OpenAPI != "3.1.0" || len(doc.Servers) != 1 || doc.Servers[0].URL != app.Server.URL+"/api/v1" || doc.Components.SecuritySchemes["token"].Scheme != "bearer" {
		t.Errorf("%s %+v %+v", doc.OpenAPI, doc.Servers, doc.Components.SecuritySchemes)
	}
	known := []models.Permission{"any", models.ScopeAccount}
	for _, w := range models.PermissionsInWords() {
		known = append(known, w.Permission)
	}
	ids, operations := map[string]bool{}, 0
	for path, methods := range doc.Paths {
		for method, op := range methods {
			operations++
			at := method + " " + path
			if op.OperationID == "" || ids[op.OperationID] || op.Summary == "" || !strings.HasSuffix(op.Description, ".") || len(op.Tags) != 1 {
				t.Errorf("%s is not told whole, or has the id of another: %+v", at, op)
			}
			ids[op.OperationID] = true
			if !slices.Contains(known, op.Permission) || len(op.Security) != 1 {
				t.Errorf("%s takes %q, %v", at, op.Permission, op.Security)
			}
			if scopes := op.Security[0]["token"]; op.Permission != "any" && !slices.Equal(scopes, []string{string(op.Permission)}) {
				t.Errorf("%s names the scopes %v", at, scopes)
			}
			for _, status := range []string{"401", "403", "429", "500", "503"} {
				if op.Responses[status].Content["application/problem+json"].Schema == nil {
					t.Errorf("%s does not say that it may answer %s", at, status)
				}
			}
			if _, ok := op.Responses["404"]; ok != strings.Contains(path, "{") {
				t.Errorf("%s says that it answers 404: %v", at, ok)
			}
			for name := range strings.SplitSeq(path, "/") {
				name, ok := strings.CutPrefix(name, "{")
				named := slices.ContainsFunc(op.Parameters, func(p struct{ Name, In, Description string }) bool { return p.In == "path" && p.Name+"}" == name })
				if ok && !named {
					t.Errorf("%s does not tell of {%s", at, name)
				}
			}
			keyed := slices.ContainsFunc(op.Parameters, func(p struct{ Name, In, Description string }) bool { return p.Name == "Idempotency-Key" })
			if keyed != (method == "post") {
				t.Errorf("%s takes an idempotency key: %v", at, keyed)
			}
			for _, p := range op.Parameters {
				if p.Description == "" {
					t.Errorf("%s says nothing of %s", at, p.Name)
				}
			}
		}
	}
	if operations < 10 {
		t.Errorf("only %d operations: the walk is broken", operations)
	}
	for _, ref := range refs(reply.Body) {
		if _, ok := doc.Components.Schemas[ref]; !ok {
			t.Errorf("the schema %s is not there", ref)
		}
	}
}

// refs are the names of all schemas that the document refers to.
func refs(text string) (names []string) {
	for _, part := range strings.Split(text, `"#/components/schemas/`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		names = append(names, name)
	}
	return names
}

func TestTheReferenceTellsOfEveryOperation(t *testing.T) {
	app := webtest.New(t)
	var doc document
	app.Program(t, "").Ask("GET", "/api/v1/openapi.json", "").Want(http.StatusOK).Into(&doc)
	page := app.Browser(t).Get("/reference/api").Want(http.StatusOK)
	for path, methods := range doc.Paths {
		for method, op := range methods {
			section := page.Find("section#" + op.OperationID)
			said := strings.Join(strings.Fields(section.Text()), " ")
			for _, want := range []string{op.Summary, strings.ToUpper(method) + " /api/v1" + path, op.Description, "curl "} {
				if !strings.Contains(said, want) {
					t.Errorf("the section of %s does not say %q: %s", op.OperationID, want, said)
				}
			}
			if op.Permission != "any" && !strings.Contains(said, "Takes the scope "+string(op.Permission)+": ") {
				t.Errorf("the section of %s does not name its scope: %s", op.OperationID, said)
			}
			if page.Find(`nav a[href="#`+op.OperationID+`"]`).Length() != 1 {
				t.Errorf("nothing leads to %s", op.OperationID)
			}
		}
	}
	if home := app.Browser(t).Get("/"); !home.Has(`footer a[href="/reference/api"]`) {
		t.Error("the footer does not lead there")
	}
}
