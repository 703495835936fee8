package edit

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Operation is an operation as a form has it. An empty text is one that the document does not have.
type Operation struct {
	Method, Path                      string // the method in capitals
	Summary, Description, OperationID string
	Tags                              []string
	Deprecated                        bool
	Parameters                        []Parameter
	Body                              Body
	Responses                         []Response
	Kept                              []string // what the operation has besides, in words
}

// Parameter is a parameter of an operation, a row of the form.
type Parameter struct {
	Was                  int // its place in the document, from 1; 0 for a new one
	Name, In             string
	Required             bool
	Type                 string // of Types; "" for a schema that is none of these
	Description, Example string
	Fixed                string // why the row cannot be edited, as a sentence; "" for one that can
	Kept                 []string
}

// Body is what is sent with a call.
type Body struct {
	Sent, Required bool
	Content
	Fixed string
}

// Response is an answer.
type Response struct {
	Was                 string // its status in the document; "" for a new one
	Status, Description string // "200", "4XX", "default"
	Content
	Fixed string
}

// Content is a body of one media type. Of several it is the first; the others are kept.
type Content struct {
	MediaType       string
	Schema, Example string // as text: JSON or YAML
	Kept            []string
}

// Methods are those that a form offers. QUERY is for 3.2 only.
var Methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "QUERY"}

// Places are where a parameter can stand.
var Places = []string{"query", "path", "header", "cookie"}

// Types are what a parameter can be. "list" is one of texts.
var Types = []string{"string", "integer", "number", "boolean", "list"}

var (
	operationOrder = []string{"tags", "summary", "description", "externalDocs", "operationId", "parameters", "requestBody", "responses", "callbacks", "deprecated"}
	parameterOrder = []string{"name", "in", "description", "required", "deprecated", "schema", "example"}
	bodyOrder      = []string{"description", "required", "content"}
	responseOrder  = []string{"summary", "description", "headers", "content", "links"}
	contentOrder   = []string{"schema", "example"}
)

// find returns the path and the operation, nil for what is not there. A path that only refers to another has no operations.
func (e *editor) find(method, path string) (item, operation *value) {
	item = e.root.get("paths").get(path)
	if !slices.Contains(Methods, method) {
		return item, nil
	}
	if o := item.get(strings.ToLower(method)); o != nil && o.kind == object {
		return item, o
	}
	return item, nil
}

// remove takes an operation out, and its path if that has nothing else.
func (e *editor) remove(method, path string) bool {
	if _, o := e.find(method, path); o == nil {
		return false
	}
	item := e.root.open("paths").open(path)
	if item.drop(strings.ToLower(method)); len(item.members) == 0 {
		e.root.open("paths").drop(path)
	}
	return true
}

// save puts an operation into the document, in place of that of method and path if these are given.
func (e *editor) save(method, path string, to Operation) (found bool, err error) {
	var was Operation
	var o *value
	if method+path != "" {
		read, err := e.read(method, path)
		if read == nil || err != nil {
			return false, err
		}
		_, o = e.find(method, path)
		was = *read
	}
	to = to.trimmed().fixedAs(was)
	e.check(method, path, to)
	if len(e.invalid) > 0 {
		return true, nil
	}
	if o == nil {
		o = newObject()
	}
	o = o.copied()
	e.texts(o, was, to)
	e.parameters(o, was, to)
	e.body(o, was.Body, to.Body)
	e.responses(o, was, to)
	if len(e.invalid) == 0 {
		e.place(method, path, to, o)
	}
	return true, nil
}

// trimmed returns the operation without blanks around what stands on one line.
func (o Operation) trimmed() Operation {
	o.Parameters, o.Responses = slices.Clone(o.Parameters), slices.Clone(o.Responses)
	texts := []*string{&o.Path, &o.Summary, &o.OperationID, &o.Body.MediaType}
	for i := range o.Parameters {
		texts = append(texts, &o.Parameters[i].Name)
	}
	for i := range o.Responses {
		texts = append(texts, &o.Responses[i].Status, &o.Responses[i].MediaType)
	}
	for _, t := range texts {
		*t = strings.TrimSpace(*t)
	}
	return o
}

