package handlers

import (
	"container/list"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/faregate/faregate/handlers/markdown"
	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// outline is a document's outline in the form that pages ask of it. It never changes.
type outline struct {
	openapi.Outline
	description ui.HTML
	groups      []pages.OperationGroup // every operation once, under its first tag
	texts       map[string]string      // by operation: what a search looks at, in lower case
	order       []pages.OperationLink  // as the groups list them
	at          map[string]int         // by operation: its place in order
	size        int                    // of the JSON that it was read from
}

// readOutline makes an outline of its part of a document.
func readOutline(part []byte) (*outline, error) {
	o := &outline{texts: map[string]string{}, at: map[string]int{}, size: len(part)}
	if err := json.Unmarshal(part, &o.Outline); err != nil {
		return nil, fmt.Errorf("read the outline of a document: %w", err)
	}
	o.description = ui.HTML(markdown.Page(o.Description, 3))
	o.group()
	for _, g := range o.groups {
		for _, link := range g.Operations {
			o.at[link.ID] = len(o.order)
			o.order = append(o.order, link)
			o.texts[link.ID] = strings.ToLower(strings.Join([]string{link.Method, link.Path, link.Summary, link.ID, g.Name}, " "))
		}
	}
	return o, nil
}

// group puts each operation under its first tag, the tags in their order. What has no tag comes last.
func (o *outline) group() {
	const untagged = "\x00" // no tag's name
	places := map[string]int{}
	place := func(tag, title, text string) int {
		at, met := places[tag]
		if !met {
			at = len(o.groups)
			places[tag] = at
			o.groups = append(o.groups, pages.OperationGroup{ID: fmt.Sprintf("tag-%d", at+1), Name: title, Description: ui.HTML(markdown.Part(text))})
		}
		return at
	}
	titles := map[string]string{}
	for _, tag := range o.Tags {
		titles[tag.Name] = tag.Name
		if tag.Summary != "" {
			titles[tag.Name] = tag.Summary
		}
	}
	for _, tag := range o.Tags {
		title := titles[tag.Name]
		if parent := titles[tag.Parent]; parent != "" {
			title = parent + ": " + title
		}
		place(tag.Name, title, tag.Description)
	}
	var rest []pages.OperationLink
	for _, op := range o.Operations {
		link := pages.OperationLink{ID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary, Deprecated: op.Deprecated}
		if len(op.Tags) == 0 {
			rest = append(rest, link)
			continue
		}
		at := place(op.Tags[0], op.Tags[0], "")
		o.groups[at].Operations = append(o.groups[at].Operations, link)
	}
	if len(rest) > 0 {
		title := "Other operations"
		if len(rest) == len(o.Operations) {
			title = "Operations"
		}
		at := place(untagged, title, "")
		o.groups[at].Operations = rest
	}
	o.groups = keeping(o.groups, func(g pages.OperationGroup) bool { return len(g.Operations) > 0 })
}

// matching are the groups with the operations that hold every word of a text, and how many those are.
func (o *outline) matching(text string) (groups []pages.OperationGroup, found int) {
	words := strings.Fields(strings.ToLower(text))
	if len(words) == 0 {
		return o.groups, len(o.order)
	}
	for _, g := range o.groups {
		g.Operations = keeping(g.Operations, func(link pages.OperationLink) bool {
			for _, word := range words {
				if !strings.Contains(o.texts[link.ID], word) {
					return false
				}
			}
			return true
		})
		if len(g.Operations) > 0 {
			found += len(g.Operations)
			groups = append(groups, g)
		}
	}
	return groups, found
}

// keeping has the elements that keep says yes to, in a slice of their own.
func keeping[T any](all []T, keep func(T) bool) []T {
	var kept []T
	for _, x := range all {
		if keep(x) {
			kept = append(kept, x)
		}
	}
	return kept
}

// outlines remembers the outlines that were asked for last, by the hash of their document: that of a big one takes longer to
// read than the rest of a page. It is safe for concurrent use.
type outlines struct {
	mu    sync.Mutex
	known map[string]*list.Element // of a keptOutline
	used  list.List                // the last used first
	size  int                      // of all together, in bytes of their JSON
}

type keptOutline struct {
	hash string
	*outline
}

// maxOutlines bounds what is remembered, in bytes of JSON: some thirty of the biggest documents there are, or thousands of
// common ones. In memory they take about three times as much.
const maxOutlines = 16 << 20

func (k *outlines) get(hash string) *outline {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.known[hash]
	if e == nil {
		return nil
	}
	k.used.MoveToFront(e)
	return e.Value.(keptOutline).outline
}

func (k *outlines) put(hash string, o *outline) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known[hash] != nil || o.size > maxOutlines {
		return
	}
	if k.known == nil {
		k.known = map[string]*list.Element{}
	}
	k.known[hash] = k.used.PushFront(keptOutline{hash, o})
	for k.size += o.size; k.size > maxOutlines; {
		oldest := k.used.Back()
		gone := k.used.Remove(oldest).(keptOutline)
		delete(k.known, gone.hash)
		k.size -= gone.size
	}
}
