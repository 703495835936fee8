// Package match tells which operation of an OpenAPI document a call is of.
//
// An operation's identity is its method and its path without the names in the braces, such as "GET /pets/{}": to OpenAPI
// paths that differ in nothing but those names are the same path (3.1, section 4.8.8), and calls before a parameter was
// renamed are calls of the same operation.
package match

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// What a Matcher knows is bounded, since documents come from strangers. Calls of what lies beyond match nothing.
const (
	MaxOperations = 20_000  // the first of a document
	MaxSize       = 100_000 // segments of their paths, each some 300 bytes; those that paths begin with alike count once
	maxPath       = 1_024   // bytes of an operation's path
	maxTries      = 1_000   // ways to read one call's path; a document of good will leaves a handful
)

// Operation is one of a document. The names of the fields are those of an outline in JSON.
type Operation struct {
	Method string // as calls have it, such as GET
	Path   string // with its templates, such as /pets/{id}
}

// Identity is what the operation is known by, whatever its parameters are called.
func (o Operation) Identity() string { return o.Method + " " + nameless(o.Path) }

// nameless is a path without the names that stand in braces.
func nameless(path string) string {
	text, rest, named := cutName(path)
	if !named {
		return path
	}
	var out strings.Builder
	for named {
		out.WriteString(text + "{}")
		text, rest, named = cutName(rest)
	}
	return out.String() + text
}

// cutName cuts a template at its first name in braces; named is false if it has none.
func cutName(template string) (before, after string, named bool) {
	before, after, _ = strings.Cut(template, "{")
	_, after, named = strings.Cut(after, "}")
	if !named {
		return template, "", false
	}
	return before, after, true
}

// Matcher finds the operations of one document. It never changes, and is safe for concurrent use.
type Matcher struct {
	root node
	size int
}

// node is what comes after some segments of a path.
type node struct {
	texts      map[string]*node // by a segment without names, unescaped
	templates  []*template      // those with more text first
	operations []operation      // whose path ends here
	forms      map[string]*node // what templates lead to, while the Matcher is made
}

// template is a segment with names in it, as the texts before, between and behind them: one more than there are names.
type template struct {
	texts []string
	text  int // bytes of text
	next  *node
}

type operation struct{ method, identity string }

// Read makes a Matcher of a document's outline as it is stored, in JSON.
func Read(outline []byte) (*Matcher, error) {
	var read struct{ Operations []Operation }
	if err := json.Unmarshal(outline, &read); err != nil {
		return nil, fmt.Errorf("read the operations of a document: %w", err)
	}
	return New(read.Operations), nil
}

// New makes a Matcher of operations. Of two with the same identity the first counts.
func New(operations []Operation) *Matcher {
	m := &Matcher{}
	for _, o := range operations[:min(len(operations), MaxOperations)] {
		if len(o.Path) > maxPath {
			continue
		}
		end := &m.root
		for segment := range strings.SplitSeq(o.Path, "/") {
			end = m.child(end, segment)
		}
		if m.size > MaxSize {
			break
		}
		end.operations = append(end.operations, operation{o.Method, o.Identity()})
	}
	m.root.sort()
	return m
}

// Size is how much the Matcher holds: what MaxSize bounds.
func (m *Matcher) Size() int { return m.size }

// child is the node behind one more segment of a template, which is made if it is not there.
func (m *Matcher) child(n *node, segment string) *node {
	t := &template{}
	for text, rest, named := cutName(segment); ; text, rest, named = cutName(rest) {
		t.texts = append(t.texts, unescape(text))
		t.text += len(text)
		if !named {
			break
		}
	}
	among, by := &n.forms, nameless(segment)
	if len(t.texts) == 1 {
		among, by = &n.texts, t.texts[0]
	}
	if known := (*among)[by]; known != nil {
		return known
	}
	if *among == nil {
		*among = map[string]*node{}
	}
	t.next = &node{}
	m.size++
	(*among)[by] = t.next
	if len(t.texts) > 1 {
		n.templates = append(n.templates, t)
	}
	return t.next
}

// sort puts templates in the order in which they are tried, from a node on.
func (n *node) sort() {
	n.forms = nil
	slices.SortStableFunc(n.templates, func(a, b *template) int { return cmp.Compare(b.text, a.text) })
	for _, next := range n.texts {
		next.sort()
	}
	for _, t := range n.templates {
		t.next.sort()
	}
}

// Find is the identity of the operation that a call is of, "" if the document has none. The path is one as callers escape it,
// without the query. What stands in braces takes one character or more, an escaped slash too, and no slash.
//
// A path without templates comes before one that has some (OpenAPI 3.1, section 4.8.8.2), from the first segment on, and more text
// before less. That holds among the operations with the call's method: a DELETE of /pets/mine is one of /pets/{id} where only
// GET has a path of its own. As in prices and rules of keys, HEAD is GET unless the document has it.
func (m *Matcher) Find(method, path string) string {
	if path == "" {
		path = "/" // which is where the upstream's own address ends
	}
	segments := strings.Split(path, "/")
	for i := range segments {
		segments[i] = unescape(segments[i])
	}
	s := search{method: method}
	found := s.below(&m.root, segments)
	if found == "" && method == "HEAD" {
		s = search{method: "GET"}
		found = s.below(&m.root, segments)
	}
	return found
}

// search is one look through the nodes.
type search struct {
	method string
	tries  int
}

func (s *search) below(n *node, segments []string) string {
	if len(segments) == 0 {
		for _, o := range n.operations {
			if o.method == s.method {
				return o.identity
			}
		}
		return ""
	}
	if next := n.texts[segments[0]]; next != nil {
		if found := s.below(next, segments[1:]); found != "" {
			return found
		}
	}
	for _, t := range n.templates {
		if s.tries++; s.tries > maxTries {
			return ""
		}
		if t.takes(segments[0]) {
			if found := s.below(t.next, segments[1:]); found != "" {
				return found
			}
		}
	}
	return ""
}

// takes says whether a segment is one of the template's.
func (t *template) takes(value string) bool {
	value, ok := strings.CutPrefix(value, t.texts[0])
	if !ok {
		return false
	}
	last := len(t.texts) - 1
	for _, text := range t.texts[1:last] {
		if value == "" {
			return false
		}
		i := strings.Index(value[1:], text)
		if i < 0 {
			return false
		}
		value = value[1+i+len(text):]
	}
	return len(value) > len(t.texts[last]) && strings.HasSuffix(value, t.texts[last])
}

// unescape decodes a segment, or leaves it as it is where an escape is broken.
func unescape(segment string) string {
	if plain, err := url.PathUnescape(segment); err == nil {
		return plain
	}
	return segment
}