// fixedAs returns the operation with what cannot be edited as it was: that is not for a form to say.
func (o Operation) fixedAs(was Operation) Operation {
	o.Parameters, o.Responses = slices.Clone(o.Parameters), slices.Clone(o.Responses)
	for i := range o.Parameters {
		p := &o.Parameters[i]
		if p.Fixed = ""; p.Was > 0 && p.Was <= len(was.Parameters) && was.Parameters[p.Was-1].Fixed != "" {
			*p = was.Parameters[p.Was-1]
		}
	}
	for i := range o.Responses {
		r := &o.Responses[i]
		if r.Fixed = ""; was.response(r.Was).Fixed != "" {
			*r = was.response(r.Was)
		}
	}
	o.Body.Fixed = was.Body.Fixed
	return o
}

// response is the one that had that status in the document, the zero value for none.
func (o Operation) response(was string) Response {
	if i := slices.IndexFunc(o.Responses, func(r Response) bool { return was != "" && r.Was == was }); i >= 0 {
		return o.Responses[i]
	}
	return Response{}
}

// place puts the operation where it belongs. Where only its method changed, or it was all of its path, it stays where it stands.
func (e *editor) place(method, path string, to Operation, o *value) {
	paths := e.root.open("paths", "openapi", "info", "paths")
	member, was := strings.ToLower(to.Method), strings.ToLower(method)
	if at := paths.index(path); method != "" && path != to.Path && paths.get(to.Path) == nil && len(paths.get(path).members) == 1 {
		paths.open(path)
		paths.members[at].name = to.Path
		path = to.Path
	}
	if method != "" && path != to.Path {
		e.remove(method, path)
		was = ""
	}
	item := paths.open(to.Path)
	if at := item.index(was); method != "" && at >= 0 {
		item.members[at].name, item.members[at].value = member, o
		return
	}
	item.set(member, o)
}

// check notes what is wrong with the form by itself.
func (e *editor) check(method, path string, to Operation) {
	for field, sentence := range to.invalid() {
		e.invalid[field] = sentence
	}
	if to.Method == "QUERY" && !strings.HasPrefix(e.spec, "3.2") {
		e.invalid["method"] = "QUERY needs OpenAPI 3.2; the document is written in " + e.spec + "."
	}
	item, there := e.find(to.Method, to.Path)
	switch {
	case there != nil && (method != to.Method || path != to.Path):
		e.invalid["path"] = "The document has " + to.Method + " " + to.Path + " already."
	case item.get("$ref") != nil:
		e.invalid["path"] = "The document has this path elsewhere and refers to it, so nothing can be added to it here."
	}
}

var statusPattern = regexp.MustCompile(`^([1-5][0-9][0-9]|[1-5]XX|default)$`)

// invalid says what is wrong with the form, whatever the document has.
func (o Operation) invalid() map[string]string {
	bad := map[string]string{}
	check := func(ok bool, field, sentence string) {
		if _, already := bad[field]; !ok && !already {
			bad[field] = sentence
		}
	}
	check(slices.Contains(Methods, o.Method), "method", "Choose a method.")
	check(strings.HasPrefix(o.Path, "/") && len(o.Path) <= 500, "path", "Write a path that begins with a slash, such as /orders/{id}.")
	check(!strings.ContainsFunc(o.Path, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("?#", r) }),
		"path", "Leave blanks, ? and # out of the path. What stands behind ? are parameters in the query.")
	check(!strings.ContainsAny(inBraces.ReplaceAllString(o.Path, ""), "{}"), "path", "Close each brace, with a name between them: /orders/{id}.")
	seen := map[string]bool{}
	for i, p := range o.Parameters {
		field := "parameter-" + strconv.Itoa(i)
		if p.Fixed == "" {
			check(p.Name != "", field+"-name", "Enter the name, or remove the row.")
			check(slices.Contains(Places, p.In), field+"-in", "Choose where it stands.")
			check(p.In != "path" || p.Name == "" || slices.Contains(PathNames(o.Path), p.Name), field+"-name", "The path has no {"+p.Name+"}. Add it there, or choose another place.")
			check(p.Type == "" || slices.Contains(Types, p.Type), field+"-type", "Choose a type.")
		}
		check(p.Name == "" || !seen[p.In+" "+p.Name], field+"-name", "This parameter stands here twice.")
		seen[p.In+" "+p.Name] = true
	}
	seen = map[string]bool{}
	for i, r := range o.Responses {
		field := "response-" + strconv.Itoa(i)
		check(r.Fixed != "" || r.Status == r.Was && r.Was != "" || statusPattern.MatchString(r.Status), field+"-status", "Enter a status such as 200, a class such as 4XX, or default.")
		check(!seen[r.Status], field+"-status", "This status stands here twice.")
		seen[r.Status] = true
		check(r.Fixed != "" || isMediaType(r.MediaType), field+"-media", mediaSentence)
	}
	check(o.Body.Fixed != "" || isMediaType(o.Body.MediaType), "body-media", mediaSentence)
	return bad
}

