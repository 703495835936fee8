package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// suggest puts the nearest terms in the place of the unknown words. It gives "" where one has none, or where the new words find
// nothing.
func (x *Index) suggest(q Query, f found) string {
	words := slices.Clone(f.words)
	for _, i := range f.unknown {
		if words[i] = nearest(f.looks, words[i]); words[i] == "" {
			return ""
		}
	}
	if x.search(q, words).result(q).Total == 0 {
		return ""
	}
	return strings.Join(words, " ")
}

// nearest is the term of the documents seen that is least far from a word, and of those the one that most documents have; "" if
// none is near.
func nearest(looks []*look, word string) string {
	type candidate struct {
		term           string
		distance, docs int
	}
	var all []candidate
	for _, l := range looks {
		for _, near := range l.near(word, guessed(utf8.RuneCountInString(word)), false) {
			c := candidate{l.terms[near.term], near.distance, 0}
			for _, p := range l.where(near.term) {
				if l.seen.has(p.doc) {
					c.docs++
				}
			}
			if c.docs == 0 {
				continue
			}
			if i := slices.IndexFunc(all, func(a candidate) bool { return a.term == c.term }); i >= 0 {
				all[i].docs += c.docs
				continue
			}
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return slices.MinFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(b.docs, a.docs), cmp.Compare(a.term, b.term))
	}).term
}
