// Package search finds the entries of a catalogue by words, in memory. An Index never changes; a change makes another one
// that shares what stayed the same, so that readers need no lock.
//
// A word of a query finds a term of a text in one of three ways: it is the term (exact), it begins the term (prefix: only the
// last word, which somebody may still be typing), or it is a few letters away from the term (typo). Every word has to be
// found. Better ways of being found come first, then weightier texts, then entries that are called more.
//
// Who may see an entry is settled before anything else: entries that a reader may not see take no part in matching, order,
// counts or suggestions, so nothing that a reader is shown differs from an index without them.
package search
