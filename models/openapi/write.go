package openapi

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// writeJSON writes n as JSON, in the order of the document.
func writeJSON(b *bytes.Buffer, n *node) {
	switch n.kind {
	case null:
		b.WriteString("null")
	case boolean:
		b.WriteString(n.value)
	case number:
		b.WriteString(finite(jsonNumber(n.value)))
	case text:
		writeText(b, n.value)
	case array:
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, item)
		}
		b.WriteByte(']')
	case object:
		b.WriteByte('{')
		for i, m := range n.members {
			if i > 0 {
				b.WriteByte(',')
			}
			writeText(b, m.name)
			b.WriteByte(':')
			writeJSON(b, m.value)
		}
		b.WriteByte('}')
	}
}

// writeText writes a JSON string and leaves <, > and & as they are.
func writeText(b *bytes.Buffer, s string) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string into a buffer: it cannot fail
	b.Truncate(b.Len() - 1)
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
