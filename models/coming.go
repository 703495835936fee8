package models

import "time"

// farthest is how far ahead something may be set to happen: a year that was mistyped is noticed.
const farthest = 2 * 366 * 24 * time.Hour

// CheckComing says what is wrong with an instant at which something shall happen: it has to lie ahead, and not too far. The
// error is a sentence.
func CheckComing(at, now time.Time) error {
	switch {
	case !at.After(now):
		return Sentence("This time has passed. Choose a later one.")
	case at.After(now.Add(farthest)):
		return Sentence("Choose a time within the next two years.")
	}
	return nil
}
