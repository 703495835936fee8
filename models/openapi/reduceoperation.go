package openapi

import (
	"cmp"
	"slices"
	"strings"
)

func (r *reducer) operation(path, m member) Operation {
	n := m.value
	o := Operation{
		OperationLine: OperationLine{
			Method: m.name, Path: path.name, Summary: cmp.Or(r.str(n, "summary"), r.str(path.value, "summary")), Deprecated: n.is("deprecated"),
		},
		OperationID: r.str(n, "operationId"),
		Description: cmp.Or(r.str(n, "description"), r.str(path.value, "description")),
		Parameters:  r.parameters(path.value, n),
		Body:        r.body(n.get("requestBody")),
		Responses:   r.responses(n.object("responses")),
		Security:    r.security(n),
	}
	o.ID = r.id(o)
	for _, t := range n.list("tags") {
		if !slices.Contains(o.Tags, t.value) && r.take(len(t.value)) {
			o.Tags = append(o.Tags, t.value)
		}
	}
	if docs := n.get("externalDocs"); docs != nil {
		o.Docs = Link{URL: r.str(docs, "url"), Text: r.str(docs, "description")}
	}
	for _, c := range n.object("callbacks") {
		o.Callbacks = append(o.Callbacks, c.name)
	}
	return o
}

// id names an operation in addresses: by the id that the document gives, or else by method and path.
func (r *reducer) id(o Operation) string {
	id := cut(addressable(o.OperationID))
	if id == "" {
		id = cut(strings.ToLower(addressable(o.Method)) + "-" + addressable(o.Path))
	}
	id = unused(id, func(id string) bool { return r.ids[id] })
	r.ids[id] = true
	return id
}

// places are where parameters stand, in the order of pages.
var places = []string{"path", "query", "querystring", "header", "cookie"}

// parameters are those of the path, unless the operation has one of that name in that place, and the operation's.
func (r *reducer) parameters(path, operation *node) (all []Parameter) {
	type key struct{ name, in string }
	at := map[key]int{}
	for _, item := range slices.Concat(path.list("parameters"), operation.list("parameters")) {
		n := r.deref(item)
		p := r.parameter(item, n)
		p.Name, p.In = n.str("name"), n.str("in")
		if !r.take(len(p.Name)) {
			break
		}
		if i, ok := at[key{p.Name, p.In}]; ok {
			all[i] = p
			continue
		}
		at[key{p.Name, p.In}] = len(all)
		all = append(all, p)
	}
	slices.SortStableFunc(all, func(a, b Parameter) int {
		return cmp.Compare(slices.Index(places, a.In), slices.Index(places, b.In))
	})
	return all
}

// parameter makes a parameter or a header, n, that use refers to; its name is set by the caller.
func (r *reducer) parameter(use, n *node) Parameter {
	p := Parameter{
		Description: r.description(use, n), Required: n.is("required"), Deprecated: n.is("deprecated"), Style: r.str(n, "style"), Explode: explodes(n),
		Schema: r.schema(n.get("schema")),
	}
	for _, m := range n.object("content") { // there is one
		p.Type, p.Style, p.Explode = m.name, "", false
		p.Schema = r.schema(m.value.get("schema"))
		p.Examples = r.exampleList(m.value, m.name)
		break
	}
	if p.Type == "" {
		p.Examples = r.exampleList(n, "")
	}
	return p
}

// explodes returns what is written or else what OpenAPI takes for written: true of a form, which is how a query and a
// cookie are sent.
func explodes(n *node) bool {
	if n.get("explode") != nil {
		return n.is("explode")
	}
	style := n.str("style")
	in := n.str("in")
	return style == "form" || style == "cookie" || style == "" && (in == "query" || in == "cookie")
}

func (r *reducer) body(use *node) *Body {
	if use == nil {
		return nil
	}
	n := r.deref(use)
	return &Body{Description: r.description(use, n), Required: n.is("required"), Content: r.content(n)}
}

func (r *reducer) content(n *node) (content []Media) {
	for _, m := range n.object("content") {
		if !r.take(len(m.name)) {
			break
		}
		content = append(content, Media{
			Type: m.name, Schema: r.schema(m.value.get("schema")), Item: r.schema(m.value.get("itemSchema")), Examples: r.exampleList(m.value, m.name),
		})
	}
	return content
}

func (r *reducer) responses(members []member) (all []Response) {
	for _, m := range members {
		if strings.HasPrefix(m.name, "x-") {
			continue
		}
		n := r.deref(m.value)
		response := Response{Status: m.name, Description: cmp.Or(r.description(m.value, n), r.str(n, "summary")), Content: r.content(n)}
		if !r.take(len(m.name)) {
			break
		}
		for _, h := range n.object("headers") {
			header := r.deref(h.value)
			p := r.parameter(h.value, header)
			p.Name = h.name
			response.Headers = append(response.Headers, p)
		}
		for _, link := range n.object("links") {
			response.Links = append(response.Links, link.name)
		}
		all = append(all, response)
	}
	slices.SortStableFunc(all, func(a, b Response) int { // digits come before the X of a range, and both before default
		return strings.Compare(strings.ToUpper(a.Status), strings.ToUpper(b.Status))
	})
	return all
}

// security are the alternatives of the operation, or else of the document.
func (r *reducer) security(operation *node) (all []Requirement) {
	alternatives := operation.get("security")
	if alternatives == nil {
		alternatives = r.root.get("security")
	}
	if alternatives == nil {
		return nil
	}
	for _, a := range alternatives.items {
		requirement := Requirement{}
		for _, m := range a.members {
			use := SchemeUse{Name: m.name}
			for _, scope := range m.value.items {
				use.Scopes = append(use.Scopes, scope.value)
			}
			requirement = append(requirement, use)
		}
		if !r.take(schemaCost) {
			break
		}
		all = append(all, requirement)
	}
	return all
}
