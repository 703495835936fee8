package models

// Page asks for one page of a list by keyset: the rows after the one that the cursor names, newest or best first. The zero
// value is the first page. A cursor is opaque to callers; one that was never handed out gives some page or an empty one,
// never an error and never a row that the reader may not see.
type Page struct {
	After string
	Limit int
}

// PageSize is how many rows a page of a list shows.
const PageSize = 25

// Size is the limit to use: PageSize unless a smaller or somewhat larger one was asked for.
func (p Page) Size() int {
	if p.Limit <= 0 || p.Limit > 200 {
		return PageSize
	}
	return p.Limit
}

// Paged is one page of a list with the cursor of the next one, "" on the last.
type Paged[T any] struct {
	Rows []T
	Next string
}

// Cut makes a page of up to size+1 rows that were read: the surplus row only tells that there is a next page.
func Cut[T any](rows []T, size int, cursor func(T) string) Paged[T] {
	if len(rows) <= size {
		return Paged[T]{Rows: rows}
	}
	return Paged[T]{Rows: rows[:size], Next: cursor(rows[size-1])}
}
