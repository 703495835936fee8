package search

import (
	"cmp"
	"slices"
)

// tally counts the values of facets.
type tally struct {
	filters map[string][]string
	names   []string // of the facets that are filtered by
	n       map[Facet]int
}

func newTally(q Query) *tally {
	t := &tally{n: map[Facet]int{}, filters: q.Filters}
	for name, values := range q.Filters {
		if len(values) > 0 {
			t.names = append(t.names, name)
		}
	}
	return t
}

// collect puts what is left on the page, as far as the filters let it, and counts it. A document that one facet's filter alone
// keeps out still counts for that facet: it is what another choice there would find.
func (l *look) collect(p *page, t *tally) {
	passes, of := t.choices(l.segment)
	n := make([]int, len(l.facets))
	for doc := range l.left.all() {
		var passed uint64 // by which of the filters
		for _, f := range l.facet[doc] {
			passed |= passes[f]
		}
		failed := (1<<len(t.names) - 1) &^ passed
		switch {
		case failed == 0:
			p.add(&l.docs[doc], l.scores[doc])
			for _, f := range l.facet[doc] {
				n[f]++
			}
		case failed&(failed-1) == 0:
			for _, f := range l.facet[doc] {
				if of[f] == failed {
					n[f]++
				}
			}
		}
	}
	for f, count := range n {
		if count > 0 {
			t.n[l.facets[f]] += count
		}
	}
}

// choices are, for each facet's value by its number, the bit of the filter that it passes, and of the filter of its facet.
func (t *tally) choices(s *segment) (passes, of []uint64) {
	passes, of = make([]uint64, len(s.facets)), make([]uint64, len(s.facets))
	for bit, name := range t.names {
		for n, f := range s.facets {
			if f.Name != name {
				continue
			}
			of[n] = 1 << bit
			if slices.Contains(t.filters[name], f.Value) {
				passes[n] = 1 << bit
			}
		}
	}
	return passes, of
}

// counts are the values by facet, the most frequent first.
func (t *tally) counts() map[string][]Count {
	all := map[string][]Count{}
	for f, n := range t.n {
		all[f.Name] = append(all[f.Name], Count{f.Value, n})
	}
	for _, counts := range all {
		slices.SortFunc(counts, func(a, b Count) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value)) })
	}
	return all
}
