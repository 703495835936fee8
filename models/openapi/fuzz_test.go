package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// Whatever bytes come in, they are read or refused, with a sentence; and what is read can be written down.
func FuzzLoadAndReduce(f *testing.F) {
	for _, pattern := range []string{"testdata/*.yaml", "testdata/*.json"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range names {
			document, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(document)
		}
	}
	for _, document := range []string{
		"openapi: 3.1.0\nx: &a [*a]\n",
		"openapi: 3.1.0\ncomponents: {schemas: {A: {$ref: '#/components/schemas/A'}}}",
		"openapi: 3.1.0\ncomponents: &c {schemas: {A: {$ref: '#/components'}, B: {$ref: '#/x/y'}}}\nx: {y: *c}",
		"openapi: 3.1.0\npaths: {/a: {get: &g {callbacks: {c: {u: {$ref: '#/x-b'}}}}}}\nx-b: {get: *g, x-c: *g}",
		`{"openapi":"3.1.0","paths":{"/a":{"$ref":"#/paths/~1a"}}}`,
		`{"openapi":"3.0.0","components":{"schemas":{"A":{"items":{"$ref":"#/components/schemas/A/items"}}}}}`,
		`{"swagger":"2.0","definitions":{"A":{"$ref":"#/paths/~1/get"}},"paths":{"/":{"get":{"parameters":[{"in":"formData"}]}}}}`,
	} {
		f.Add([]byte(document))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		loaded, err := Load(document)
		if err != nil {
			var broken *Broken
			if !errors.As(err, &broken) || broken.Message == "" {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		reduced := Reduce(loaded)
		written, err := json.Marshal(reduced)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(written, []byte("\x00")) {
			t.Fatal("a byte of 0 came through")
		}
		checkReduced(t, reduced)
		if p := loaded.Place("/paths"); p.Line < 1 || p.Column < 1 {
			t.Fatalf("/paths is at %+v", p)
		}
	})
}

// checkReduced holds what every page relies on.
func checkReduced(t testing.TB, d Document) {
	t.Helper()
	ids, names := map[string]bool{}, map[string]bool{}
	for i, o := range d.Operations {
		if o.ID == "" || ids[o.ID] || o.ID != d.Outline.Operations[i].ID {
			t.Errorf("operation %s %s has the id %q", o.Method, o.Path, o.ID)
		}
		ids[o.ID] = true
	}
	for i, s := range d.Schemas {
		if names[s.Name] || s.Name != d.Outline.Schemas[i] {
			t.Errorf("schema %q stands twice or elsewhere", s.Name)
		}
		names[s.Name] = true
	}
	refs := map[string]bool{}
	for _, o := range d.Operations {
		for _, p := range o.Parameters {
			gather(p.Schema, refs)
		}
		if o.Body != nil {
			for _, m := range o.Body.Content {
				gather(m.Schema, refs)
			}
		}
		for _, r := range o.Responses {
			for _, m := range r.Content {
				gather(m.Schema, refs)
			}
		}
	}
	for _, s := range d.Schemas {
		gather(s.Schema, refs)
	}
	for ref := range refs {
		if !names[ref] {
			t.Errorf("there is no schema %q, which is referred to", ref)
		}
	}
}

// gather notes the names that a schema refers to.
func gather(s *Schema, refs map[string]bool) {
	if s == nil {
		return
	}
	if s.Ref != "" {
		refs[s.Ref] = true
	}
	for _, p := range append(s.Properties, s.Patterns...) {
		gather(p.Schema, refs)
	}
	for _, list := range [][]*Schema{s.AllOf, s.OneOf, s.AnyOf, s.PrefixItems, {s.Items, s.Additional, s.Not}} {
		for _, inner := range list {
			gather(inner, refs)
		}
	}
}
