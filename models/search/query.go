package search

// Query is what somebody looks for.
type Query struct {
	Text   string // no words: everything
	Reader Reader
	// Only are the entries to look through, by ID; nil means all.
	Only []string
	// Filters are the values that each facet may have. A facet without values is not filtered by.
	Filters map[string][]string
	Sort    Sort
	After   string // a cursor of an earlier result with the same query; any other text gives some page
	Limit   int
}

// Result is a page of what was found. Counts and suggestion are about all pages.
type Result struct {
	IDs   []string // best first
	Total int
	Next  string // the cursor of the next page; "" on the last
	// Facets are, by the facet's name, the values of what would be found if that facet were not filtered by.
	Facets map[string][]Count
	// Suggestion is the text with other words in the place of those that stand nowhere as they were typed; "" if there are no
	// such words or nothing would be found.
	Suggestion string
}

// Count is a value of a facet and how many results have it.
type Count struct {
	Value string
	N     int
}

// Find looks for what the reader may see.
func (x *Index) Find(q Query) Result {
	s := x.search(q, words(q.Text))
	result := s.result(q)
	if len(s.unknown) > 0 {
		result.Suggestion = x.suggest(q, s)
	}
	return result
}

// found is what a search has matched, before it is sorted and counted.
type found struct {
	words   []string
	looks   []*look
	unknown []int // the words that nothing seen has as they were typed, by their place
}

func (x *Index) search(q Query, words []string) found {
	f := found{words: words, looks: []*look{x.base.look(q, x.gone), x.recent.look(q, nil)}}
	for i, word := range words {
		known := false
		for _, l := range f.looks {
			known = l.match(word, i == len(words)-1) || known
		}
		if !known {
			f.unknown = append(f.unknown, i)
		}
	}
	return f
}

func (f found) result(q Query) Result {
	page, facets := newPage(q), newTally(q)
	for _, l := range f.looks {
		l.collect(page, facets)
	}
	result := page.result()
	result.Facets = facets.counts()
	return result
}
