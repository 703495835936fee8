package lint

import (
	"encoding/json"
	"unicode/utf8"
)

// asJSON is a value of the document, which was read from JSON.
func asJSON(value any) string {
	written, err := json.Marshal(value)
	if err != nil {
		return "null"
	}
	return string(written)
}

// short is a text as a message can bear it.
func short(text string) string {
	const most = 80 // characters
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "…"
}
