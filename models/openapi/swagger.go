package openapi

import (
	"slices"
	"strings"
)

// swagger turns a document of OpenAPI 2.0 (Swagger) into one of 3.0. It is ours because places and order have to survive
// it: every value keeps the spot at which it was received, so a finding in the new document points into the old one.
type swagger struct {
	l          *Loaded
	root, into *node
	consumes   []*node
	produces   []*node
	seen       map[*node]bool   // schemas that are done
	named      map[*node]string // what references lead to outside of definitions, and its name in there
}

// convert returns the document as OpenAPI 3.0.
func convert(l *Loaded) *node {
	c := &swagger{l: l, root: l.root, seen: map[*node]bool{}, named: map[*node]string{}, consumes: l.root.list("consumes"), produces: l.root.list("produces")}
	c.into = c.object(l.root.at)
	c.put(c.into, "openapi", c.text("3.0.3", l.root.member("swagger").at))
	c.move(c.into, l.root, "info", "tags", "externalDocs", "security")
	c.servers()
	c.components()
	c.paths()
	for _, m := range l.root.members {
		if strings.HasPrefix(m.name, "x-") {
			c.into.add(m)
		}
	}
	return c.into
}

func (c *swagger) object(at spot) *node { return &node{kind: object, at: at} }

func (c *swagger) list(at spot, items ...*node) *node {
	return &node{kind: array, at: at, items: items}
}

func (c *swagger) text(s string, at spot) *node { return &node{kind: text, value: s, at: at} }

func (c *swagger) flag(v string, at spot) *node { return &node{kind: boolean, value: v, at: at} }

// put adds a member at the spot of its value.
func (c *swagger) put(n *node, name string, v *node) { n.add(member{name: name, value: v, at: v.at}) }

// move takes members over as they are.
func (c *swagger) move(to, from *node, names ...string) {
	for _, name := range names {
		if m := from.member(name); m != nil {
			to.add(*m)
		}
	}
}

// extensions takes the members over that begin with x-.
func (c *swagger) extensions(to, from *node) {
	for _, m := range from.members {
		if strings.HasPrefix(m.name, "x-") {
			to.add(m)
		}
	}
}

// servers makes addresses of host, basePath and schemes.
func (c *swagger) servers() {
	host, base := c.root.str("host"), c.root.str("basePath")
	if host == "" && base == "" {
		return
	}
	at := c.root.at
	if m := c.root.member("host"); m != nil {
		at = m.at
	}
	schemes := []string{""}
	if host != "" {
		if schemes = []string{"https:"}; len(c.root.list("schemes")) > 0 {
			schemes = nil
		}
		for _, s := range c.root.list("schemes") {
			schemes = append(schemes, s.value+":")
		}
		host = "//" + host
	}
	servers := c.list(at)
	for _, s := range schemes {
		server := c.object(at)
		c.put(server, "url", c.text(s+host+base, at))
		servers.items = append(servers.items, server)
	}
	c.put(c.into, "servers", servers)
}

func (c *swagger) components() {
	to := c.into.ensure("components", c.root.at)
	definitions := c.root.ensure("definitions", c.root.at).shallow() // ours alone, as in separate
	c.root.whole = true
	c.root.set("definitions", definitions)
	for _, d := range definitions.members {
		c.schema(d.value)
	}
	to.add(member{name: "schemas", value: definitions, at: c.root.member("definitions").at})
	if m := c.root.member("parameters"); m != nil {
		for _, p := range m.value.members {
			switch in := p.value.str("in"); {
			case in == "body":
				to.ensure("requestBodies", p.at).add(member{name: p.name, value: c.body(p.value, c.consumes), at: p.at})
			case in != "formData": // those are put where they are used
				to.ensure("parameters", p.at).add(member{name: p.name, value: c.parameter(p.value), at: p.at})
			}
		}
	}
	if m := c.root.member("responses"); m != nil {
		for _, r := range m.value.members {
			to.ensure("responses", r.at).add(member{name: r.name, value: c.response(r.value, c.produces), at: r.at})
		}
	}
	if m := c.root.member("securityDefinitions"); m != nil {
		for _, s := range m.value.members {
			to.ensure("securitySchemes", s.at).add(member{name: s.name, value: c.securityScheme(s.value), at: s.at})
		}
	}
}

func (c *swagger) paths() {
	m := c.root.member("paths")
	if m == nil || m.value.kind != object {
		c.move(c.into, c.root, "paths")
		return
	}
	paths := c.object(m.value.at)
	for _, p := range m.value.members {
		if p.value.kind == object && !strings.HasPrefix(p.name, "x-") {
			p.value = c.pathItem(c.elsewhere(p.value))
		}
		paths.add(p)
	}
	c.into.add(member{name: "paths", value: paths, at: m.at})
}

// elsewhere returns the path that n refers to within the document, or n. It is looked up before anything is converted: what
// is not under paths would not be.
func (c *swagger) elsewhere(n *node) *node {
	if ref := n.get("$ref"); ref != nil {
		r := resolver{root: c.root}
		if to, ok := r.resolve(ref.value, nil); ok && to.node.kind == object {
			return to.node
		}
	}
	return n
}

func (c *swagger) pathItem(from *node) *node {
	to := c.object(from.at)
	shared := c.parametersOf(from, c.consumes)
	if len(shared.plain.items) > 0 {
		c.put(to, "parameters", shared.plain)
	}
	for _, m := range from.members {
		switch {
		case slices.Contains(methods, m.name) && m.value.kind == object:
			m.value = c.operation(m.value, shared)
			to.add(m)
		case m.name != "parameters":
			to.add(m)
		}
	}
	return to
}

func (c *swagger) operation(from *node, shared parameters) *node {
	to := c.object(from.at)
	c.move(to, from, "tags", "summary", "description", "externalDocs", "operationId", "deprecated", "security")
	c.extensions(to, from)
	consumes, produces := c.consumes, c.produces
	if from.get("consumes") != nil {
		consumes = from.list("consumes")
	}
	if from.get("produces") != nil {
		produces = from.list("produces")
	}
	own := c.parametersOf(from, consumes)
	if len(own.plain.items) > 0 {
		c.put(to, "parameters", own.plain)
	}
	switch body := own.body; {
	case body != nil:
		c.put(to, "requestBody", body)
	case len(own.form)+len(shared.form) > 0:
		c.put(to, "requestBody", c.form(append(slices.Clone(shared.form), own.form...), consumes))
	case shared.body != nil:
		c.put(to, "requestBody", shared.body)
	}
	if m := from.member("responses"); m != nil {
		responses := c.object(m.value.at)
		for _, r := range m.value.members {
			if r.value.kind == object && !strings.HasPrefix(r.name, "x-") {
				r.value = c.response(r.value, produces)
			}
			responses.add(r)
		}
		c.put(to, "responses", responses)
	}
	return to
}
