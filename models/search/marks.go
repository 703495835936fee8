package search

import (
	"strings"
	"unicode/utf8"
)

// Range is a part of a text, in bytes.
type Range struct{ Start, End int }

// Marks are the parts of a text that a query found, in order: whole words, or the beginning of a word that the query's last one
// begins. Of words LikeThis a part alone may have been found.
func Marks(query, text string) []Range {
	words := words(query)
	if len(words) == 0 {
		return nil
	}
	var marks []Range
	for s := range spans(text) {
		start, before := s.start, len(marks)
		for part := range humps(text[s.start:s.end]) {
			if n := marked(words, part); n > 0 {
				marks = append(marks, Range{start, start + n})
			}
			start += len(part)
		}
		if n := marked(words, text[s.start:s.end]); n > 0 && (n == s.end-s.start || len(marks) == before) {
			marks = append(marks[:before], Range{s.start, s.start + n})
		}
	}
	return marks
}

// marked is how many bytes of a term some word of the query found.
func marked(words []string, written string) int {
	term, begun, strayed := clip(fold(written)), 0, false
	for i, word := range words {
		unfinished := i == len(words)-1
		switch {
		case term == word:
			return len(written)
		case unfinished && strings.HasPrefix(term, word):
			begun = writtenLen(written, len(word))
		case strays(word, term, false), unfinished && strays(word, term, true):
			strayed = true
		}
	}
	if begun == 0 && strayed {
		return len(written)
	}
	return begun
}

// strays says whether a word finds a term by a typo.
func strays(word, term string, unfinished bool) bool {
	limit := forgiven(utf8.RuneCountInString(word), unfinished)
	return limit > 0 && mistakable(word) && distance([]rune(word), []rune(term), limit, unfinished) <= limit
}

// writtenLen is how many bytes of a word are the first n of its folded form.
func writtenLen(written string, n int) int {
	var folded strings.Builder
	for i, r := range written {
		if folded.Len() >= n {
			return i
		}
		foldRune(&folded, r)
	}
	return len(written)
}
