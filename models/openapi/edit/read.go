package edit

import (
	"slices"
	"strconv"
	"strings"
)

// read returns an operation for a form, nil if it is not there.
func (e *editor) read(method, path string) (*Operation, error) {
	_, v := e.find(method, path)
	if v == nil {
		return nil, nil
	}
	o := &Operation{
		Method: method, Path: path, Summary: v.str("summary"), Description: v.str("description"), OperationID: v.str("operationId"), Deprecated: v.is("deprecated"),
		Body: e.readBody(v.get("requestBody")), Kept: rest(v, "tags", "summary", "description", "operationId", "parameters", "requestBody", "responses", "deprecated"),
	}
	if tags := v.get("tags"); tags != nil {
		for _, t := range tags.items {
			o.Tags = append(o.Tags, t.text)
		}
	}
	if all := v.get("parameters"); all != nil {
		for i, p := range all.items {
			o.Parameters = append(o.Parameters, e.readParameter(i+1, p))
		}
	}
	if all := v.get("responses"); all != nil {
		for _, m := range all.members {
			if !strings.HasPrefix(m.name, "x-") {
				o.Responses = append(o.Responses, e.readResponse(m))
			}
		}
	}
	return o, nil
}

func (e *editor) readParameter(was int, v *value) Parameter {
	p := Parameter{Was: was, Fixed: fixed(v)}
	v = e.follow(v)
	p.Name, p.In, p.Required, p.Description = v.str("name"), v.str("in"), v.is("required"), v.str("description")
	p.Type = typeOf(v.get("schema"))
	if p.Fixed == "" && !slices.Contains(Places, p.In) {
		p.Fixed = "It stands in " + strconv.Quote(p.In) + ", which this form does not know."
	}
	p.Kept = rest(v, "name", "in", "required", "description", "schema", "example")
	if schema := v.get("schema"); schema != nil {
		if p.Type == "" || schema.get("$ref") != nil {
			p.Kept = append([]string{"its schema"}, p.Kept...)
		} else {
			p.Kept = append(p.Kept, rest(schema, "type", "items")...)
		}
	}
	if x := v.get("example"); x != nil {
		if p.Example = x.text; x.kind != text {
			p.Example = e.inline(x)
		}
	}
	return p
}

func (e *editor) readBody(v *value) Body {
	if v == nil {
		return Body{}
	}
	b := Body{Sent: true, Fixed: fixed(v)}
	v = e.follow(v)
	b.Required, b.Content = v.is("required"), e.readContent(v)
	b.Kept = append(b.Kept, rest(v, "required", "content")...)
	return b
}

func (e *editor) readResponse(m member) Response {
	r := Response{Was: m.name, Status: m.name, Fixed: fixed(m.value)}
	v := e.follow(m.value)
	r.Description, r.Content = v.str("description"), e.readContent(v)
	r.Kept = append(r.Kept, rest(v, "description", "content")...)
	return r
}

// readContent reads the first media type of a body.
func (e *editor) readContent(v *value) Content {
	c := Content{}
	all := v.get("content")
	if all == nil || all.kind != object || len(all.members) == 0 {
		return c
	}
	first := all.members[0]
	c.MediaType = first.name
	if s := first.value.get("schema"); s != nil {
		c.Schema = e.shown(s)
	}
	if x := first.value.get("example"); x != nil {
		if c.Example = x.text; x.kind != text || isJSONType(first.name) {
			c.Example = e.shown(x)
		}
	}
	for _, m := range all.members[1:] {
		c.Kept = append(c.Kept, m.name)
	}
	c.Kept = append(c.Kept, rest(first.value, "schema", "example")...)
	return c
}

// fixed says why a part cannot be edited here.
func fixed(v *value) string {
	switch {
	case v.kind != object:
		return "It is no object."
	case v.get("$ref") != nil:
		return "It stands elsewhere: " + v.str("$ref") + "."
	}
	return ""
}

// follow returns what a reference within the document leads to, in a few steps; v where it leads nowhere.
func (e *editor) follow(v *value) *value {
	at := v
	for range 5 {
		pointer, within := strings.CutPrefix(at.str("$ref"), "#/")
		if !within {
			return at
		}
		to := e.was
		for token := range strings.SplitSeq(pointer, "/") {
			to = to.get(strings.NewReplacer("~1", "/", "~0", "~").Replace(token))
		}
		if to == nil {
			return v
		}
		at = to
	}
	return v
}

// rest are the names of the members that are none of those.
func rest(v *value, known ...string) []string {
	var names []string
	if v == nil {
		return nil
	}
	for _, m := range v.members {
		if !slices.Contains(known, m.name) && m.name != "$ref" {
			names = append(names, m.name)
		}
	}
	return names
}
