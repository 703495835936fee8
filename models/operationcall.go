package models

import "time"

// Undocumented stands in an operation's place for calls of which the document that was served, if any, has none.
const Undocumented = ""

// OperationCalls is how often an operation of a version was called, since an instant that was asked for.
type OperationCalls struct {
	Operation string // a match.Operation's identity, or Undocumented
	Calls     int64
	Teams     int64 // that called it
	LastCall  CallID
}

// OperationCallers are those who called an operation of a version, since an instant that was asked for. The zero value: nobody did.
type OperationCallers struct {
	Teams, Keys, Calls int64
	First              []VersionCaller // some of the keys, the busiest first
}

// Day is a day in UTC, counted from the Unix epoch.
type Day int64

// DayOf is the day that t lies in.
func DayOf(t time.Time) Day { return Day(t.Unix() / (24 * 60 * 60)) }
