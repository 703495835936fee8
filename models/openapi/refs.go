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

// reference fits n, whose member $ref is ref and which stands where an object of shape s must.
func (f *fitter) reference(t *trail, n, ref *node, s *shape) *node {
	if ref.kind != text {
		f.fail(ref.at, "$ref must be a text, and is %s.", ref.kind)
	}
	if f.external(t, n) {
		return &node{kind: object, at: n.at, as: s, members: []member{{
			name: "description", value: &node{kind: text, value: inAnotherFile(ref.value), at: n.at}, at: n.at}}}
	}
	to, ok := f.refs.resolve(ref.value, f.base, 0)
	if !ok {
		f.fail(ref.at, "The $ref %s leads nowhere.", quote(ref.value))
	}
	f.refuseLoop(ref, to)
	if s.inline {
		if f.open[to.node] {
			f.notes.add(t.pointer(), "A reference to what it stands in is not followed.")
			return &node{kind: object, at: n.at, as: s}
		}
		return f.one(t, to.node, to.at, s)
	}
	if canonical := "#" + f.refs.component(to, s); canonical != ref.value {
		n.set("$ref", &node{kind: text, value: asFragment(canonical), at: ref.at})
	}
	f.object(t, n, s)
	return n
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
			f.fail(ref.at, "The $ref %s leads back to itself.", quote(ref.value))
		}
		seen[n] = true
		further, ok := f.refs.resolve(next.value, nil, 0)
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

// resolve follows ref, from the schema base first if there is one.
func (r *resolver) resolve(ref string, base *node, hops int) (target, bool) {
	if hops > maxHops || !r.within(ref, base) {
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
func (r *resolver) walk(at target, path []string, hops int) (target, bool) {
	for _, token := range path {
		child, where := at.node.child(token)
		if ref := at.node.str("$ref"); child == nil && ref != "" {
			through, ok := r.resolve(ref, nil, hops+1)
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
	if r.anchors == nil {
		r.anchors = map[string]target{}
		r.gather(target{node: r.root, at: r.root.at}, map[*node]bool{})
	}
	to, ok := r.anchors[name]
	return to, ok && name != ""
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
