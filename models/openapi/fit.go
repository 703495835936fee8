package openapi

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// fitter brings a document into the shapes of OpenAPI, in place: it decides what can be read. A value where an object
// must stand cannot. A single fact that is of the wrong kind, such as a minimum that is text, is named and left out. A
// scalar where a text must stand is that text: YAML makes a number of "version: 1.10".
//
// It gives up with a panic of *Broken.
type fitter struct {
	l     *Loaded
	notes notes
	refs  resolver
	// inlining are the pointers to what copies are being put in place of, copied how many values those have.
	inlining map[string]bool
	copied   int
	// base is the nearest schema around with an $id: references may be meant from there.
	base *node
}

// trail is how a value was reached; it becomes a pointer only if one is needed.
type trail struct {
	up    *trail
	token string
}

func (t *trail) pointer() string {
	if t == nil {
		return ""
	}
	return join(t.up.pointer(), t.token)
}

// note names something that is left out or not shown.
func (f *fitter) note(t *trail, sentence string) {
	if !f.notes.again(sentence) {
		f.notes.add(t.pointer(), sentence)
	}
}

func (f *fitter) fail(at spot, format string, args ...any) {
	panic(f.l.broken(at, fmt.Sprintf(format, args...)))
}

// fit brings the whole document into shape.
func (f *fitter) fit() {
	f.separate()
	f.object(nil, f.l.root, documentShape)
	for len(f.refs.named) > 0 { // what is named may refer to more that has to be
		n := f.refs.named[0]
		f.refs.named = f.refs.named[1:]
		here := &trail{&trail{&trail{nil, "components"}, n.shape.section}, n.member.name}
		fitted := f.value(here, n.member.value, n.member.at, field{one, n.shape})
		if fitted == nil { // it says nothing
			fitted = &node{kind: object, at: n.member.at}
		}
		f.l.root.get("components").get(n.shape.section).set(n.member.name, fitted)
	}
}

// separate makes the objects that hold the components ours alone: a component may be added for what a reference leads to,
// and that must not hold, by an alias of YAML, the components.
func (f *fitter) separate() {
	f.l.root.whole = true
	m := f.l.root.member("components")
	if m == nil {
		return
	}
	m.value = m.value.shallow()
	for i := range m.value.members {
		m.value.members[i].value = m.value.members[i].value.shallow()
	}
}

// object brings the members of n into the shapes that s lists.
func (f *fitter) object(t *trail, n *node, s *shape) {
	if n.as == s {
		return
	}
	n.as = s
	if s == schemaShape {
		defer func(outer *node) { f.base = outer }(f.base)
		if n.str("$id") != "" {
			f.base = n
		}
		itemsAsList(n)
		f.mappings(t, n)
	}
	if s == parameterShape || s == headerShape {
		f.eitherSchemaOrContent(t, n)
	}
	n.keep(func(m *member) bool {
		field, ok := s.field(m.name)
		if !ok {
			return true
		}
		here := &trail{t, m.name}
		if sentence := s.unshown[m.name]; sentence != "" && !m.value.empty() {
			f.note(here, sentence)
		}
		m.value = f.value(here, m.value, m.at, field)
		return m.value != nil
	})
}

// value returns n brought into what w wants; nil if it has to be left out.
func (f *fitter) value(t *trail, n *node, at spot, w field) *node {
	if w.want == anyValue {
		return n
	}
	if n.kind == null {
		return nil
	}
	switch w.want {
	case one:
		return f.one(t, n, at, w.of)
	case listOf:
		return f.list(t, n, at, w.of)
	case mapOf:
		return f.named(t, n, at, w.of)
	}
	if fitted := fitLeaf(n, w.want); fitted != nil {
		return fitted
	}
	f.note(t, fmt.Sprintf("%s must be %s and is %s. It is left out.", quote(t.token), leafNames[w.want], n.kind))
	return nil
}

// one fits an object, a reference to one, or a schema that is true or false.
func (f *fitter) one(t *trail, n *node, at spot, s *shape) *node {
	if s == schemaShape && n.kind == boolean {
		return n
	}
	n = f.objectOr(t, n, at, s.name+", which is an object")
	if ref := n.get("$ref"); ref != nil && (s.reference() || ref.kind == text && s.ours()) {
		return f.reference(t, n, ref, s)
	}
	f.object(t, n, s)
	return n
}

func (f *fitter) list(t *trail, n *node, at spot, s *shape) *node {
	switch {
	case n.kind == object && len(n.members) == 0:
		return &node{kind: array, at: n.at}
	case n.kind == object && s == requirementShape: // a single one
		n = &node{kind: array, at: n.at, items: []*node{n}}
	case n.kind != array:
		f.fail(at, "%s must be a list, and is %s.", quote(t.token), n.kind)
	}
	kept := make([]*node, 0, len(n.items))
	for i, item := range n.items {
		here := &trail{t, strconv.Itoa(i)}
		if s == parameterShape && f.external(here, item) {
			continue // a parameter without a name is nothing that can be shown
		}
		if item = f.value(here, item, item.at, field{one, s}); item != nil {
			kept = append(kept, item)
		}
	}
	n.items = kept
	return n
}

func (f *fitter) named(t *trail, n *node, at spot, s *shape) *node {
	n = f.objectOr(t, n, at, "an object of named members")
	n.keep(func(m *member) bool {
		here := &trail{t, m.name}
		if f.elsewhere(here, m) {
			return false
		}
		m.value = f.value(here, m.value, m.at, field{one, s})
		return m.value != nil
	})
	return n
}

