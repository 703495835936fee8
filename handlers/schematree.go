package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/faregate/faregate/handlers/markdown"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// Bounds of what a page shows of schemas. What is deeper has a page of its own if it has a name.
const (
	maxSchemaNodes = 500 // over all schemas of a page
	maxSchemaDepth = 6
	maxSchemaRead  = 250 // named schemas that a page reads
)

// schemaTrees draws the schemas of one page, all of them level by level: so a page that cannot show everything shows what is
// nearest, and what a level needs is read at once.
type schemaTrees struct {
	parts documentParts
	hash  string
	href  func(name string) string // of the page of a named schema

	known map[string]*openapi.Schema // nil: not in the document, or not read because there were too many
	left  int                        // nodes that may still be drawn
	next  []growing
}

// growing is a node whose inside is still to be drawn.
type growing struct {
	node   *pages.SchemaNode
	schema *openapi.Schema
	within []string // the named schemas that it stands in
}

func newSchemaTrees(parts documentParts, hash string, href func(string) string) *schemaTrees {
	return &schemaTrees{parts: parts, hash: hash, href: href, known: map[string]*openapi.Schema{}, left: maxSchemaNodes}
}

// add is a node that grow will draw; nil for no schema.
func (t *schemaTrees) add(schema *openapi.Schema) *pages.SchemaNode {
	if schema == nil {
		return nil
	}
	node := &pages.SchemaNode{}
	t.next = append(t.next, growing{node: node, schema: schema})
	return node
}

// named finds a schema among those that were read, for samples.
func (t *schemaTrees) named(name string) *openapi.Schema { return t.known[name] }

// grow draws everything that was added.
func (t *schemaTrees) grow(ctx context.Context) error {
	for depth := 0; len(t.next) > 0; depth++ {
		level := t.next
		t.next = nil
		if err := t.read(ctx, level); err != nil {
			return err
		}
		for _, g := range level {
			t.draw(g, depth == maxSchemaDepth)
		}
	}
	return nil
}

// read reads the named schemas that a level shows. One may be nothing but the name of another, so it takes a few rounds.
func (t *schemaTrees) read(ctx context.Context, level []growing) error {
	for range 5 {
		var names []string
		for _, g := range level {
			t.near(g.schema, 0, func(name string) {
				if _, met := t.known[name]; !met {
					t.known[name] = nil
					names = append(names, models.PartSchema(name))
				}
			})
		}
		if len(t.known) > maxSchemaRead {
			names = names[:max(0, len(names)-(len(t.known)-maxSchemaRead))]
		}
		if len(names) == 0 {
			return nil
		}
		parts, err := t.parts.DocumentParts(ctx, t.hash, names...)
		if err != nil {
			return err
		}
		for name, part := range parts {
			var schema openapi.Schema
			if err := json.Unmarshal(part, &schema); err != nil {
				return fmt.Errorf("read %s of document %s: %w", name, t.hash, err)
			}
			t.known[strings.TrimPrefix(name, models.PartSchema(""))] = &schema
		}
	}
	return nil
}

// near visits the named schemas that have to be read before a schema is drawn, those of its properties and choices left to the
// next level.
func (t *schemaTrees) near(s *openapi.Schema, depth int, visit func(name string)) {
	if s == nil || depth > 8 {
		return
	}
	if s.Ref != "" {
		visit(s.Ref)
		t.near(t.known[s.Ref], depth+1, visit)
	}
	t.near(s.Items, depth+1, visit)
	for _, part := range s.AllOf {
		t.near(part, depth+1, visit)
	}
}

// draw fills in a node, and adds what is inside to the next level unless this is the last.
func (t *schemaTrees) draw(g growing, last bool) {
	n := g.node
	inner := t.peel(n, g.schema)
	if inner == nil || slices.Contains(g.within, n.Ref) {
		return
	}
	within := g.within
	if n.Ref != "" {
		within = append(slices.Clip(g.within), n.Ref)
	}
	groups, schemas := t.inside(inner, within)
	if len(schemas) == 0 {
		return
	}
	if last || len(schemas) > t.left {
		n.Goes = true
		return
	}
	t.left -= len(schemas)
	n.Groups = groups
	i := 0
	for _, group := range groups {
		for k := range group.Nodes {
			t.next = append(t.next, growing{node: &group.Nodes[k], schema: schemas[i], within: within})
			i++
		}
	}
}

