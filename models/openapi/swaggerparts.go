package openapi

import (
	"slices"
	"strings"
)

// parameters are those of an operation or path of OpenAPI 2.0, by what they become in 3.0.
type parameters struct {
	plain *node   // a list
	body  *node   // the request body, or a reference to one
	form  []*node // fields of a form, as 2.0 has them
}

func (c *swagger) parametersOf(from *node, consumes []*node) (p parameters) {
	p.plain = c.list(from.at)
	for _, item := range from.list("parameters") {
		declared, ref := item, item.str("$ref")
		if name, ok := strings.CutPrefix(ref, "#/parameters/"); ok {
			if to := c.root.get("parameters").get(unescape.Replace(name)); to != nil {
				declared = to
			}
		}
		switch in := declared.str("in"); {
		case in == "body" && ref != "":
			p.body = c.object(item.at)
			c.put(p.body, "$ref", c.text(strings.Replace(ref, "#/parameters/", "#/components/requestBodies/", 1), item.get("$ref").at))
		case in == "body":
			p.body = c.body(declared, consumes)
		case in == "formData":
			p.form = append(p.form, declared)
		default:
			p.plain.items = append(p.plain.items, c.parameter(item))
		}
	}
	return p
}

func (c *swagger) parameter(from *node) *node {
	if from.kind != object {
		return from
	}
	to := c.object(from.at)
	if ref := from.get("$ref"); ref != nil {
		c.put(to, "$ref", c.text(strings.Replace(ref.value, "#/parameters/", "#/components/parameters/", 1), ref.at))
		return to
	}
	c.move(to, from, "name", "in", "description", "required", "allowEmptyValue")
	c.extensions(to, from)
	c.collection(to, from)
	c.put(to, "schema", c.inlineSchema(from))
	return to
}

// collection says in the words of 3.0 how the items of a list are put into one value.
func (c *swagger) collection(to, from *node) {
	if from.str("type") != "array" {
		return
	}
	inQuery := from.str("in") == "query"
	switch format := from.str("collectionFormat"); {
	case format == "multi" && inQuery:
		c.put(to, "explode", c.flag("true", from.at))
	case format == "ssv" && inQuery:
		c.put(to, "style", c.text("spaceDelimited", from.at))
		c.put(to, "explode", c.flag("false", from.at))
	case format == "pipes" && inQuery:
		c.put(to, "style", c.text("pipeDelimited", from.at))
		c.put(to, "explode", c.flag("false", from.at))
	case format == "tsv":
		c.l.notes.add("", "Lists whose items are separated by tabs (collectionFormat tsv) are shown as separated by commas.")
		fallthrough
	default:
		if inQuery {
			c.put(to, "explode", c.flag("false", from.at))
		}
	}
}

// inlineSchema makes a schema of what 2.0 writes directly into a parameter, an item or a header.
func (c *swagger) inlineSchema(from *node) *node {
	if s := from.get("schema"); s != nil {
		c.schema(s)
		return s
	}
	to := c.object(from.at)
	for _, m := range from.members {
		switch m.name {
		case "name", "in", "description", "required", "allowEmptyValue", "collectionFormat":
		default:
			if _, ok := schemaShape.fields[m.name]; ok {
				to.add(m)
			}
		}
	}
	c.schema(to)
	return to
}

// body makes a request body of a parameter in the body.
func (c *swagger) body(from *node, consumes []*node) *node {
	to := c.object(from.at)
	c.move(to, from, "description", "required")
	c.extensions(to, from)
	if s := from.get("schema"); s != nil {
		c.schema(s)
		c.put(to, "content", c.content(consumes, s, from.at))
	}
	return to
}

// content makes a list of media types of the same schema; without any it is JSON, which is what is meant.
func (c *swagger) content(types []*node, schema *node, at spot) *node {
	content := c.object(at)
	for _, t := range types {
		if t.kind == text {
			media := c.object(t.at)
			c.put(media, "schema", schema)
			c.put(content, t.value, media)
		}
	}
	if len(content.members) == 0 {
		media := c.object(at)
		c.put(media, "schema", schema)
		c.put(content, "application/json", media)
	}
	return content
}

