package openapi

import (
	"encoding/json"
	"slices"
	"strings"
)

// Additions are what callers of ours need to know besides what a document says.
type Additions struct {
	Server string // the address that the version is called at
	About  string // the address of its page
	Price  string // of a call, in words
}

// keySchemes are the two ways to send a key.
const keySchemes = `{
	"faregateKey": {"type": "http", "scheme": "bearer", "description": "A key of your team, from the portal."},
	"faregateKeyHeader": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same key, where Authorization is the API's own."}
}`

const keyRequirement = `[{"faregateKey": []}, {"faregateKeyHeader": []}]`

// paymentRequired is the answer that every operation can give, whatever its upstream says of it.
const paymentRequired = `{
	"description": "The team's wallet has too little for this call, which was not forwarded and costs nothing. The field Link with rel=\"payment\" leads to the page on which somebody can top up; then the same call succeeds.",
	"headers": {"Link": {"description": "Where to top up (RFC 8288).", "schema": {"type": "string"}}},
	"content": {"application/problem+json": {"schema": {
		"type": "object",
		"properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}, "code": {"type": "string"}}
	}}}
}`

// paymentName is the name of that answer among the document's components.
const paymentName = "FaregatePaymentRequired"

// Export writes the document as JSON for those who call it through us: our address in place of its servers, our keys in place of its
// security, the price, and 402 among the answers of each operation. A document of 2.0 is written as 3.0. All else is as it was
// received. The error is a *Broken.
func Export(l *Loaded, a Additions) ([]byte, error) {
	root := l.root
	if l.Spec != "2.0" {
		raw, err := parse(l.src) // the other one was brought into the shapes that we read
		if err != nil {
			return nil, err
		}
		root = raw
	}
	root.keep(func(m *member) bool { return m.name != "$self" })
	root.put("servers", made([]map[string]string{{"url": a.Server}}))
	root.put("security", parsed(keyRequirement))
	root.put("externalDocs", made(map[string]string{"url": a.About, "description": "The API in the portal"}))
	root.ensure("info", root.at).put("x-faregate-price", made(a.Price))
	components := root.ensure("components", root.at)
	components.put("securitySchemes", parsed(keySchemes))
	components.ensure("responses", root.at).put(paymentName, parsed(paymentRequired))
	for _, item := range root.object("paths") {
		exportPath(item.value)
	}
	w := writer{most: maxWritten}
	if w.value(root); w.over {
		return nil, &Broken{Message: "The document grows beyond what can be written."}
	}
	return w.Bytes(), nil
}

// operationMembers are the members of a path item that are operations, of OpenAPI 3.2.
var operationMembers = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}

func exportPath(item *node) {
	if item.kind != object {
		return
	}
	item.keep(func(m *member) bool { return m.name != "servers" })
	for _, m := range item.members {
		switch {
		case slices.Contains(operationMembers, m.name):
			exportOperation(m.value)
		case m.name == "additionalOperations":
			for _, other := range m.value.members {
				exportOperation(other.value)
			}
		}
	}
}

func exportOperation(o *node) {
	if o.kind != object {
		return
	}
	o.keep(func(m *member) bool { return m.name != "servers" && m.name != "security" })
	responses := o.ensure("responses", o.at)
	if responses.kind == object && responses.get("402") == nil {
		responses.put("402", made(map[string]string{"$ref": "#/components/responses/" + paymentName}))
	}
}

// put gives an object a member, in place of one of that name.
func (n *node) put(name string, value *node) {
	if n.kind != object || n.add(member{name: name, value: value, at: n.at}) {
		return
	}
	n.set(name, value)
}

// made is a value of ours as a node.
func made(value any) *node {
	raw, _ := json.Marshal(value) // of strings alone
	return parsed(string(raw))
}

// parsed is JSON of ours as a node.
func parsed(text string) *node {
	n, err := parseJSON(strings.TrimSpace(text))
	if err != nil {
		panic("openapi: " + err.Error()) // it is a constant, or was just written
	}
	return n
}
