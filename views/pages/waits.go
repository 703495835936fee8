package pages

import "github.com/faregate/faregate/views/ui"

// Waits is how often callers waited for the answers to their calls, over 7 days.
type Waits struct {
	Calls int64 // that reached the API
	Gone  int64 // of these, whose caller left before the end of the answer
}

// hurried says whether there is anything to tell.
func (w Waits) hurried() bool { return w.Gone > 0 && w.Calls > 0 }

// line says how many were not waited for, and their share; "none" if all were.
func (w Waits) line() string {
	if !w.hurried() {
		return "none"
	}
	return ui.Count(w.Gone) + ", " + w.share()
}

// share of the answers that were not waited for, of some. It is rounded to a whole per cent, and never to nothing or to all where that is not so.
func (w Waits) share() string {
	percent := (w.Gone*100 + w.Calls/2) / w.Calls
	switch {
	case percent == 0:
		return "under 1%"
	case percent >= 100 && w.Gone < w.Calls:
		return "over 99%"
	}
	return ui.Count(percent) + "%"
}
