package openapi

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// The bounds of what is made of a document, in bytes, as a sum of its texts and of what every schema takes besides. What
// does not fit is left out and named.
const (
	maxPart     = 768 << 10 // one operation or schema, its examples apart
	maxExamples = 256 << 10 // the examples of one
	maxParts    = 256 << 20 // all of them
)

// Reduce returns everything that the portal understands of a document.
func Reduce(l *Loaded) Document {
	r := newReducer(l)
	var d Document
	for o := range r.operations() {
		d.Operations = append(d.Operations, o)
	}
	for s := range r.schemas() {
		d.Schemas = append(d.Schemas, s)
	}
	d.Outline = r.outline()
	return d
}

// Parts gives the parts of a document one by one, so that a large one is never held whole: operations, then schemas. It
// returns the outline, which also names what was left out of them. An error of a function ends it and is returned.
func Parts(l *Loaded, operation func(Operation) error, schema func(NamedSchema) error) (Outline, error) {
	r := newReducer(l)
	for o := range r.operations() {
		if err := operation(o); err != nil {
			return Outline{}, err
		}
	}
	for s := range r.schemas() {
		if err := schema(s); err != nil {
			return Outline{}, err
		}
	}
	return r.outline(), nil
}

// reducer makes parts of a fitted document.
type reducer struct {
	root  *node
	spec  string
	refs  resolver
	notes notes
	lines []OperationLine // of the operations so far
	ids   map[string]bool
	// room and examples are how many bytes the part may still take, total all parts together.
	room, examples, total int
}

func newReducer(l *Loaded) *reducer {
	return &reducer{root: l.root, spec: l.Spec, refs: resolver{root: l.root}, notes: l.notes.clone(), ids: map[string]bool{}, total: maxParts}
}

// begin makes room for a part, end gives what it did not take back and names it if it was cut.
func (r *reducer) begin() {
	r.room = min(maxPart, r.total)
	r.examples = min(maxExamples, r.total-r.room)
	r.total -= r.room + r.examples
}

func (r *reducer) end(pointer, name string) {
	if r.room < 0 || r.examples < 0 {
		r.notes.add(pointer, name+" is too large to be shown whole: what is beyond a mebibyte is left out.")
	}
	r.total += max(r.room, 0) + max(r.examples, 0)
}

// take reports whether there is room for so many bytes more, and takes it.
func (r *reducer) take(bytes int) bool {
	if r.room >= 0 {
		r.room -= bytes
	}
	return r.room >= 0
}

// str returns a text of n, if there is room for it.
func (r *reducer) str(n *node, name string) string {
	if s := n.str(name); r.take(len(s)) {
		return s
	}
	return ""
}

func (r *reducer) outline() Outline {
	info := r.root.get("info")
	contact, license := info.get("contact"), info.get("license")
	r.begin()
	o := Outline{
		Spec: r.spec, Title: r.str(info, "title"), Version: r.str(info, "version"), Summary: r.str(info, "summary"),
		Description: r.str(info, "description"), TermsOfService: r.str(info, "termsOfService"),
		Contact:    Contact{Name: r.str(contact, "name"), URL: r.str(contact, "url"), Email: r.str(contact, "email")},
		License:    License{Name: r.str(license, "name"), Identifier: r.str(license, "identifier"), URL: r.str(license, "url")},
		Servers:    r.servers(),
		Tags:       r.tags(),
		Operations: r.lines,
		Security:   r.securitySchemes(),
	}
	for _, m := range r.root.get("components").object("schemas") {
		o.Schemas = append(o.Schemas, m.name)
	}
	r.end("", "The outline of the document")
	o.Unsupported = r.notes.all()
	return o
}

func (r *reducer) servers() (servers []Server) {
	for _, s := range r.root.list("servers") {
		if r.take(0) {
			servers = append(servers, Server{URL: r.str(s, "url"), Description: r.str(s, "description")})
		}
	}
	return servers
}

// tags are the declared ones, then those that operations use all the same.
func (r *reducer) tags() (tags []Tag) {
	known := map[string]bool{}
	for _, t := range r.root.list("tags") {
		if name := t.str("name"); name != "" && !known[name] && r.take(0) {
			known[name] = true
			tags = append(tags, Tag{Name: name, Summary: r.str(t, "summary"), Description: r.str(t, "description"), Parent: r.str(t, "parent")})
		}
	}
	for _, o := range r.lines {
		for _, name := range o.Tags {
			if !known[name] {
				known[name] = true
				tags = append(tags, Tag{Name: name})
			}
		}
	}
	return tags
}

func (r *reducer) securitySchemes() (schemes []SecurityScheme) {
	for _, m := range r.root.get("components").object("securitySchemes") {
		s := r.deref(m.value)
		if r.take(0) {
			schemes = append(schemes, SecurityScheme{
				Name: m.name, Type: r.str(s, "type"), Description: r.str(s, "description"), In: r.str(s, "in"), Field: r.str(s, "name"), Scheme: r.str(s, "scheme"),
			})
		}
	}
	return schemes
}

// schemas makes the schemas that have a name, in the order of the document.
func (r *reducer) schemas() iter.Seq[NamedSchema] {
	return func(yield func(NamedSchema) bool) {
		for _, m := range r.root.get("components").object("schemas") {
			r.begin()
			s := NamedSchema{Name: m.name, Schema: r.schema(m.value)}
			r.end(join("/components/schemas", m.name), "The schema "+quote(m.name))
			if s.Schema == nil {
				s.Schema = &Schema{}
			}
			if !yield(s) {
				return
			}
		}
	}
}

// operations makes the operations, in the order of the document.
func (r *reducer) operations() iter.Seq[Operation] {
	return func(yield func(Operation) bool) {
		for _, path := range r.root.object("paths") {
			if strings.HasPrefix(path.name, "x-") {
				continue
			}
			for _, m := range operationsOf(path.value) {
				r.begin()
				o := r.operation(path, m)
				r.end(join("/paths", path.name), o.Method+" "+o.Path)
				r.lines = append(r.lines, o.OperationLine)
				if !yield(o) {
					return
				}
			}
		}
	}
}

// operationsOf returns the operations of a path by their method in upper case; those of OpenAPI 3.2 whose method is the
// document's own come last and keep it as it is written.
func operationsOf(path *node) (operations []member) {
	for _, m := range path.members {
		if slices.Contains(methods, m.name) {
			m.name = strings.ToUpper(m.name)
			operations = append(operations, m)
		}
	}
	return append(operations, path.object("additionalOperations")...)
}

// deref returns the component that n refers to, or n.
func (r *reducer) deref(n *node) *node {
	for range maxHops {
		ref := n.str("$ref")
		if ref == "" {
			break
		}
		to, ok := r.refs.resolve(ref, nil)
		if !ok {
			break
		}
		n = to.node
	}
	return n
}

// description returns what is said of a use of a component next to its reference, or else of the component.
func (r *reducer) description(use, component *node) string {
	return cmp.Or(r.str(use, "description"), r.str(component, "description"))
}

// Count returns how many operations and named schemas a document has.
func Count(l *Loaded) (operations, schemas int) {
	for _, path := range l.root.object("paths") {
		if !strings.HasPrefix(path.name, "x-") {
			operations += len(operationsOf(path.value))
		}
	}
	return operations, len(l.root.get("components").object("schemas"))
}
