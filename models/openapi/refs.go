package openapi

import (
	"net/url"
	"strings"
)

// resolver follows references within a document.
type resolver struct {
	root *node
	self string // what the document calls itself: $self of OpenAPI 3.2
	// anchors are the schemas that $anchor names; nil until one is looked for.
	anchors map[string]target
	// names are the components that were made of what references lead to elsewhere, by their pointers.
	names map[string]string
	// named are those that are not fitted yet.
	named []namedMember
}

// target is what a reference leads to.
type target struct {
	node    *node
	at      spot
	pointer string
}

type namedMember struct {
	member member
	shape  *shape
}

// maxHops is how many references one may lead to another.
const maxHops = 100

// maxCopied bounds how many values are put in place of references. All of GitHub's paths would be half of it.
const maxCopied = 1_000_000

// reference fits n, whose member $ref is ref and which stands where an object of shape s must.
func (f *fitter) reference(t *trail, n, ref *node, s *shape) *node {
	if ref.kind != text {
		f.fail(ref.at, "$ref must be a text, and is %s.", ref.kind)
	}
	if f.external(t, n) {
		return standIn(n, s, "This stands elsewhere: "+quote(ref.value)+".")
	}
	to, ok := f.refs.resolve(ref.value, f.base)
	if !ok {
		f.fail(ref.at, "The $ref %s leads nowhere.", quote(ref.value))
	}
	f.refuseLoop(ref, to)
	if to.node.whole {
		f.fail(ref.at, "The $ref %s leads to no %s.", quote(ref.value), strings.TrimPrefix(strings.TrimPrefix(s.name, "an "), "a "))
	}
	if s.inline || !s.reference() {
		return f.inline(t, n, to, s)
	}
	if canonical := "#" + f.refs.component(to, s); canonical != ref.value {
		n.set("$ref", &node{kind: text, value: asFragment(canonical), at: ref.at})
	}
	if s.patterned == nil { // what is said next to the reference
		f.object(t, n, s)
	}
	return n
}

// standIn takes the place of what cannot be read, and says so where the shape has room for it.
func standIn(n *node, s *shape, sentence string) *node {
	empty := &node{kind: object, at: n.at, as: s}
	if _, ok := s.fields["description"]; ok {
		empty.add(member{name: "description", value: &node{kind: text, value: sentence, at: n.at}, at: n.at})
	}
	return empty
}

// inline puts a copy of what a reference leads to in its place. It has to be a copy: the reference may stand within that
// very object, which a tree cannot.
func (f *fitter) inline(t *trail, n *node, to target, s *shape) *node {
	if f.inlining[to.pointer] {
		f.note(t, "A reference to what it stands in is not followed.")
		return standIn(n, s, "This is what it stands in.")
	}
	f.inlining[to.pointer] = true
	defer delete(f.inlining, to.pointer)
	return f.one(t, f.copy(to.node), to.at, s)
}

func (f *fitter) copy(n *node) *node {
	if f.copied++; f.copied > maxCopied {
		f.fail(n.at, "%s", tooManyCopies)
	}
	c := &node{kind: n.kind, value: n.value, at: n.at}
	for _, item := range n.items {
		c.items = append(c.items, f.copy(item))
	}
	for _, m := range n.members {
		if m.value != nil { // nil is one that is just being left out
			c.add(member{name: m.name, value: f.copy(m.value), at: m.at})
		}
	}
	return c
}

// refuseLoop fails if references only lead to references, in a circle.
func (f *fitter) refuseLoop(ref *node, to target) {
	seen := map[*node]bool{}
	for n := to.node; n != nil; {
		next := n.get("$ref")
		if next == nil || next.kind != text {
			return
		}
		if seen[n] || len(seen) > maxHops {
			f.fail(ref.at, "The $ref %s leads back to itself, or over more than %d others.", quote(ref.value), maxHops)
		}
		seen[n] = true
		further, ok := f.refs.resolve(next.value, nil)
		if !ok {
			return // said where that one stands
		}
		n = further.node
	}
}

// within reports whether ref leads into this document.
func (r *resolver) within(ref string, base *node) bool {
	document, _, _ := strings.Cut(ref, "#")
	return document == "" || document == r.self || base != nil && document == base.str("$id")
}

