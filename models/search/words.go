package search

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longest is how many characters of a word count. Longer ones are no words that somebody looks for.
const longest = 64

// span is a run of letters and digits, by its place in the text.
type span struct{ start, end int }

// spans finds the words of a text as they are written. Everything that is neither letter nor digit parts them; a character of
// a script that leaves no space between words is a word of its own.
func spans(text string) iter.Seq[span] {
	return func(yield func(span) bool) {
		start := -1 // of the run that is under way
		for i, r := range text {
			alone := r >= utf8.RuneSelf && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
			part := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
			if start >= 0 && (alone || !part) {
				if !yield(span{start, i}) {
					return
				}
				start = -1
			}
			if alone && !yield(span{i, i + utf8.RuneLen(r)}) {
				return
			}
			if part && !alone && start < 0 {
				start = i
			}
		}
		if start >= 0 {
			yield(span{start, len(text)})
		}
	}
}

// words are those of a query, folded, each once, in the order in which they were first written; but the last word written is
// the last one, for it may be unfinished.
func words(text string) []string {
	var all []string
	for s := range spans(text) {
		if word := clip(fold(text[s.start:s.end])); word != "" {
			all = append(all, word)
		}
	}
	seen := map[string]bool{}
	var once []string
	for i, word := range all {
		if i+1 < len(all) && word == all[len(all)-1] || seen[word] {
			continue
		}
		seen[word] = true
		once = append(once, word)
	}
	return once
}

// terms are what a text is found by: its words, and the parts of words that are written together, LikeThis.
func terms(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for s := range spans(text) {
			word := text[s.start:s.end]
			for part := range humps(word) {
				if term := clip(fold(part)); part != word && term != "" && !yield(term) {
					return
				}
			}
			if term := clip(fold(word)); term != "" && !yield(term) {
				return
			}
		}
	}
}

// humps parts a word where a capital follows a small letter or begins a word after capitals: getHTTPServer is get, HTTP and
// Server. A word without such a place is one part.
func humps(word string) iter.Seq[string] {
	return func(yield func(string) bool) {
		start, before, last := 0, rune(0), 0 // of the part; the character before and where it is
		for i, r := range word {
			switch {
			case i == 0:
			case unicode.IsUpper(r) && !unicode.IsUpper(before):
				if !yield(word[start:i]) {
					return
				}
				start = i
			case unicode.IsLower(r) && unicode.IsUpper(before) && last > start:
				if !yield(word[start:last]) {
					return
				}
				start = last
			}
			before, last = r, i
		}
		yield(word[start:])
	}
}

// clip cuts a word to the characters that count.
func clip(word string) string {
	if len(word) <= longest {
		return word
	}
	n := 0
	for i := range word {
		if n == longest {
			return strings.Clone(word[:i])
		}
		n++
	}
	return word
}
