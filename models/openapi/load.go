package openapi

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

// Loaded is a document that was read.
type Loaded struct {
	// T is the document as OpenAPI 3, all of its references resolved; that of a 2.0 document is converted. What the module
	// that reads it cannot take is left out of it, such as a reference into another file.
	T *openapi3.T
	// Spec is the version of OpenAPI as the document writes it, such as "3.1.1"; "2.0" for Swagger.
	Spec string

	src   string
	root  *node // in the shapes of OpenAPI 3, each reference to a component
	notes notes // what the document has and the portal does not show
}

// maxWritten bounds, in bytes, the document with everything put in its place.
const maxWritten = 4 * maxBytes

// Sentences that more than one reader says.
const (
	maxNumber     = 400 // characters
	numberTooLong = "This number has more than 400 digits."
	tooManyValues = "The document has more than 2,000,000 values, which is more than can be read."
	tooManyCopies = "The references of the document stand for more than 1,000,000 values, which is more than can be read."
	tooDeep       = "Here values stand within values more than 200 levels deep, which is more than can be read."
)

// Load reads a document: OpenAPI 2.0, 3.0, 3.1 or 3.2, in JSON or YAML. Its error is a *Broken. It fetches nothing: what
// the document refers to in other files and at other addresses is named in the outline's Unsupported.
//
// It decides whether the document can be shown, no more. That a document also keeps the rules of OpenAPI is what lint
// looks into; the documents that are published often do not.
func Load(data []byte) (*Loaded, error) {
	src, err := characters(data)
	if err != nil {
		return nil, err
	}
	root, err := parse(src)
	if err != nil {
		return nil, err
	}
	l := &Loaded{src: src, root: root}
	if err := l.recognise(); err != nil {
		return nil, err
	}
	if err := l.fit(); err != nil {
		return nil, err
	}
	w := writer{most: maxWritten}
	w.value(l.root)
	if w.over {
		return nil, &Broken{Message: "The document grows beyond what can be read when what it refers to is put in place."}
	}
	if l.T, err = openapi3.NewLoader().LoadFromData(w.Bytes()); err != nil {
		return nil, &Broken{Message: fmt.Sprintf("The document cannot be read: %v.", err)}
	}
	return l, nil
}

// Syntax says where a text is no JSON and no YAML, whatever it is about: a *Broken, or nil.
func Syntax(data []byte) error {
	src, err := characters(data)
	if err != nil {
		return err
	}
	_, err = parse(src)
	return err
}

// fit brings the values into the shapes of OpenAPI 3.
func (l *Loaded) fit() (err error) {
	defer catch(&err)
	if l.Spec == "2.0" {
		l.root = convert(l)
	}
	f := fitter{l: l, notes: l.notes, inlining: map[string]bool{}, refs: resolver{root: l.root, self: l.root.str("$self"), names: map[string]string{}}}
	f.fit()
	l.notes = f.notes
	return nil
}

// catch makes an error of a panic of *Broken.
func catch(err *error) {
	if r := recover(); r != nil {
		b, ours := r.(*Broken)
		if !ours {
			panic(r)
		}
		*err = b
	}
}

// characters returns the text of a document. What is written in front by some editors to say that it is UTF-8 is left out.
func characters(data []byte) (string, error) {
	switch {
	case len(data) > maxBytes:
		return "", &Broken{Message: fmt.Sprintf("The document is larger than %d MiB.", maxBytes>>20)}
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}), bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		return "", broken(1, 1, "The document is written in UTF-16 or UTF-32. Save it as UTF-8.")
	}
	src := strings.TrimPrefix(string(data), "\uFEFF")
	for i, r := range src {
		if r == utf8.RuneError && !strings.HasPrefix(src[i:], "\uFFFD") {
			return "", &Broken{Message: fmt.Sprintf("The byte 0x%02X is no UTF-8. Save the document as UTF-8.", src[i]), Place: placeAt(src, i)}
		}
		if r == 0 {
			return "", &Broken{Message: "A byte of 0 is no text. Save the document as UTF-8.", Place: placeAt(src, i)}
		}
	}
	return src, nil
}

// parse reads JSON if the text begins as JSON does, and YAML otherwise. An error of either is said in the words of that one.
func parse(src string) (*node, error) {
	if begin := strings.TrimLeft(src, " \t\r\n"); strings.HasPrefix(begin, "{") {
		if rest := strings.TrimLeft(begin[1:], " \t\r\n"); rest == "" || rest[0] == '"' || rest[0] == '}' {
			return parseJSON(src)
		}
	}
	return parseYAML(src)
}

// recognise finds the version of OpenAPI.
func (l *Loaded) recognise() error {
	if l.root.kind != object {
		return l.broken(l.root.at, "An OpenAPI document is an object; this is "+l.root.kind.String()+".")
	}
	name, known := "openapi", []string{"3.0", "3.1", "3.2"}
	if l.root.get(name) == nil {
		name, known = "swagger", []string{"2.0"}
	}
	m := l.root.member(name)
	if m == nil {
		return l.broken(l.root.at, "This is no OpenAPI document: it has neither a member openapi nor a member swagger.")
	}
	l.Spec = l.root.str(name)
	for _, v := range known {
		if l.Spec == v || strings.HasPrefix(l.Spec, v+".") {
			return nil
		}
	}
	return l.broken(m.at, "The version "+quote(l.Spec)+" of OpenAPI is not known. Known are 2.0, 3.0, 3.1 and 3.2.")
}

func (l *Loaded) broken(at spot, message string) *Broken {
	return &Broken{Message: message, Place: l.place(at)}
}

// quote returns s in quotes, cut if it is long: what a sender is told back has to be recognised, not read.
func quote(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return strconv.Quote(s)
}
