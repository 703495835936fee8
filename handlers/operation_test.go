package handlers

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
)

// shelf holds the parts of one document, and how often it was asked.
type shelf struct {
	parts map[string][]byte
	asked int
}

func (s *shelf) DocumentParts(_ context.Context, _ string, names ...string) (map[string][]byte, error) {
	s.asked++
	found := map[string][]byte{}
	for _, name := range names {
		if part, ok := s.parts[name]; ok {
			found[name] = part
		}
	}
	return found, nil
}

func shelved(schemas map[string]*openapi.Schema) *shelf {
	s := &shelf{parts: map[string][]byte{}}
	for name, schema := range schemas {
		s.parts[models.PartSchema(name)], _ = json.Marshal(schema)
	}
	return s
}

func object(properties ...openapi.Property) *openapi.Schema {
	return &openapi.Schema{Types: []string{"object"}, Properties: properties}
}

func drawn(t *testing.T, c interface {
	Render(ctx context.Context, w io.Writer) error
}) *goquery.Document {
	t.Helper()
	var page bytes.Buffer
	if err := c.Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(&page)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// nodeLines writes a node and what is inside as lines, deeper ones indented.
func nodeLines(n pages.SchemaNode, indent string) string {
	line := indent + strings.TrimSpace(n.Name+" "+n.Type+n.Ref)
	if n.Required {
		line += ", required"
	}
	for _, f := range n.Facts {
		line += ", " + strings.TrimSpace(f.Text+" "+f.Code)
	}
	if len(n.Enum) > 0 {
		line += ", one of " + strings.Join(n.Enum, " ")
	}
	if n.Goes {
		line += ", and goes on"
	}
	for _, g := range n.Groups {
		if g.Title != "" {
			line += "\n" + indent + " " + g.Title + ":"
		}
		for _, inner := range g.Nodes {
			line += "\n" + nodeLines(inner, indent+"  ")
		}
	}
	return line
}

func TestSchemaTrees(t *testing.T) {
	text := &openapi.Schema{Types: []string{"string"}}
	named := map[string]*openapi.Schema{
		"Name":   {Types: []string{"string"}, Limits: []openapi.Limit{{Keyword: "maxLength", Value: "80"}}},
		"Person": object(openapi.Property{Name: "name", Required: true, Schema: &openapi.Schema{Ref: "Name"}}),
		"Node":   object(openapi.Property{Name: "children", Schema: &openapi.Schema{Types: []string{"array"}, Items: &openapi.Schema{Ref: "Node"}}}),
		"Dog":    {AllOf: []*openapi.Schema{{Ref: "Person"}, object(openapi.Property{Name: "barks", Schema: text})}},
		"Alias":  {Ref: "Person"},
	}
	for _, tc := range []struct {
		name   string
		schema *openapi.Schema
		want   string
	}{
		{"a named schema stands open under its name", &openapi.Schema{Ref: "Person"}, "Person\n  name Name, required, at most 80 characters"},
		{"an array is told by what is in it", &openapi.Schema{Types: []string{"array"}, Items: &openapi.Schema{Types: []string{"array"}, Items: text}}, "array of array of string"},
		{"a schema within itself stands by its name", &openapi.Schema{Ref: "Node"}, "Node\n  children array of Node"},
		{"all of several is one list", &openapi.Schema{Ref: "Dog"}, "Dog\n  name Name, required, at most 80 characters\n  barks string"},
		{"a choice is told apart", &openapi.Schema{OneOf: []*openapi.Schema{{Ref: "Person"}, text}, Discriminator: &openapi.Discriminator{Property: "kind"}},
			"one of several, which one is said by kind\n One of:\n  Person\n    name Name, required, at most 80 characters\n  string"},
		{"a choice between types is a line", &openapi.Schema{AnyOf: []*openapi.Schema{text, {Types: []string{"integer"}}}}, "string or integer"},
		{"an array tells what each of it must be", &openapi.Schema{Items: &openapi.Schema{Types: []string{"string"}, Limits: []openapi.Limit{{Keyword: "minLength", Value: "2"}}}}, "array of string, each: at least 2 characters"},
		{"an enumeration with a default", &openapi.Schema{Types: []string{"string", "null"}, Enum: []string{`"a"`, `"b"`}, Default: `"b"`}, `string or null, if left out: "b", one of "a" "b"`},
		{"a map", &openapi.Schema{Types: []string{"object"}, Additional: text}, "object\n  … string"},
		{"a closed object", &openapi.Schema{Types: []string{"object"}, Additional: &openapi.Schema{Never: true}}, "object, no other properties"},
		{"a name for another name", &openapi.Schema{Ref: "Alias"}, "Alias\n  name Name, required, at most 80 characters"},
		{"a name that leads nowhere", &openapi.Schema{Ref: "Lost"}, "Lost"},
		{"one limit of each kind", &openapi.Schema{Types: []string{"array"}, Items: &openapi.Schema{}, Limits: []openapi.Limit{{Keyword: "minItems", Value: "1"}, {Keyword: "uniqueItems", Value: "true"}, {Keyword: "pattern", Value: "^a$"}}},
			"array of anything, at least 1 item, no two alike, matches ^a$"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			trees := newSchemaTrees(shelved(named), "hash", func(name string) string { return name })
			root := trees.add(tc.schema)
			if err := trees.grow(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := nodeLines(*root, ""); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}

// A schema that grows without end is shown as far as a page reaches, after few reads.
func TestAnEndlessSchemaIsCut(t *testing.T) {
	named := map[string]*openapi.Schema{}
	for i := range 400 {
		s := object()
		for k := range 12 {
			s.Properties = append(s.Properties, openapi.Property{Name: fmt.Sprintf("p%d", k), Schema: &openapi.Schema{Ref: fmt.Sprintf("S%d", (i*12+k+1)%400)}})
		}
		named[fmt.Sprintf("S%d", i)] = s
	}
	store := shelved(named)
	trees := newSchemaTrees(store, "hash", func(name string) string { return name })
	root := trees.add(&openapi.Schema{Ref: "S0"})
	if err := trees.grow(t.Context()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(nodeLines(*root, ""), "\n")
	if len(lines) < 100 || len(lines) > maxSchemaNodes+1 || store.asked > 2*maxSchemaDepth+2 || !strings.Contains(lines[len(lines)-1], "goes on") {
		t.Errorf("%d lines after %d reads, the last: %s", len(lines), store.asked, lines[len(lines)-1])
	}
}

func TestAnOperationIsDrawnWhole(t *testing.T) {
	id := &openapi.Schema{Types: []string{"string"}, Format: "uuid"}
	quote := object(openapi.Property{Name: "text", Required: true, Schema: &openapi.Schema{Types: []string{"string"}, Examples: []string{`"Measure twice"`}}}, openapi.Property{Name: "id", Schema: &openapi.Schema{Types: []string{"string"}, Format: "uuid", ReadOnly: true}})
	op := openapi.Operation{
		OperationLine: openapi.OperationLine{ID: "put", Method: "PUT", Path: "/people/{person}/quotes/{id}"},
		Parameters: []openapi.Parameter{
			{Name: "person", In: "path", Required: true, Schema: &openapi.Schema{Types: []string{"string"}}}, {Name: "id", In: "path", Required: true, Schema: id},
			{Name: "mode", In: "query", Required: true, Schema: &openapi.Schema{Enum: []string{`"a b"`}}}, {Name: "later", In: "query", Schema: id},
			{Name: "X-Trace", In: "header", Required: true, Examples: []openapi.Example{{Value: "abc"}}}, {Name: "Authorization", In: "header", Required: true},
		},
		Body: &openapi.Body{Content: []openapi.Media{{Type: "application/json", Schema: &openapi.Schema{Ref: "Quote"}}, {Type: "application/yaml", Schema: &openapi.Schema{Ref: "Quote"}}}},
		Responses: []openapi.Response{
			{Status: "204"}, {Status: "200", Content: []openapi.Media{{Type: "application/json", Schema: &openapi.Schema{Ref: "Quote"}}}, Headers: []openapi.Parameter{{Name: "ETag", Required: true}}},
			{Status: "default"},
		},
	}
	props := pages.OperationProps{OperationLink: pages.OperationLink{ID: "put", Method: "PUT", Path: op.Path}, Address: "https://portal.example/invoke/quotes/v1" + op.Path}
	trees := newSchemaTrees(shelved(map[string]*openapi.Schema{"Quote": quote}), "hash", func(name string) string { return "/s/" + name })
	if err := drawOperation(t.Context(), &props, op, trees); err != nil {
		t.Fatal(err)
	}
	doc := drawn(t, pages.Operation(layout.Request{}, props))
	for _, want := range []string{
		"#path-person", "#query-later", "#header-X-Trace", "#body .media-type:contains('application/json, application/yaml')", "#body a[href='/s/Quote']", "#answer-200 .field-name:contains('ETag')",
		"#answer-default:contains('any other')", ".aside pre:contains('\"id\": \"123e4567')",
	} {
		if doc.Find(want).Length() == 0 {
			t.Errorf("no %s", want)
		}
	}
	if n := doc.Find("#body .schema").Length(); n != 1 {
		t.Errorf("a body that is the same in two media types is told %d times", n)
	}
	curl := doc.Find(".sample-1 pre").Text()
	for _, want := range []string{"/people/person/quotes/123e4567-e89b-42d3-a456-426614174000?mode=a+b", "X-Trace: abc", `"text": "Measure twice"`, "Content-Type: application/json"} {
		if !strings.Contains(curl, want) {
			t.Errorf("the sample has no %q:\n%s", want, curl)
		}
	}
	if strings.Contains(curl, "later") || strings.Count(curl, "uthorization") != 1 || strings.Contains(curl, `"id"`) {
		t.Errorf("the sample sends more than it has to:\n%s", curl)
	}
}

// wide is the outline of a document as big as the biggest.
func wide(operations int) []byte {
	o := openapi.Outline{Spec: "3.0.3", Title: "Wide"}
	verbs := []struct{ method, words string }{{"GET", "Get"}, {"POST", "Create"}, {"PUT", "Replace"}, {"DELETE", "Delete"}, {"PATCH", "Update"}}
	for i := range operations {
		v, thing, part := verbs[i%5], fmt.Sprintf("thing%d", i/40), fmt.Sprintf("part%d", i/5)
		o.Operations = append(o.Operations, openapi.OperationLine{
			ID: fmt.Sprintf("%s-%s-%s-of-repository", strings.ToLower(v.words), thing, part), Method: v.method, Path: fmt.Sprintf("/repos/{owner}/{repo}/%s/{%s_id}/%s", thing, thing, part),
			Summary: fmt.Sprintf("%s the %s of a %s for a repository", v.words, part, thing), Tags: []string{thing},
		})
	}
	part, _ := json.Marshal(o)
	return part
}

func TestAThousandOperationsAreASmallPage(t *testing.T) {
	o, err := readOutline(wide(1000))
	if err != nil {
		t.Fatal(err)
	}
	groups, found := o.matching("")
	if found != 1000 || len(groups) != 25 {
		t.Fatalf("%d operations in %d groups", found, len(groups))
	}
	var zipped bytes.Buffer
	zw := gzip.NewWriter(&zipped)
	if err := pages.Operations(layout.Request{}, pages.OperationsProps{VersionHead: pages.VersionHead{Slug: "wide", API: "Wide", Version: "v1", Document: true}, Groups: groups, Found: found, Total: found}).Render(t.Context(), zw); err != nil {
		t.Fatal(err)
	}
	_ = zw.Close()
	if zipped.Len() > 60<<10 {
		t.Errorf("%d bytes on the wire", zipped.Len())
	}
	if groups, found = o.matching("delete PART7 thing0"); found != 1 || groups[0].Operations[0].ID != "delete-thing0-part7-of-repository" {
		t.Errorf("%d found: %v", found, groups)
	}
}

func TestOutlinesAreForgottenWhenThereAreTooMany(t *testing.T) {
	var kept outlines
	for i := range 5 {
		kept.put(fmt.Sprint(i), &outline{size: maxOutlines / 4})
		kept.get("0")
	}
	for hash, want := range map[string]bool{"0": true, "1": false, "4": true} {
		if got := kept.get(hash) != nil; got != want {
			t.Errorf("the outline %s is kept: %v", hash, got)
		}
	}
	kept.put("big", &outline{size: maxOutlines + 1})
	if kept.get("big") != nil || kept.get("4") == nil {
		t.Error("one that is too big took the place of the others")
	}
}
