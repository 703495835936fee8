package search

import "slices"

// Entry is something to be found.
type Entry struct {
	ID     string
	Texts  []Text
	Facets []Facet // at most one for each name and value
	// What results are sorted by.
	Name   string
	Newest int64 // greater is newer
	Calls  int64
	Price  int64

	Audience Audience
}

// Text is words to find an entry by. Of a term that stands in several texts the weightiest counts.
type Text struct {
	Text   string
	Weight uint8
}

// Facet is a property that results can be narrowed by.
type Facet struct{ Name, Value string }

// Audience is who may see an entry; the zero value is nobody.
type Audience struct {
	Everyone bool
	SignedIn bool     // everybody who is signed in
	Teams    []string // these, whatever else holds
}

// Reader is who searches.
type Reader struct {
	SignedIn bool
	Teams    []string
}

// Sees says whether the reader is in the audience.
func (r Reader) Sees(a Audience) bool {
	return a.Everyone || a.SignedIn && r.SignedIn || slices.ContainsFunc(a.Teams, func(team string) bool { return slices.Contains(r.Teams, team) })
}

// document is an entry with its texts taken apart.
type document struct {
	Entry
	name  string // folded, for the order by name
	terms []weighted
}

type weighted struct {
	term   string
	weight uint8
}

func analyse(e Entry) document {
	d := document{Entry: e, name: fold(e.Name)}
	heaviest := map[string]uint8{}
	for _, text := range e.Texts {
		for term := range terms(text.Text) {
			heaviest[term] = max(heaviest[term], text.Weight)
		}
	}
	d.terms = make([]weighted, 0, len(heaviest))
	for term, weight := range heaviest {
		d.terms = append(d.terms, weighted{term, weight})
	}
	d.Texts = nil // the terms are what is left of them
	return d
}
