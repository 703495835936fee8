package openapi

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// writer writes values as JSON in the order of the document, until it is over most bytes.
type writer struct {
	bytes.Buffer
	most int
	over bool
}

func (w *writer) value(n *node) {
	if w.over = w.over || w.Len() > w.most; w.over {
		return
	}
	switch n.kind {
	case null:
		w.WriteString("null")
	case boolean:
		w.WriteString(n.value)
	case number:
		w.WriteString(finite(jsonNumber(n.value)))
	case text:
		w.text(n.value)
	case array:
		w.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				w.WriteByte(',')
			}
			w.value(item)
		}
		w.WriteByte(']')
	case object:
		w.WriteByte('{')
		for i, m := range n.members {
			if i > 0 {
				w.WriteByte(',')
			}
			w.text(m.name)
			w.WriteByte(':')
			w.value(m.value)
		}
		w.WriteByte('}')
	}
}

// text writes a JSON string and leaves <, > and & as they are.
func (w *writer) text(s string) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string into a buffer: it cannot fail
	w.Truncate(w.Len() - 1)
}

// finite returns a number that fits into 64 bits of floating point, the nearest one to what was written.
func finite(written string) string {
	if _, err := strconv.ParseFloat(written, 64); err == nil {
		return written
	}
	if strings.HasPrefix(written, "-") {
		return "-1.7976931348623157e308"
	}
	return "1.7976931348623157e308"
}
