package edit

import (
	"slices"
	"strconv"
)

// parameters changes the parameters of an operation, and adds those that the path names and nobody has said anything of.
func (e *editor) parameters(o *value, was, to Operation) {
	var items []*value
	var of []*value
	if old := o.get("parameters"); old != nil {
		of = old.items
	}
	named := map[string]bool{}
	for i, p := range to.Parameters {
		var v *value
		old := Parameter{}
		if p.Was > 0 && p.Was <= min(len(of), len(was.Parameters)) {
			v, old = of[p.Was-1], was.Parameters[p.Was-1]
		}
		if old.Fixed == "" {
			if v == nil {
				v = newObject()
			}
			v = v.copied()
			e.parameter(v, i, old, p)
		} else {
			p.In, p.Name = old.In, old.Name
		}
		named[p.Name] = named[p.Name] || p.In == "path"
		items = append(items, v)
	}
	e.addNamed(&items, named, was.Path, to)
	if len(items) == 0 {
		o.drop("parameters")
		return
	}
	all := &value{kind: list, own: true}
	if old := o.get("parameters"); old != nil {
		all = old.copied()
	}
	all.items = items
	o.set("parameters", all, operationOrder...)
}

// addNamed adds the parameters that a path newly has in its braces, besides those that are named.
func (e *editor) addNamed(items *[]*value, named map[string]bool, was string, to Operation) {
	if was == to.Path {
		return
	}
	item, _ := e.find(to.Method, to.Path)
	if shared := item.get("parameters"); shared != nil {
		for _, p := range shared.items {
			p = e.follow(p)
			named[p.str("name")] = named[p.str("name")] || p.str("in") == "path"
		}
	}
	for _, name := range PathNames(to.Path) {
		if !named[name] {
			v := newObject()
			e.parameter(v, len(*items), Parameter{}, Parameter{Name: name, In: "path", Type: "string"})
			*items = append(*items, v)
		}
	}
}

// parameter changes one that can be edited.
func (e *editor) parameter(v *value, row int, was, to Parameter) {
	for _, f := range []struct{ name, was, to string }{
		{"name", was.Name, to.Name}, {"in", was.In, to.In}, {"description", was.Description, to.Description},
	} {
		if changed(f.was, f.to) {
			v.put(f.name, lines(f.to), parameterOrder...)
		}
	}
	to.Required = to.Required || to.In == "path"
	if was.Required != to.Required {
		if v.drop("required"); to.Required {
			v.set("required", newFlag(true), parameterOrder...)
		}
	}
	if to.Type != was.Type && to.Type != "" {
		v.set("schema", schemaOf(to.Type), parameterOrder...)
	}
	if v.get("schema") == nil && v.get("content") == nil {
		v.set("schema", schemaOf("string"), parameterOrder...)
	}
	if !changed(was.Example, to.Example) {
		return
	}
	v.drop("example")
	if to.Example == "" {
		return
	}
	example := newText(tidy(to.Example))
	if kind := v.get("schema").str("type"); kind != "string" {
		if example = e.parsed(to.Example, "parameter-"+strconv.Itoa(row)+"-example"); example == nil {
			return
		}
	}
	v.set("example", example, parameterOrder...)
}

// schemaOf is the schema of a type of Types.
func schemaOf(kind string) *value {
	s := newObject()
	if kind != "list" {
		s.set("type", newText(kind))
		return s
	}
	s.set("type", newText("array"))
	s.set("items", schemaOf("string"))
	return s
}

// typeOf is the type of Types that a schema has, whatever else it says; "" for any other.
func typeOf(schema *value) string {
	kind := schema.str("type")
	switch {
	case kind == "array" && schema.get("items").str("type") == "string":
		return "list"
	case kind != "list" && slices.Contains(Types, kind):
		return kind
	}
	return ""
}