// resolve follows ref, from the schema base if the document has nothing there.
func (r *resolver) resolve(ref string, base *node) (target, bool) {
	hops := maxHops
	return r.follow(ref, base, &hops)
}

// follow is resolve with so many references left to go through.
func (r *resolver) follow(ref string, base *node, hops *int) (target, bool) {
	if *hops--; *hops < 0 || !r.within(ref, base) {
		return target{}, false
	}
	_, fragment, _ := strings.Cut(ref, "#")
	if decoded, err := url.PathUnescape(fragment); err == nil {
		fragment = decoded
	}
	if !strings.HasPrefix(fragment, "/") {
		return r.anchor(fragment)
	}
	if to, ok := r.walk(target{node: r.root, at: r.root.at}, tokens(fragment), hops); ok || base == nil {
		return to, ok
	}
	return r.walk(target{node: base, at: base.at, pointer: base.str("$id") + "#"}, tokens(fragment), hops)
}

// walk goes from the target along the path, through references on the way.
func (r *resolver) walk(at target, path []string, hops *int) (target, bool) {
	for _, token := range path {
		child, where := at.node.child(token)
		if ref := at.node.str("$ref"); child == nil && ref != "" {
			through, ok := r.follow(ref, nil, hops)
			if !ok {
				return target{}, false
			}
			at = through
			child, where = at.node.child(token)
		}
		if child == nil {
			return target{}, false
		}
		at = target{node: child, at: where, pointer: join(at.pointer, token)}
	}
	return at, true
}

// anchor returns the schema that has a name of its own.
func (r *resolver) anchor(name string) (target, bool) {
	if name == "" {
		return target{}, false
	}
	if r.anchors == nil {
		r.anchors = map[string]target{}
		r.gather(target{node: r.root, at: r.root.at}, map[*node]bool{})
	}
	to, ok := r.anchors[name]
	return to, ok
}

func (r *resolver) gather(at target, seen map[*node]bool) {
	if seen[at.node] {
		return
	}
	seen[at.node] = true
	for _, keyword := range []string{"$anchor", "$dynamicAnchor"} {
		if name := at.node.str(keyword); name != "" {
			r.anchors[name] = at
		}
	}
	for _, m := range at.node.members {
		if m.value != nil && m.value.kind >= array {
			r.gather(target{m.value, m.at, join(at.pointer, m.name)}, seen)
		}
	}
	for _, item := range at.node.items {
		if item.kind >= array {
			r.gather(target{item, item.at, at.pointer + "/-"}, seen)
		}
	}
}

// component returns the pointer to the component that to is; if it is none, it is made one. So everything that is referred
// to has a name, what refers to itself is finite, and whoever reads on meets one form of reference only.
func (r *resolver) component(to target, s *shape) string {
	prefix := "/components/" + s.section + "/"
	if name, ok := strings.CutPrefix(to.pointer, prefix); ok && !strings.Contains(name, "/") {
		return to.pointer
	}
	key := s.section + to.pointer
	name, ok := r.names[key]
	if !ok {
		section := r.root.ensure("components", to.at).ensure(s.section, to.at)
		name = unused(componentName(to.pointer), func(name string) bool { return section.member(name) != nil })
		m := member{name: name, value: to.node, at: to.at}
		section.add(m)
		r.names[key] = name
		r.named = append(r.named, namedMember{m, s})
	}
	return prefix + escape.Replace(name)
}

// componentName makes a name of a pointer: of #/components/schemas/Pet/properties/tag it is Pet.tag.
func componentName(pointer string) string {
	var parts []string
	for _, token := range tokens(pointer) {
		switch token {
		case "components", "schemas", "definitions", "paths", "properties", "content", "schema", "$defs":
		default:
			if word := addressable(token); word != "" {
				parts = append(parts, word)
			}
		}
	}
	if len(parts) == 0 {
		return "Part"
	}
	return cut(strings.Join(parts, "."))
}

// asFragment writes a reference so that it is one address: whoever reads on takes the part after # for percent-encoded.
func asFragment(ref string) string {
	if u, err := url.Parse(ref); err == nil && "#"+u.Fragment == ref {
		return ref
	}
	return "#" + (&url.URL{Fragment: strings.TrimPrefix(ref, "#")}).EscapedFragment()
}