const mediaSentence = "Enter a media type such as application/json."

func isMediaType(s string) bool {
	return s == "" || len(s) <= 200 && strings.Count(s, "/") == 1 && !strings.HasPrefix(s, "/") && !strings.HasSuffix(s, "/")
}

var inBraces = regexp.MustCompile(`\{([^{}]+)\}`)

// PathNames are the names in the braces of a path.
func PathNames(path string) []string {
	var names []string
	for _, m := range inBraces.FindAllStringSubmatch(path, -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	return names
}

// texts changes what is no list.
func (e *editor) texts(o *value, was, to Operation) {
	for _, f := range []struct{ name, was, to string }{
		{"summary", was.Summary, to.Summary}, {"description", was.Description, to.Description}, {"operationId", was.OperationID, to.OperationID},
	} {
		if changed(f.was, f.to) {
			o.put(f.name, lines(f.to), operationOrder...)
		}
	}
	e.tags(o, was, to)
	if was.Deprecated != to.Deprecated {
		if o.drop("deprecated"); to.Deprecated {
			o.set("deprecated", newFlag(true), operationOrder...)
		}
	}
}

// body changes the request body.
func (e *editor) body(o *value, was, to Body) {
	if was.Fixed != "" && to.Sent {
		return
	}
	if !to.Sent {
		o.drop("requestBody")
		return
	}
	b := o.open("requestBody", operationOrder...)
	e.content(b, bodyOrder, "body", was.Content, to.Content, true)
	if was.Required != to.Required {
		if b.drop("required"); to.Required {
			b.set("required", newFlag(true), bodyOrder...)
		}
	}
}

// responses changes the answers.
func (e *editor) responses(o *value, was, to Operation) {
	all := newObject()
	if r := o.get("responses"); r != nil && r.kind == object {
		all = r.copied()
		stays := func(m member) bool {
			known := slices.ContainsFunc(was.Responses, func(r Response) bool { return r.Was == m.name })
			return !known || slices.ContainsFunc(to.Responses, func(r Response) bool { return r.Was == m.name })
		}
		all.members = slices.DeleteFunc(all.members, func(m member) bool { return !stays(m) })
	}
	at := map[string]int{} // where those of the document are, whatever their status becomes
	for i, m := range all.members {
		at[m.name] = i
	}
	for i, r := range to.Responses {
		old := was.response(r.Was)
		if m, there := at[r.Was]; there && old.Was != "" {
			delete(at, r.Was)
			if old.Fixed == "" {
				all.members[m].name, all.members[m].value = r.Status, all.members[m].value.copied()
				e.response(all.members[m].value, i, old, r)
			}
			continue
		}
		made := newObject()
		e.response(made, i, Response{}, r)
		all.members = append(all.members, member{name: r.Status, value: made})
	}
	if len(all.members) > 0 {
		o.set("responses", all, operationOrder...)
	} else {
		o.drop("responses")
	}
}

func (e *editor) response(v *value, row int, was, to Response) {
	if was.Was == "" && to.Description == "" { // it must have one
		code, _ := strconv.Atoi(to.Status)
		to.Description = http.StatusText(code)
		if to.Description == "" {
			to.Description = "Any other answer."
		}
	}
	if changed(was.Description, to.Description) {
		v.set("description", newText(lines(to.Description)), responseOrder...)
	}
	e.content(v, responseOrder, "response-"+strconv.Itoa(row), was.Content, to.Content, false)
}
