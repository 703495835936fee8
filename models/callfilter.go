package models

import (
	"strconv"
	"strings"
	"time"
)

// CallFilter narrows a list of calls; zero fields do not.
type CallFilter struct {
	APISlug     string
	KeyID       string
	StatusClass int       // 2 for 2xx, and so on
	Status      int       // exactly this one
	From, To    time.Time // calls that came in from then on, and before then
	Text        string    // in method and path, as "GET /quotes/7" has them, whatever the case of their letters
	Code        string    // refused calls with this code; see store.TeamRefusals
}

// Searches says whether calls have to be looked at to know whether they are meant: their time alone does not tell.
func (f CallFilter) Searches() bool {
	f.From, f.To = time.Time{}, time.Time{}
	return f != CallFilter{}
}

// SetStatus takes a status, as 404, or a class, as 4xx or 4, and gives back how it is written; "" for what is neither, which narrows nothing.
func (f *CallFilter) SetStatus(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	if class := strings.TrimSuffix(text, "xx"); len(class) == 1 && class >= "1" && class <= "5" {
		f.StatusClass = int(class[0] - '0')
		return class + "xx"
	}
	if status, err := strconv.Atoi(text); err == nil && len(text) == 3 && status >= 100 && status <= 599 {
		f.Status = status
		return text
	}
	return ""
}

// Class is the class of status that the calls have, 0 for any.
func (f CallFilter) Class() int {
	if f.Status != 0 {
		return f.Status / 100
	}
	return f.StatusClass
}

// Searched is one page of what was searched for, newest first.
type Searched[T any] struct {
	Paged[T]
	// SearchedTo is how far back was looked if the time for a page was over before it was full; Next goes on from there. It is
	// the zero time where the page is full, or nothing older is left.
	SearchedTo time.Time
}
