package edit

import "slices"

// kind is what a value is.
type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	list
	object
)

// value is a value of a document. Those that were read are never changed: an edit copies what it changes and all that stands around
// it, so that two trees that share a value have it in common.
type value struct {
	kind    kind
	text    string // of a text; a number, true or false as it is written
	items   []*value
	members []member
	from    *value   // what it was copied from; nil if it was read or is new
	own     bool     // it is a copy or new, so it may be changed
	flow    bool     // YAML: written with brackets or braces
	hidden  []member // YAML: what << brings and something else of its name goes before

	place // of what was read
}

// member is a name of an object with its value.
type member struct {
	name   string
	value  *value
	merged bool // YAML: << brings it; its place is that of the <<
	place
}

// place is where something stands in the bytes of a document: in JSON a value or a member with its name; in YAML a member of an
// object, or an item of a list, to the end of its last line. The values of members in YAML have none.
type place struct {
	start, end int
	fixed      bool   // of a value: nothing in it can be changed by itself; of a member: it cannot be changed where it stands
	comment    string // YAML: at the end of its line
	keeps      bool   // YAML: the blank lines behind it are part of it
}

func newText(s string) *value { return &value{kind: text, text: s, own: true} }

func newFlag(on bool) *value {
	if on {
		return &value{kind: boolean, text: "true", own: true}
	}
	return &value{kind: boolean, text: "false", own: true}
}

func newObject() *value { return &value{kind: object, own: true} }

// copied returns a copy that may be changed, unless v is one.
func (v *value) copied() *value {
	if v.own {
		return v
	}
	c := *v
	c.items, c.members, c.from, c.own = slices.Clone(v.items), slices.Clone(v.members), v, true
	return &c
}

// origin is the value that was read, nil for one that is new.
func (v *value) origin() *value {
	if v.own {
		return v.from
	}
	return v
}

func (v *value) index(name string) int {
	if v == nil || v.kind != object {
		return -1
	}
	return slices.IndexFunc(v.members, func(m member) bool { return m.name == name })
}

// get returns the member of that name, nil if v has none.
func (v *value) get(name string) *value {
	if i := v.index(name); i >= 0 {
		return v.members[i].value
	}
	return nil
}

// str returns the member of that name as a text, "" for none.
func (v *value) str(name string) string {
	if m := v.get(name); m != nil && m.kind != null && m.kind < list {
		return m.text
	}
	return ""
}

// is reports whether the member of that name is true.
func (v *value) is(name string) bool {
	m := v.get(name)
	return m != nil && m.kind == boolean && m.text == "true"
}

// open returns the member of that name as an object that may be changed; made if it is not there or no object. v may be changed.
func (v *value) open(name string, order ...string) *value {
	was := v.get(name)
	if was == nil || was.kind != object {
		v.set(name, newObject(), order...)
		return v.get(name)
	}
	v.members[v.index(name)].value = was.copied()
	return v.get(name)
}

// set gives the member of that name a value. One that is not there yet comes where order has it among those that are.
func (v *value) set(name string, to *value, order ...string) {
	if i := v.index(name); i >= 0 {
		if !equal(v.members[i].value, to) {
			v.members[i].value = to
		}
		return
	}
	at, own := len(v.members), slices.Index(order, name)
	for i, m := range slices.Backward(v.members) {
		switch place := slices.Index(order, m.name); {
		case own < 0 || place < 0:
		case place > own:
			at = i
		default:
			v.members = slices.Insert(v.members, i+1, member{name: name, value: to})
			return
		}
	}
	v.members = slices.Insert(v.members, at, member{name: name, value: to})
}

// drop takes the member of that name out.
func (v *value) drop(name string) {
	if i := v.index(name); i >= 0 {
		v.members = slices.Delete(v.members, i, i+1)
	}
}

// put sets a text, or drops the member where it is empty.
func (v *value) put(name, s string, order ...string) {
	if s == "" {
		v.drop(name)
		return
	}
	v.set(name, newText(s), order...)
}

// equal reports whether two values say the same.
func equal(a, b *value) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || a.kind != b.kind || len(a.items) != len(b.items) || len(a.members) != len(b.members) {
		return false
	}
	switch a.kind {
	case null:
		return true
	case list:
		return slices.EqualFunc(a.items, b.items, equal)
	case object:
		for _, m := range a.members {
			if other := b.get(m.name); other == nil || !equal(m.value, other) {
				return false
			}
		}
		return true
	}
	return a.text == b.text
}
