package search

// Index is a catalogue that can be searched. It never changes and is safe for concurrent use.
type Index struct {
	// Most documents, without those that have gone or changed since; and the ones that came or changed.
	base   *segment
	gone   set
	recent *segment
}

// maxRecent is how many documents may have changed until everything is put in order anew. Each change costs as much as so
// many documents do.
const maxRecent = 64

// New makes an index. Of entries with the same ID the last one counts.
func New(entries []Entry) *Index {
	at := make(map[string]int, len(entries))
	docs := make([]document, 0, len(entries))
	for _, e := range entries {
		if i, twice := at[e.ID]; twice {
			docs[i] = analyse(e)
			continue
		}
		at[e.ID] = len(docs)
		docs = append(docs, analyse(e))
	}
	return newIndex(docs)
}

func newIndex(docs []document) *Index {
	return &Index{base: newSegment(docs), gone: newSet(len(docs)), recent: newSegment(nil)}
}

// Len is how many entries there are.
func (x *Index) Len() int {
	n := len(x.base.docs) + len(x.recent.docs)
	for range x.gone.all() {
		n--
	}
	return n
}

// With is the index with an entry, in place of the one that has the same ID.
func (x *Index) With(e Entry) *Index {
	d := analyse(e)
	return x.change(e.ID, &d)
}

// Without is the index without the entry that has an ID; the index itself if there is none.
func (x *Index) Without(id string) *Index {
	_, isRecent := x.recent.number[id]
	n, isBase := x.base.number[id]
	if !isRecent && (!isBase || x.gone.has(n)) {
		return x
	}
	return x.change(id, nil)
}

// change puts a document in the place of the one with the ID; nil puts nothing there.
func (x *Index) change(id string, d *document) *Index {
	next := &Index{base: x.base, gone: append(set(nil), x.gone...)}
	if n, found := x.base.number[id]; found {
		next.gone.add(n)
	}
	docs := make([]document, 0, len(x.recent.docs)+1)
	for _, old := range x.recent.docs {
		if old.ID != id {
			docs = append(docs, old)
		}
	}
	if d != nil {
		docs = append(docs, *d)
	}
	if len(docs) > maxRecent {
		for i, old := range x.base.docs {
			if !next.gone.has(uint32(i)) {
				docs = append(docs, old)
			}
		}
		return newIndex(docs)
	}
	next.recent = newSegment(docs)
	return next
}
