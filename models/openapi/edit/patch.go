package edit

import (
	"errors"
	"slices"
	"strings"

	"github.com/faregate/faregate/models/openapi"
)

// splice puts a text in place of the bytes from one offset to another.
type splice struct {
	from, to int
	text     string
}

// syntax is how a document is changed where it stands. A change that cannot be made there is not ok: then what is around it is
// written anew. o is the object or the list whose member or item i is meant.
type syntax interface {
	parse(src string) (*value, error)
	whole(v *value) string
	rename(o *value, i int, name string) (s splice, ok bool)
	replace(o *value, i int, name string, v *value) (s splice, ok bool)
	// remove takes one out; leading says that none is left in front of it.
	remove(o *value, i int, leading bool) (s splice, ok bool)
	// insert puts one behind the one at after, in front of all where that is -1.
	insert(o *value, after int, name string, v *value) (s splice, ok bool)
}

// places are those of the members or of the items.
func (v *value) places() []place {
	var places []place
	for _, m := range v.members {
		places = append(places, m.place)
	}
	for _, item := range v.items {
		at := item.place
		at.fixed = false // that is about what is in it
		places = append(places, at)
	}
	return places
}

// children are the members, or the items as members without a name.
func (v *value) children() []member {
	if v.kind == object {
		return v.members
	}
	all := make([]member, len(v.items))
	for i, item := range v.items {
		all[i] = member{value: item}
	}
	return all
}

// rewrite returns the text of a document with what makes the tree to of the tree from; all else stays as it is written. What comes
// of it is read again: if it does not say the same as the tree, the document is written anew as a whole.
func rewrite(s syntax, src string, from, to *value) (string, error) {
	if equal(from, to) {
		return src, nil
	}
	p := patcher{syntax: s}
	if p.inside(from, to) {
		if text, ok := apply(src, p.splices); ok && says(s, text, to) {
			return text, nil
		}
	}
	if written := s.whole(to); says(s, written, to) {
		return written, nil
	}
	return "", errors.New("the document could not be written as it was meant")
}

func says(s syntax, src string, want *value) bool {
	if openapi.Syntax([]byte(src)) != nil {
		return false
	}
	got, err := s.parse(src)
	return err == nil && equal(got, want)
}

// apply makes the changes; not ok if one is within another.
func apply(src string, splices []splice) (string, bool) {
	slices.SortStableFunc(splices, func(a, b splice) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return a.to - b.to
	})
	var b strings.Builder
	at := 0
	for _, s := range splices {
		if s.from < at || s.to < s.from {
			return "", false
		}
		b.WriteString(src[at:s.from] + s.text)
		at = s.to
	}
	b.WriteString(src[at:])
	return b.String(), true
}

// patcher collects the changes that lead from one tree to another.
type patcher struct {
	syntax
	splices []splice
}

func (p *patcher) add(s splice, ok bool) bool {
	p.splices = append(p.splices, s)
	return ok
}

// inside changes the members or items of o where they stand, and reports whether it could.
func (p *patcher) inside(o, to *value) bool {
	was, now := o.children(), to.children()
	of, ok := pair(was, now)
	if !ok || o.kind != to.kind || len(was) == 0 {
		return false
	}
	stays := make([]bool, len(was))
	for _, i := range of {
		if i >= 0 {
			stays[i] = true
		}
	}
	if !slices.Contains(stays, true) {
		return false
	}
	after := -1
	for j, m := range now {
		if i := of[j]; i < 0 {
			ok = p.add(p.insert(o, after, m.name, m.value))
		} else {
			ok, after = p.one(o, i, was[i], m), i
		}
		if !ok {
			return false
		}
	}
	for i := range was {
		if !stays[i] && !p.add(p.remove(o, i, !slices.Contains(stays[:i], true))) {
			return false
		}
	}
	return true
}

// one changes a member or an item that stays.
func (p *patcher) one(o *value, i int, was, now member) bool {
	same := equal(was.value, now.value)
	if same && was.name == now.name {
		return true
	}
	mark := len(p.splices)
	renamed := was.name == now.name || p.add(p.rename(o, i, now.name))
	if renamed && (same || now.value.origin() == was.value && !was.value.fixed && p.inside(was.value, now.value)) {
		return true
	}
	p.splices = p.splices[:mark]
	return p.add(p.replace(o, i, now.name, now.value))
}

// pair finds for each of the members the one that it was, -1 for a new one. It is not ok if they have changed places.
func pair(was, now []member) (of []int, ok bool) {
	taken := make([]bool, len(was))
	of = make([]int, len(now))
	find := func(j int, is func(member) bool) {
		i := slices.IndexFunc(was, is)
		if of[j] < 0 && i >= 0 && !taken[i] {
			of[j], taken[i] = i, true
		}
	}
	for j, m := range now {
		of[j] = -1
		if m.value.origin() != nil {
			find(j, func(w member) bool { return w.value == m.value.origin() })
		}
	}
	for j, m := range now {
		if m.name != "" {
			find(j, func(w member) bool { return w.name == m.name })
		}
	}
	last := -1
	for _, i := range of {
		if i >= 0 && i < last {
			return nil, false
		}
		last = max(last, i)
	}
	return of, true
}