// form makes a request body of fields of a form.
func (c *swagger) form(fields, consumes []*node) *node {
	at := fields[0].at
	schema, properties, required := c.object(at), c.object(at), c.list(at)
	file := false
	for _, field := range fields {
		p := c.inlineSchema(field)
		c.move(p, field, "description")
		c.put(properties, field.str("name"), p)
		if field.is("required") {
			required.items = append(required.items, c.text(field.str("name"), field.at))
		}
		file = file || field.str("type") == "file"
	}
	c.put(schema, "type", c.text("object", at))
	c.put(schema, "properties", properties)
	if len(required.items) > 0 {
		c.put(schema, "required", required)
	}
	forms := slices.DeleteFunc(slices.Clone(consumes), func(t *node) bool {
		return t.value != "multipart/form-data" && t.value != "application/x-www-form-urlencoded"
	})
	if len(forms) == 0 {
		media := "application/x-www-form-urlencoded"
		if file {
			media = "multipart/form-data"
		}
		forms = []*node{c.text(media, at)}
	}
	body := c.object(at)
	c.put(body, "content", c.content(forms, schema, at))
	if len(required.items) > 0 {
		c.put(body, "required", c.flag("true", at))
	}
	return body
}

func (c *swagger) response(from *node, produces []*node) *node {
	to := c.object(from.at)
	if ref := from.get("$ref"); ref != nil {
		c.put(to, "$ref", c.text(strings.Replace(ref.value, "#/responses/", "#/components/responses/", 1), ref.at))
		return to
	}
	c.move(to, from, "description")
	c.extensions(to, from)
	if s := from.get("schema"); s != nil {
		c.schema(s)
		c.put(to, "content", c.content(produces, s, from.at))
	}
	for _, example := range from.object("examples") {
		media := to.ensure("content", example.at).ensure(example.name, example.at)
		media.add(member{name: "example", value: example.value, at: example.at})
	}
	for _, h := range from.object("headers") {
		if h.value.kind == object {
			header := c.object(h.value.at)
			c.move(header, h.value, "description")
			c.put(header, "schema", c.inlineSchema(h.value))
			h.value = header
		}
		to.ensure("headers", h.at).add(h)
	}
	return to
}

func (c *swagger) securityScheme(from *node) *node {
	if from.kind != object {
		return from
	}
	to := c.object(from.at)
	c.move(to, from, "description", "name", "in")
	c.extensions(to, from)
	kind := from.str("type")
	switch kind {
	case "basic":
		c.put(to, "type", c.text("http", from.at))
		c.put(to, "scheme", c.text("basic", from.at))
	case "oauth2":
		flow := c.object(from.at)
		c.move(flow, from, "authorizationUrl", "tokenUrl", "scopes")
		name := from.str("flow")
		if renamed := map[string]string{"application": "clientCredentials", "accessCode": "authorizationCode"}[name]; renamed != "" {
			name = renamed
		}
		c.move(to, from, "type")
		c.put(to, "flows", c.object(from.at))
		if name != "" {
			c.put(to.get("flows"), name, flow)
		}
	default:
		c.move(to, from, "type")
	}
	return to
}

// schema brings a schema of 2.0 into the words of 3.0, in place, with all the schemas within it.
func (c *swagger) schema(n *node) {
	if n == nil || n.kind != object || c.seen[n] {
		return
	}
	c.seen[n] = true
	if ref := n.get("$ref"); ref != nil && ref.kind == text {
		n.set("$ref", c.text(c.reference(ref.value), ref.at))
	}
	if t := n.get("type"); t != nil && t.value == "file" {
		n.set("type", c.text("string", t.at))
		c.put(n, "format", c.text("binary", t.at))
	}
	if d := n.get("discriminator"); d != nil && d.kind == text {
		named := c.object(d.at)
		c.put(named, "propertyName", d)
		n.set("discriminator", named)
	}
	if m := n.member("x-nullable"); m != nil && m.value.kind == boolean {
		c.put(n, "nullable", m.value)
	}
	for _, m := range n.members {
		switch schemaShape.fields[m.name] {
		case field{one, schemaShape}:
			c.schema(m.value)
			for _, item := range m.value.items {
				c.schema(item)
			}
		case field{listOf, schemaShape}:
			for _, item := range m.value.items {
				c.schema(item)
			}
		case field{mapOf, schemaShape}:
			for _, p := range m.value.members {
				c.schema(p.value)
			}
		}
	}
}

// reference returns where in the new document a reference to a schema leads. One to anywhere but the definitions gets what
// it leads to named there.
func (c *swagger) reference(ref string) string {
	if name, ok := strings.CutPrefix(ref, "#/definitions/"); ok && !strings.Contains(name, "/") {
		return "#/components/schemas/" + name
	}
	r := resolver{root: c.root}
	to, ok := r.resolve(ref, nil)
	if !ok || !strings.HasPrefix(ref, "#/") || to.node.whole {
		return ref
	}
	name, ok := c.named[to.node]
	if !ok {
		definitions := c.root.get("definitions")
		name = unused(componentName(to.pointer), func(name string) bool { return definitions.member(name) != nil })
		definitions.add(member{name: name, value: to.node, at: to.at})
		c.named[to.node] = name
		c.schema(to.node)
	}
	return "#/components/schemas/" + escape.Replace(name)
}
