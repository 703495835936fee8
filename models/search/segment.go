package search

import "slices"

// segment is an inverted index of some documents. It never changes.
type segment struct {
	docs   []document
	number map[string]uint32 // of a document, by its entry's ID

	// The terms in order, and where each stands: postings[starts[t]:starts[t+1]].
	terms    []string
	starts   []uint32
	postings []posting
	grams    map[gram][]uint32 // the terms that hold each

	everyone, signedIn set
	teams              map[string][]uint32

	facets []Facet    // by number
	facet  [][]uint32 // those of each document
}

// posting is a document that a term stands in.
type posting struct {
	doc    uint32
	weight uint8
}

func newSegment(docs []document) *segment {
	s := &segment{docs: docs, number: make(map[string]uint32, len(docs)), everyone: newSet(len(docs)), signedIn: newSet(len(docs)), teams: map[string][]uint32{}}
	for i, d := range docs {
		n := uint32(i)
		s.number[d.ID] = n
		if d.Audience.Everyone {
			s.everyone.add(n)
		}
		if d.Audience.SignedIn {
			s.signedIn.add(n)
		}
		for _, team := range d.Audience.Teams {
			s.teams[team] = append(s.teams[team], n)
		}
	}
	s.invert()
	s.mapGrams()
	s.numberFacets()
	return s
}

// invert fills terms, starts and postings.
func (s *segment) invert() {
	count := map[string]uint32{}
	total := 0
	for _, d := range s.docs {
		total += len(d.terms)
		for _, t := range d.terms {
			count[t.term]++
		}
	}
	s.terms = make([]string, 0, len(count))
	for term := range count {
		s.terms = append(s.terms, term)
	}
	slices.Sort(s.terms)
	s.starts = make([]uint32, len(s.terms)+1)
	next := make(map[string]uint32, len(s.terms)) // where the term's next posting goes
	for i, term := range s.terms {
		next[term] = s.starts[i]
		s.starts[i+1] = s.starts[i] + count[term]
	}
	s.postings = make([]posting, total)
	for i, d := range s.docs {
		for _, t := range d.terms {
			s.postings[next[t.term]] = posting{uint32(i), t.weight}
			next[t.term]++
		}
	}
}

func (s *segment) mapGrams() {
	s.grams = map[gram][]uint32{}
	for i, term := range s.terms {
		n := uint32(i)
		for _, g := range grams(term, false) {
			if held := s.grams[g]; len(held) == 0 || held[len(held)-1] != n {
				s.grams[g] = append(held, n)
			}
		}
	}
}

func (s *segment) numberFacets() {
	numbers := map[Facet]uint32{}
	s.facet = make([][]uint32, len(s.docs))
	for i, d := range s.docs {
		for _, f := range d.Facets {
			n, known := numbers[f]
			if !known {
				n = uint32(len(s.facets))
				numbers[f] = n
				s.facets = append(s.facets, f)
			}
			s.facet[i] = append(s.facet[i], n)
		}
	}
}

// seen are the documents that a reader may see.
func (s *segment) seen(r Reader) set {
	seen := newSet(len(s.docs))
	seen.with(s.everyone)
	if r.SignedIn {
		seen.with(s.signedIn)
	}
	for _, team := range r.Teams {
		for _, doc := range s.teams[team] {
			seen.add(doc)
		}
	}
	return seen
}

// where are the places of a term by its number.
func (s *segment) where(term uint32) []posting { return s.postings[s.starts[term]:s.starts[term+1]] }