// objectOr returns n if it is an object. An empty list is taken for an empty object: that is what some languages write.
func (f *fitter) objectOr(t *trail, n *node, at spot, what string) *node {
	if n.kind == array && len(n.items) == 0 {
		return &node{kind: object, at: n.at}
	}
	if n.kind != object {
		f.fail(at, "%s must be %s. It is %s.", quote(t.token), what, n.kind)
	}
	return n
}

// elsewhere reports whether m is a reference in place of a whole set of named objects, such as of all schemas, and names
// what is missing thereby.
func (f *fitter) elsewhere(t *trail, m *member) bool {
	if m.name != "$ref" || m.value.kind != text {
		return false
	}
	if strings.HasPrefix(m.value.value, "#") {
		f.fail(m.at, "$ref cannot stand here: it stands for one object, not for a set of them.")
	}
	f.note(t, inAnotherFile(m.value.value))
	return true
}

// external reports whether n is a reference out of the document, and names it.
func (f *fitter) external(t *trail, n *node) bool {
	ref := n.str("$ref")
	if ref == "" || f.refs.within(ref, f.base) {
		return false
	}
	f.note(t, inAnotherFile(ref))
	return true
}

func inAnotherFile(ref string) string {
	document, _, _ := strings.Cut(ref, "#")
	return fmt.Sprintf("What stands in another file or at another address is not fetched: %s.", quote(document))
}

// itemsAsList turns the list of schemas that older JSON Schemas allow for items into prefixItems.
func itemsAsList(n *node) {
	if m := n.member("items"); m != nil && m.value.kind == array && n.get("prefixItems") == nil {
		n.rename("items", "prefixItems")
	}
}

// eitherSchemaOrContent leaves the content out of a parameter that has a schema too: only one of them may be there.
func (f *fitter) eitherSchemaOrContent(t *trail, n *node) {
	if n.get("schema") == nil || n.get("content") == nil {
		return
	}
	f.note(&trail{t, "content"}, "A parameter can have a schema or a content, not both. The content is left out.")
	n.keep(func(m *member) bool { return m.name != "content" })
}

// mappings leaves those out of a discriminator that lead out of the document: they are addresses, not references, and what
// reads on would follow them.
func (f *fitter) mappings(t *trail, n *node) {
	mapping := n.get("discriminator").get("mapping")
	if mapping == nil {
		return
	}
	mapping.keep(func(m *member) bool {
		ref := m.value
		if ref.kind != text || !strings.ContainsAny(ref.value, "/#") || f.refs.within(ref.value, f.base) {
			return true
		}
		f.note(&trail{&trail{&trail{t, "discriminator"}, "mapping"}, m.name}, inAnotherFile(ref.value))
		return false
	})
}

// leafNames are the kinds of single facts as messages name them.
var leafNames = map[want]string{
	aText: "a text", aFlag: "true or false", aNumber: "a number", aCount: "a whole number, 0 or more", texts: "a list of texts", typeNames: "the name of a type",
	aBound: "a number", values: "a list",
}

// fitLeaf returns n as a fact of kind w; nil if it is none.
func fitLeaf(n *node, w want) *node {
	switch w {
	case aText:
		return asText(n)
	case aFlag:
		if n.kind == text && (n.value == "true" || n.value == "false") {
			return &node{kind: boolean, value: n.value, at: n.at}
		}
		return only(n, boolean)
	case aBound:
		if n.kind == boolean {
			return n
		}
		return asNumber(n)
	case aNumber:
		return asNumber(n)
	case aCount:
		return asCount(n)
	case values:
		return only(n, array)
	case texts, typeNames:
		return asTexts(n, w)
	}
	return nil
}

func only(n *node, k kind) *node {
	if n.kind != k {
		return nil
	}
	return n
}

func asText(n *node) *node {
	switch n.kind {
	case text:
		return n
	case number, boolean:
		return &node{kind: text, value: n.value, at: n.at}
	}
	return nil
}

func asNumber(n *node) *node {
	if n.kind == text && len(n.value) <= maxNumber && isJSONNumber(n.value) {
		return &node{kind: number, value: n.value, at: n.at}
	}
	return only(n, number)
}

// asCount returns a whole number, written as such: 3.0 is 3.
func asCount(n *node) *node {
	if n = asNumber(n); n == nil {
		return nil
	}
	written := jsonNumber(n.value)
	if _, err := strconv.ParseUint(written, 10, 64); err == nil {
		return &node{kind: number, value: written, at: n.at}
	}
	v, err := strconv.ParseFloat(written, 64)
	if err != nil || v != math.Trunc(v) || v < 0 || v >= 1<<63 {
		return nil
	}
	return &node{kind: number, value: strconv.FormatUint(uint64(v), 10), at: n.at}
}

// asTexts returns a list of texts; a single one is a list of one, except as the name of a type, which stays as it is.
func asTexts(n *node, w want) *node {
	if n.kind != array {
		if n = only(n, text); n == nil || w == typeNames {
			return n
		}
		return &node{kind: array, at: n.at, items: []*node{n}}
	}
	list := &node{kind: array, at: n.at}
	for _, item := range n.items {
		if item.kind == null && w == typeNames { // type: [string, null] of YAML
			item = &node{kind: text, value: "null", at: item.at}
		}
		if item = asText(item); item == nil {
			return nil
		}
		list.items = append(list.items, item)
	}
	return list
}
