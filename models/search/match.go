package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The ways of being found, the better the greater.
const (
	byTypo = iota + 1
	byPrefix
	byTerm
)

// score adds up, over the words of a query, how each was found, and below that the weights of where.
type score int64

const wayShift = 32

func scoreOf(way int, weight uint8) score { return score(way)<<wayShift | score(weight) }

// look is the search of one segment for one query.
type look struct {
	*segment
	seen   set     // the documents that the reader may see and asked to look through; nothing else is ever touched
	left   set     // those of them that have every word so far
	scores []score // of the documents that are left
	best   []score // for the word at hand
	counts []uint8 // for the terms: grams that they share with the word at hand
}

func (s *segment) look(q Query, gone set) *look {
	l := &look{segment: s, seen: s.seen(q.Reader), scores: make([]score, len(s.docs)), best: make([]score, len(s.docs))}
	l.seen.without(gone)
	if q.Only != nil {
		only := newSet(len(s.docs))
		for _, id := range q.Only {
			if n, found := s.number[id]; found {
				only.add(n)
			}
		}
		l.seen.within(only)
	}
	l.left = append(set(nil), l.seen...)
	return l
}

// match keeps the documents that have a word. It says whether any that the reader sees has it as it was typed.
func (l *look) match(word string, unfinished bool) (known bool) {
	clear(l.best)
	for n, limit := l.begun(word); n < limit; n++ {
		switch {
		case l.terms[n] == word:
			known = l.mark(n, byTerm) || known
		case unfinished:
			known = l.mark(n, byPrefix) || known
		}
	}
	for _, near := range l.near(word, forgiven(utf8.RuneCountInString(word), false), false) {
		l.mark(near.term, byTypo)
	}
	if unfinished {
		for _, near := range l.near(word, forgiven(utf8.RuneCountInString(word), true), true) {
			l.mark(near.term, byTypo)
		}
	}
	for doc := range l.left.all() {
		if l.best[doc] == 0 {
			l.left[doc/64] &^= 1 << (doc % 64)
		}
		l.scores[doc] += l.best[doc]
	}
	return known
}

// begun are the terms that begin with a word, from the first up to but without the limit. They are all there is of the word
// itself, too.
func (s *segment) begun(word string) (first, limit uint32) {
	i, _ := slices.BinarySearch(s.terms, word)
	n, _ := slices.BinarySearchFunc(s.terms[i:], word, func(term, word string) int {
		if strings.HasPrefix(term, word) {
			return -1
		}
		return 1
	})
	return uint32(i), uint32(i + n)
}

// mark notes that the documents of a term are found. It says whether there are any.
func (l *look) mark(term uint32, way int) (any bool) {
	for _, p := range l.where(term) {
		if l.seen.has(p.doc) {
			any = true
			l.best[p.doc] = max(l.best[p.doc], scoreOf(way, p.weight))
		}
	}
	return any
}

// nearTerm is a term and how far a word is from it.
type nearTerm struct {
	term     uint32
	distance int
}

// near are the other terms within a distance of a word.
func (l *look) near(word string, limit int, unfinished bool) []nearTerm {
	if limit == 0 || !mistakable(word) {
		return nil
	}
	if l.counts == nil {
		l.counts = make([]uint8, len(l.terms))
	}
	shared := grams(word, unfinished)
	need := uint8(max(1, len(shared)-4*limit))
	var touched []uint32
	for _, g := range shared {
		for _, term := range l.grams[g] {
			if l.counts[term]++; l.counts[term] == need {
				touched = append(touched, term)
			}
		}
	}
	var found []nearTerm
	letters := []rune(word)
	var buffer [longest]rune
	for _, term := range touched {
		if d := distance(letters, letterize(buffer[:0], l.terms[term]), limit, unfinished); d <= limit && l.terms[term] != word {
			found = append(found, nearTerm{term, d})
		}
	}
	clear(l.counts)
	return found
}

func letterize(into []rune, text string) []rune {
	for _, r := range text {
		into = append(into, r)
	}
	return into
}