// peel describes a node, and returns the schema below its arrays and its name: what it is made up of. Nil if nobody knows.
func (t *schemaTrees) peel(n *pages.SchemaNode, s *openapi.Schema) *openapi.Schema {
	each := ""
	for range 8 {
		t.describe(n, s, each)
		switch {
		case s.Ref != "":
			n.Ref, n.RefHref = s.Ref, t.href(s.Ref)
			target := t.known[s.Ref]
			if target != nil {
				t.describe(n, target, each)
			}
			if len(s.Properties)+len(s.AllOf)+len(s.OneOf)+len(s.AnyOf) > 0 {
				return s
			}
			return target
		case len(s.AllOf) == 1 && len(s.Properties) == 0 && len(s.Types) == 0:
			s = s.AllOf[0]
		case isArray(s):
			n.Type += "array of "
			each, s = "each: ", s.Items
		default:
			n.Type += typeWords(s)
			return s
		}
	}
	return s
}

// isArray says whether a schema is a list of things that are alike.
func isArray(s *openapi.Schema) bool {
	return s.Items != nil && len(s.PrefixItems) == 0 && (len(s.Types) == 0 || slices.Contains(s.Types, "array"))
}

// describe adds to a node what a schema says in words. What was said nearer to the reader stays.
func (t *schemaTrees) describe(n *pages.SchemaNode, s *openapi.Schema, each string) {
	if n.Description == "" {
		n.Description = ui.HTML(markdown.Part(s.Description))
	}
	n.ReadOnly, n.WriteOnly, n.Deprecated = n.ReadOnly || s.ReadOnly, n.WriteOnly || s.WriteOnly, n.Deprecated || s.Deprecated
	if len(n.Enum) == 0 {
		n.Enum = shortened(s.Enum)
	}
	for _, f := range schemaFacts(s) {
		f.Text = each + f.Text
		if !slices.Contains(n.Facts, f) {
			n.Facts = append(n.Facts, f)
		}
	}
}

// inside are the groups of nodes that a schema is made up of, and the schema of each node in the order of the groups.
func (t *schemaTrees) inside(s *openapi.Schema, within []string) (groups []pages.SchemaGroup, schemas []*openapi.Schema) {
	var all parts
	t.collect(&all, s, 0)
	var fields []pages.SchemaNode
	for _, p := range all.properties {
		fields = append(fields, pages.SchemaNode{Name: p.Name, Required: p.Required})
		schemas = append(schemas, p.Schema)
	}
	for _, p := range all.patterns {
		fields = append(fields, pages.SchemaNode{Name: "/" + p.Name + "/"})
		schemas = append(schemas, p.Schema)
	}
	if all.additional != nil && !all.additional.Never {
		fields = append(fields, pages.SchemaNode{Name: "…"})
		schemas = append(schemas, all.additional)
	}
	if len(fields) > 0 {
		groups = append(groups, pages.SchemaGroup{Nodes: fields})
	}
	for _, choice := range []struct {
		title string
		of    []*openapi.Schema
	}{{"One of", all.oneOf}, {"Any of", all.anyOf}, {"All of", all.strangers}, {"Not", all.not}, {"In this order", all.tuple}, {"Each item", all.items}} {
		var nodes []pages.SchemaNode
		for _, one := range choice.of {
			if one.Ref != "" && slices.Contains(within, one.Ref) && choice.title == "All of" {
				continue
			}
			nodes = append(nodes, pages.SchemaNode{Name: one.Title})
			schemas = append(schemas, one)
		}
		if len(nodes) > 0 {
			groups = append(groups, pages.SchemaGroup{Title: choice.title, Nodes: nodes})
		}
	}
	return groups, schemas
}

// parts are what a schema and all that it is joined with is made up of.
type parts struct {
	properties, patterns                       []openapi.Property
	additional                                 *openapi.Schema
	oneOf, anyOf, strangers, not, tuple, items []*openapi.Schema
}

// collect joins a schema with the ones that its allOf names, so that readers see one list of properties.
func (t *schemaTrees) collect(all *parts, s *openapi.Schema, depth int) {
	if s.Ref != "" {
		if target := t.known[s.Ref]; target != nil && depth < 8 {
			t.collect(all, target, depth+1)
		} else {
			all.strangers = append(all.strangers, s)
		}
	}
	for _, p := range s.Properties {
		if p.Schema == nil {
			p.Schema = &openapi.Schema{}
		}
		at := slices.IndexFunc(all.properties, func(other openapi.Property) bool { return other.Name == p.Name })
		if at < 0 {
			all.properties = append(all.properties, p)
		} else {
			all.properties[at].Required = all.properties[at].Required || p.Required
		}
	}
	for _, part := range s.AllOf {
		if depth < 8 {
			t.collect(all, part, depth+1)
		}
	}
	all.patterns = append(all.patterns, s.Patterns...)
	if s.Additional != nil {
		all.additional = s.Additional
	}
	if !plainChoice(s) {
		all.oneOf, all.anyOf = append(all.oneOf, s.OneOf...), append(all.anyOf, s.AnyOf...)
	}
	if s.Not != nil {
		all.not = append(all.not, s.Not)
	}
	all.tuple = append(all.tuple, s.PrefixItems...)
	if s.Items != nil {
		all.items = append(all.items, s.Items)
	}
}
