// Package snippet writes a request as code that can be pasted and run: for a shell, and in the languages that most callers
// use. Nothing in a request can get out of the place that it is written to: every text is quoted by the language's own rules.
package snippet

import (
	"net/http"
	"strings"
)

// KeyVariable is the variable of the environment that the code takes the key from.
const KeyVariable = "FAREGATE_KEY"

// Request is what the code sends, beside the key. Texts that are not UTF-8 are mended, for code is text.
type Request struct {
	Method string
	URL    string  // whole
	Header []Field // without the key; with Content-Type where there is a body
	Body   string  // "" for none
}

// Field is a field of the header.
type Field struct{ Name, Value string }

// Code is a request in one language.
type Code struct {
	Language string // as people call it
	Text     string
}

// In writes the request in every language, the shell's first.
func In(r Request) []Code {
	r = r.clean()
	return []Code{
		{"curl", curl(r)},
		{"Python", python(r)},
		{"JavaScript", javaScript(r)},
		{"Go", golang(r)},
		{"PHP", php(r)},
		{"Java", java(r)},
	}
}

// clean leaves valid UTF-8 without NUL, which no shell can hand on.
func (r Request) clean() Request {
	mend := func(text string) string {
		return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
	}
	header := make([]Field, len(r.Header))
	for i, f := range r.Header {
		header[i] = Field{mend(f.Name), mend(f.Value)}
	}
	return Request{mend(r.Method), mend(r.URL), header, mend(r.Body)}
}

// key is the field that the key is sent in, and what stands before it there. Authorization may be taken by what the API behind
// the gateway wants.
func (r Request) key() (name, before string) {
	for _, f := range r.Header {
		if strings.EqualFold(f.Name, "Authorization") {
			return "X-API-Key", ""
		}
	}
	return "Authorization", "Bearer "
}

// sends says whether there is a body. GET and HEAD have none, whatever was typed: half of these languages would refuse to send it.
func (r Request) sends() bool {
	return r.Body != "" && r.Method != http.MethodGet && r.Method != http.MethodHead
}
