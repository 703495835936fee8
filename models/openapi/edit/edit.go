package edit

import (
	"errors"
	"fmt"
	"strings"

	"github.com/faregate/faregate/models/openapi"
)

// MaxDocument is how large a document may be that is edited in forms, in bytes.
const MaxDocument = 1 << 20

// The acts of a Request.
const (
	ReadOperation   = "read operation"
	SaveOperation   = "save operation"
	RemoveOperation = "remove operation"
	ReadInfo        = "read info"
	SaveInfo        = "save info"
)

// Request is what is to be done with a document.
type Request struct {
	Act          string
	Method, Path string     // of the operation that is meant; both "" for a new one
	Operation    *Operation // as it is to be
	Info         *Info
}

// Answer is what came of it.
type Answer struct {
	Document []byte `json:",omitempty"` // with the change
	// Anew says that the document was written anew as a whole: it says what was meant, but comments and layout are gone.
	Anew      bool       `json:",omitempty"`
	Operation *Operation `json:",omitempty"` // that was read
	Info      *Info      `json:",omitempty"`
	// Missing says that the document has no such operation.
	Missing bool `json:",omitempty"`
	// Invalid are the fields of the form that are wrong, each with a sentence: "path", "parameter-2-name" of the row 2 from 0.
	Invalid map[string]string `json:",omitempty"`
}

// Info is what a document says of the API as a whole. The texts are as Operation's.
type Info struct {
	Title, Version, Summary, Description string
}

// Edit does what is asked. Its error is a *openapi.Broken where the document cannot be edited, or could not be read afterwards.
func Edit(document []byte, r Request) (Answer, error) {
	if len(document) > MaxDocument {
		return Answer{}, refused("The document is larger than %d MiB. Edit it elsewhere, and import it again.", MaxDocument>>20)
	}
	loaded, err := openapi.Load(document)
	if err != nil {
		return Answer{}, err
	}
	if loaded.Spec == "2.0" {
		return Answer{}, refused("The document is written in Swagger 2.0; forms write OpenAPI 3. Bring it into OpenAPI 3, and import it again.")
	}
	e, err := newEditor(string(document), loaded.Spec)
	if err != nil {
		return Answer{}, err
	}
	a, err := e.do(r)
	if err != nil || a.Missing || len(a.Invalid) > 0 || a.Operation != nil || a.Info != nil {
		return a, err
	}
	var changed string
	if changed, a.Anew, err = rewrite(e.syntax, e.src, e.was, e.root); err != nil {
		return Answer{}, err
	}
	a.Document = []byte(e.mark + changed)
	if _, err = openapi.Load(a.Document); err != nil {
		return Answer{}, err
	}
	return a, nil
}

func refused(format string, a ...any) error {
	return &openapi.Broken{Message: fmt.Sprintf(format, a...)}
}

// editor is a document that is being edited.
type editor struct {
	syntax
	mark, src string // the byte order mark, if there is one, and what is behind it
	spec      string
	was, root *value // as it was read, and as it is to be
	json      bool
	invalid   map[string]string
}

const byteOrderMark = "\uFEFF"

func newEditor(src, spec string) (*editor, error) {
	e := &editor{spec: spec, src: strings.TrimPrefix(src, byteOrderMark), invalid: map[string]string{}}
	e.mark = src[:len(src)-len(e.src)]
	var err error
	if e.json = isJSON(e.src); e.json {
		if e.was, err = parseJSON(e.src); err == nil {
			e.syntax = newJSONSyntax(e.src, e.was)
		}
	} else {
		e.was, e.syntax, err = readYAML(e.src)
	}
	if err == nil {
		e.root = e.was.copied()
	}
	return e, err
}

// isJSON reports whether a text is read as JSON; see openapi.Load.
func isJSON(src string) bool {
	rest, brace := strings.CutPrefix(strings.TrimLeft(src, " \t\r\n"), "{")
	rest = strings.TrimLeft(rest, " \t\r\n")
	return brace && (rest == "" || rest[0] == '"' || rest[0] == '}')
}

func (e *editor) do(r Request) (Answer, error) {
	switch {
	case r.Act == ReadOperation:
		o, err := e.read(r.Method, r.Path)
		return Answer{Operation: o, Missing: o == nil}, err
	case r.Act == SaveOperation && r.Operation != nil:
		found, err := e.save(r.Method, r.Path, *r.Operation)
		return Answer{Missing: !found, Invalid: e.invalid}, err
	case r.Act == RemoveOperation:
		return Answer{Missing: !e.remove(r.Method, r.Path)}, nil
	case r.Act == ReadInfo:
		i := e.info()
		return Answer{Info: &i}, nil
	case r.Act == SaveInfo && r.Info != nil:
		e.saveInfo(*r.Info)
		return Answer{Invalid: e.invalid}, nil
	}
	return Answer{}, errors.New("no such act: " + r.Act)
}

func (e *editor) info() Info {
	i := e.root.get("info")
	return Info{Title: i.str("title"), Version: i.str("version"), Summary: i.str("summary"), Description: i.str("description")}
}

var infoOrder = []string{"title", "version", "summary", "description"}

func (e *editor) saveInfo(to Info) {
	was := e.info()
	for field, missing := range map[string]bool{"title": to.Title == "", "version": to.Version == ""} {
		if missing {
			e.invalid[field] = "Enter the " + field + "."
		}
	}
	if len(e.invalid) > 0 {
		return
	}
	i := e.root.open("info", "openapi", "info")
	for _, f := range []struct{ name, was, to string }{
		{"title", was.Title, to.Title}, {"version", was.Version, to.Version}, {"summary", was.Summary, to.Summary}, {"description", was.Description, to.Description},
	} {
		if changed(f.was, f.to) {
			i.put(f.name, lines(f.to), infoOrder...)
		}
	}
}

// changed reports whether a text of a form is another one than it was drawn with. What browsers do to line ends is no change.
func changed(was, to string) bool { return tidy(was) != tidy(to) }

func tidy(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

// lines is a text of a form as a document has it: without what browsers do to line ends, and with no blank lines behind it.
func lines(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	text := strings.TrimRight(s, " \t\n")
	if strings.Contains(s[len(text):], "\n") && strings.Contains(text, "\n") {
		text += "\n"
	}
	return text
}

// Blank is a document without operations, in JSON or else in YAML.
func Blank(i Info, inJSON bool) []byte {
	info, root := newObject(), newObject()
	for _, f := range []struct{ name, text string }{{"title", i.Title}, {"version", i.Version}, {"summary", i.Summary}, {"description", i.Description}} {
		info.put(f.name, f.text)
	}
	root.set("openapi", newText("3.1.1"))
	root.set("info", info)
	root.set("paths", newObject())
	if inJSON {
		return []byte(jsonSyntax{jsonStyle: indented, tail: "\n"}.whole(root))
	}
	return []byte(yamlSyntax{}.whole(root))
}
