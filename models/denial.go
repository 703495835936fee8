package models

import "time"

// Denial is a refusal that a team can look up: the first of a key, version and code in a minute, with the count of all
// that followed in it.
type Denial struct {
	ID        string `gorm:"primaryKey"`
	TeamID    string
	KeyID     string
	APIID     string `gorm:"column:api_id"`
	VersionID string
	Code      string // a code of package problem
	Method    string
	Path      string
	Price     Nano
	Required  Nano
	Available Nano
	Held      Nano
	Limit     Limit `gorm:"embedded;embeddedPrefix:limit_"` // that refused the call, if one did
	Count     int64
	CreatedAt time.Time
}

// Limit is a limit as a refused call met it.
type Limit struct {
	Policy   string     // which one: a Policy of package billing, "" if no limit refused
	Most     int64      // calls, or nano-units for a budget
	Used     int64      // of it, by what is finished
	Held     int64      // of it, by calls in flight
	Seconds  int64      // the length of a rate's window
	ResetsAt *time.Time // when it begins anew; nil if it does not by itself
}

// RefusalDays is how far back lists of refusals go.
const RefusalDays = 30

// DenialFilter narrows a team's refusals; zero fields do not.
type DenialFilter struct {
	Code    string
	APISlug string
	KeyID   string
}

// DenialGroup is what was refused for the same reason: one code, API and key, since an instant that was asked for.
type DenialGroup struct {
	Code    string
	APIName string `gorm:"column:api_name"` // "", like the slug, where no API was met
	APISlug string `gorm:"column:api_slug"`
	KeyID   string
	KeyName string
	Count   int64
	LastID  string    // of the latest denial
	LastAt  time.Time // in the minute from then on
}

// DayCount is how many calls something happened to on a day.
type DayCount struct {
	Day   time.Time // its first instant, in the zone that was asked for
	Count int64
}
