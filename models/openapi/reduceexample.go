package openapi

import (
	"bytes"
	"encoding/json"
	"strings"
)

// exampleList are the examples of a media type, or of a parameter, for which the type is "".
func (r *reducer) exampleList(n *node, mediaType string) (all []Example) {
	if e := n.get("example"); e != nil {
		if value, ok := r.exampleValue(e, mediaType); ok {
			all = append(all, Example{Value: value})
		}
	}
	for _, m := range n.object("examples") {
		e := r.deref(m.value)
		example := Example{Name: m.name, Summary: r.str(e, "summary"), URL: r.str(e, "externalValue")}
		value := e.get("value")
		if value == nil {
			value = e.get("dataValue")
		}
		ok := true
		switch {
		case value != nil:
			example.Value, ok = r.exampleValue(value, mediaType)
		case e.get("serializedValue") != nil:
			example.Value = e.str("serializedValue")
			ok = r.takeExample(len(example.Value))
		}
		if ok {
			all = append(all, example)
		}
	}
	return all
}

func (r *reducer) takeExample(bytes int) bool {
	if r.examples >= 0 {
		r.examples -= bytes
	}
	return r.examples >= 0
}

// exampleValue returns a value as it is shown, unless there is no room for it.
func (r *reducer) exampleValue(n *node, mediaType string) (string, bool) {
	if n.kind == text && !isJSON(mediaType) {
		return n.value, r.takeExample(len(n.value))
	}
	compact, ok := r.json(n, max(r.examples, 0))
	if !ok {
		r.examples = -1
		return "", false
	}
	var b bytes.Buffer
	if err := json.Indent(&b, compact, "", "  "); err != nil {
		return "", false
	}
	return b.String(), r.takeExample(b.Len())
}

func isJSON(mediaType string) bool {
	t, _, _ := strings.Cut(strings.ToLower(mediaType), ";")
	t = strings.TrimSpace(t)
	return t == "application/json" || strings.HasSuffix(t, "+json") || t == "text/json"
}

// json writes a value compactly, if it takes no more than most bytes.
func (r *reducer) json(n *node, most int) ([]byte, bool) {
	w := writer{most: most}
	w.value(n)
	return w.Bytes(), !w.over && w.Len() <= most
}

// value returns a value of a schema as JSON; "" if there is none or no room for it.
func (r *reducer) value(n *node) string {
	if n == nil {
		return ""
	}
	b, ok := r.json(n, max(r.room, 0))
	if !ok {
		r.room = -1
		return ""
	}
	r.take(len(b))
	return string(b)
}
