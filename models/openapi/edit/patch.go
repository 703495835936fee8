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
	// loosen returns the document with what the splices and what is brought to some places share with others no longer shared, so that
	// it says the same; not ok if nothing is shared.
	loosen(splices []splice, brought []brought) (src string, ok bool)
	// again is the same syntax for another text.
	again(src string) (root *value, s syntax, err error)
}

// brought is an object that has members from elsewhere, by << in YAML, of which one is to be no longer there.
type brought struct {
	object *value
	place
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
// of it is read again: if it does not say the same as the tree, what the change touches is parted from what it is shared with, and if
// that does not help either, the document is written anew as a whole.
func rewrite(s syntax, src string, from, to *value) (text string, whole bool, err error) {
	if equal(from, to) {
		return src, false, nil
	}
	second := "" // which says what is meant, but writes more anew than is needed
	for range maxRounds {
		p := patcher{syntax: s}
		if p.inside(from, to) {
			if text, ok := apply(src, p.splices); ok && says(s, text, to) {
				if len(p.brought) == 0 {
					return text, false, nil
				}
				second = text
			}
		}
		looser, ok := s.loosen(p.splices, p.brought)
		if !ok {
			break
		}
		root, next, err := s.again(looser)
		if err != nil || !alike(root, from) {
			break
		}
		src, s, from, to = looser, next, root, moved(to, from, root)
	}
	if second != "" {
		return second, false, nil
	}
	if written := s.whole(to); says(s, written, to) {
		return written, true, nil
	}
	return "", false, errors.New("the document could not be written as it was meant")
}

// maxRounds is how often what is shared is parted before the document is written anew: once for each anchor within an anchor.
const maxRounds = 8

// alike reports whether two trees say the same in the same order.
func alike(a, b *value) bool {
	was, now := a.children(), b.children()
	if a.kind != b.kind || len(was) != len(now) || len(was) == 0 && a.text != b.text {
		return false
	}
	for i := range was {
		if was[i].name != now[i].name || !alike(was[i].value, now[i].value) {
			return false
		}
	}
	return true
}

// moved is the tree to, which was made from the tree from, as one that was made from root, which is alike.
func moved(to, from, root *value) *value {
	if !to.own {
		return root
	}
	c := *to
	c.from, c.items, c.members = root, slices.Clone(to.items), slices.Clone(to.members)
	was, now := from.children(), root.children()
	place := map[*value]int{}
	for i, m := range was {
		place[m.value] = i
	}
	for i, m := range to.children() {
		j, ok := place[m.value.origin()]
		if m.value.origin() == nil || !ok {
			continue
		}
		child := moved(m.value, was[j].value, now[j].value)
		if to.kind == object {
			c.members[i].value = child
		} else {
			c.items[i] = child
		}
	}
	return &c
}

func says(s syntax, src string, want *value) bool {
	if openapi.Syntax([]byte(src)) != nil {
		return false
	}
	got, err := s.parse(src)
	return err == nil && equal(got, want)
}

// apply makes the changes; not ok if one is within another, unless that only takes out and this only puts in.
func apply(src string, splices []splice) (string, bool) {
	slices.SortStableFunc(splices, func(a, b splice) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return a.to - b.to
	})
	var b strings.Builder
	var last splice
	at := 0
	for _, s := range splices {
		within := s.from < at
		if within && (s.from < s.to || last.text != "") || s.to < s.from {
			return "", false
		}
		if !within { // else it comes in place of what is taken out there
			b.WriteString(src[at:s.from])
			at, last = s.to, s
		}
		b.WriteString(s.text)
	}
	b.WriteString(src[at:])
	return b.String(), true
}

// patcher collects the changes that lead from one tree to another.
type patcher struct {
	syntax
	splices []splice
	brought []brought // what stood in the way
}

func (p *patcher) add(s splice, ok bool) bool {
	p.splices = append(p.splices, s)
	return ok
}

// inside changes the members or items of o where they stand, and reports whether it could.
func (p *patcher) inside(o, to *value) bool {
	was, now := o.children(), to.children()
	if o.kind != to.kind || len(was) == 0 {
		return false
	}
	of := pair(was, now)
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
		i, ok := of[j], false
		switch {
		case i < 0:
			ok = p.add(p.insert(o, after, m.name, m.value))
		case was[i].merged && was[i].name != m.name: // a new name
			p.brought = append(p.brought, brought{o, was[i].place})
			return false
		case was[i].merged && !equal(was[i].value, m.value): // one of its own goes before what is brought
			ok, after = p.add(p.insert(o, i, m.name, m.value)), i
		default:
			ok, after = p.one(o, i, was[i], m), i
		}
		if !ok {
			return false
		}
	}
	for i := range was {
		if stays[i] {
			continue
		}
		if at, is := o.brings(was[i]); is {
			p.brought = append(p.brought, brought{o, at})
			return false
		}
		if !p.add(p.remove(o, i, !slices.Contains(stays[:i], true))) {
			return false
		}
	}
	return true
}

// brings reports whether << brings a member, or would if it were not there, and where that stands.
func (v *value) brings(m member) (place, bool) {
	if m.merged {
		return m.place, true
	}
	for _, h := range v.hidden {
		if m.name != "" && h.name == m.name {
			return h.place, true
		}
	}
	return place{}, false
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

// pair finds for each of the members the one that it was, -1 for a new one. Of those that have changed places as many as can be are
// taken to stand where they stood, and the others for new.
func pair(was, now []member) []int {
	taken := make([]bool, len(was))
	of := make([]int, len(now))
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
	return rising(of)
}

// rising puts -1 in place of all numbers but those of the longest row that rises.
func rising(of []int) []int {
	if there := slices.DeleteFunc(slices.Clone(of), func(i int) bool { return i < 0 }); slices.IsSorted(there) {
		return of
	}
	length, before := make([]int, len(of)), make([]int, len(of)) // of the longest row that ends with each, and who is before it there
	best := -1
	for j, i := range of {
		if before[j] = -1; i < 0 {
			continue
		}
		length[j] = 1
		for k := range j {
			if of[k] >= 0 && of[k] < i && length[k] >= length[j] {
				length[j], before[j] = length[k]+1, k
			}
		}
		if best < 0 || length[j] > length[best] {
			best = j
		}
	}
	row := slices.Repeat([]int{-1}, len(of))
	for ; best >= 0; best = before[best] {
		row[best] = of[best]
	}
	return row
}
