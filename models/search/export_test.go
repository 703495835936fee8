package search

// What the slow model of the tests shares with the index: how texts are taken apart, which has tests of its own.
var (
	Words = words
	Terms = terms
	Fold  = fold
)
