package search

import (
	"strings"
	"unicode/utf8"
)

// forgiven is how many letters of a word of n may be wrong. A word that may be unfinished has to be a little longer: most of
// its letters are still to come, and much begins alike.
func forgiven(n int, unfinished bool) int {
	if unfinished {
		n--
	}
	switch {
	case n < 4:
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// guessed is how many letters may be wrong for a suggestion, which nobody has to follow.
func guessed(n int) int {
	switch {
	case n < 3:
		return 0
	case n < 6:
		return 1
	case n < 10:
		return 2
	}
	return 3
}

// mistakable says whether a word can be a slip of the keyboard. One with a digit is a name or a number, and another number
// is another thing.
func mistakable(word string) bool { return !strings.ContainsAny(word, "0123456789") }

// distance is how many letters have to be put in, left out, replaced, or swapped with their neighbour to make term of word:
// Damerau's distance where no letter is changed twice (optimal string alignment). If the word may be unfinished, the nearest
// beginning of the term counts. Above limit the figure means nothing but that.
func distance(word, term []rune, limit int, unfinished bool) int {
	if !unfinished && max(len(word)-len(term), len(term)-len(word)) > limit {
		return limit + 1
	}
	if unfinished {
		term = term[:min(len(term), len(word)+limit)] // a longer beginning is further away
	}
	// Row i holds, for each j, how far the first i letters of the word are from the first j of the term.
	var table [3][longest + 1]int
	before, last, row := &table[0], &table[1], &table[2]
	for j := range len(term) + 1 {
		last[j] = j
	}
	for i, a := range word {
		row[0] = i + 1
		least := row[0]
		for j, b := range term {
			cost := 1
			if a == b {
				cost = 0
			}
			d := min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a == term[j-1] && word[i-1] == b {
				d = min(d, before[j-1]+1)
			}
			row[j+1] = d
			least = min(least, d)
		}
		if least > limit { // nor would a swap in the next row come from fewer
			return limit + 1
		}
		before, last, row = last, row, before
	}
	if !unfinished {
		return last[len(term)]
	}
	nearest := limit + 1
	for j := range len(term) + 1 {
		nearest = min(nearest, last[j])
	}
	return nearest
}

// gram is three characters in a row, of 21 bits each.
type gram uint64

// edge stands before and after a word, twice each, so that its first and last letters make grams of their own.
const edge = 0

// grams are the trigrams of a word, without those over its end if it may be unfinished. A letter replaced or put in or left out
// spoils three of them at most, a swap four: a term within a distance has all but four times the distance of them.
func grams(word string, unfinished bool) []gram {
	all := make([]gram, 0, utf8.RuneCountInString(word)+2)
	var g gram
	push := func(r rune) {
		g = (g<<21 | gram(r)) & (1<<63 - 1)
		all = append(all, g)
	}
	for _, r := range word {
		push(r)
	}
	if !unfinished {
		push(edge)
		push(edge)
	}
	return all
}
