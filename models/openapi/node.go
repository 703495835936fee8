package openapi

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// kind is what a value of a document is.
type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	array
	object
)

// String names the kind as a message does.
func (k kind) String() string {
	return [...]string{"nothing", "true or false", "a number", "text", "a list", "an object"}[k]
}

// node is a value of a document as it was received: in its order, with its place, and nothing interpreted. An alias of
// YAML is the very node that it names, so a node may stand in several places, yet never within itself.
type node struct {
	kind kind
	// value is the text, or a number, true or false as it is written: a version written 1.10 has to stay that.
	value   string
	items   []*node  // of an array
	members []member // of an object, in the order of the document
	index   map[string]int
	at      spot
	as      *shape // what it was fitted as
	whole   bool   // the document, its components, or all of one kind: nothing that can stand within them
}

// member is a name of an object with its value.
type member struct {
	name  string
	value *node
	at    spot // of the name
}

// spot is a place at the cost of 8 bytes. If line is 0, column is an offset in bytes: what that is in characters of a
// line is found out for the few places that are asked for.
type spot struct{ line, column int32 }

// manyMembers is from how many members on an object has an index.
const manyMembers = 12

// get returns the member of that name, or nil; of a nil node, or one that is no object, nil.
func (n *node) get(name string) *node {
	if m := n.member(name); m != nil {
		return m.value
	}
	return nil
}

func (n *node) member(name string) *member {
	if n == nil || n.kind != object {
		return nil
	}
	if n.index != nil {
		if i, ok := n.index[name]; ok {
			return &n.members[i]
		}
		return nil
	}
	for i := range n.members {
		if n.members[i].name == name {
			return &n.members[i]
		}
	}
	return nil
}

// add appends a member unless there is one of that name, and reports whether it did.
func (n *node) add(m member) bool {
	if n.member(m.name) != nil {
		return false
	}
	n.members = append(n.members, m)
	switch {
	case n.index != nil:
		n.index[m.name] = len(n.members) - 1
	case len(n.members) == manyMembers:
		n.index = make(map[string]int, 2*manyMembers)
		for i := range n.members {
			n.index[n.members[i].name] = i
		}
	}
	return true
}

// shallow returns a copy of n that holds the same values.
func (n *node) shallow() *node {
	c := *n
	c.members, c.items, c.index, c.whole = slices.Clone(n.members), slices.Clone(n.items), maps.Clone(n.index), true
	return &c
}

// set puts a value in place of the one that the member of that name has.
func (n *node) set(name string, value *node) { n.member(name).value = value }

// rename gives a member another name, in its place.
func (n *node) rename(from, to string) {
	n.member(from).name = to
	n.reindex()
}

// ensure returns the member of that name, made as an empty object at that place if there is none.
func (n *node) ensure(name string, at spot) *node {
	if n.get(name) == nil {
		n.add(member{name: name, value: &node{kind: object, at: at, whole: n.whole}, at: at})
	}
	return n.get(name)
}

// keep leaves the members that f returns true for. f may change the value of the member and add members to n: the others
// are only taken out in the end.
func (n *node) keep(f func(*member) bool) {
	out := false
	for i := range n.members {
		m := n.members[i]
		if !f(&m) {
			m.value, out = nil, true
		}
		n.members[i] = m
	}
	if out {
		n.members = slices.DeleteFunc(n.members, func(m member) bool { return m.value == nil })
		n.reindex()
	}
}

func (n *node) reindex() {
	if n.index == nil {
		return
	}
	clear(n.index)
	for i := range n.members {
		n.index[n.members[i].name] = i
	}
}

// str returns the text of the member of that name; "" if there is none or it is no scalar.
func (n *node) str(name string) string {
	v := n.get(name)
	if v == nil || v.kind == null || v.kind >= array {
		return ""
	}
	return v.value
}

// empty reports whether n says nothing: no value, no members or items, or false.
func (n *node) empty() bool {
	return n.kind == null || n.kind >= array && len(n.items)+len(n.members) == 0 || n.kind == boolean && n.value == "false"
}

// is reports whether the member of that name is true.
func (n *node) is(name string) bool { return n.str(name) == "true" }

// list returns the items of the member of that name.
func (n *node) list(name string) []*node {
	if v := n.get(name); v != nil {
		return v.items
	}
	return nil
}

// object returns the members of the member of that name.
func (n *node) object(name string) []member {
	if v := n.get(name); v != nil {
		return v.members
	}
	return nil
}

// child returns the value that a token of a JSON Pointer leads to, and where it stands; nil if there is none.
func (n *node) child(token string) (*node, spot) {
	switch n.kind {
	case object:
		if m := n.member(token); m != nil {
			return m.value, m.at
		}
	case array:
		if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(n.items) {
			return n.items[i], n.items[i].at
		}
	}
	return nil, spot{}
}

// tokens splits a JSON Pointer (RFC 6901) into its parts, unescaped.
func tokens(pointer string) []string {
	if pointer == "" {
		return nil
	}
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, p := range parts {
		parts[i] = unescape.Replace(p)
	}
	return parts
}

var (
	unescape = strings.NewReplacer("~1", "/", "~0", "~")
	escape   = strings.NewReplacer("~", "~0", "/", "~1")
)

// join returns the pointer to what token leads to from pointer.
func join(pointer, token string) string { return pointer + "/" + escape.Replace(token) }
