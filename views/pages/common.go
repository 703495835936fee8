// Package pages holds one templ file per page: its props and what people see. A page takes a layout.Request and its own
// props; both are plain values that a handler builds. Money, times and states arrive as what they are (ui.Amount,
// time.Time, a state word) and are written by package ui, so that one thing looks the same everywhere.
package pages

import (
	"time"

	"github.com/faregate/faregate/views/ui"
)

// Price is what one call of an API costs.
type Price struct {
	PerCall ui.Amount // zero: the API is free
}

// String is the price as a phrase: "$0.02 per call".
func (p Price) String() string {
	if p.PerCall.Nano == 0 {
		return "Free"
	}
	return p.PerCall.Exact() + " per call"
}

// APICard is an API as lists show it.
type APICard struct {
	Slug, Name, Summary string
	Owner               string // the team that owns it, by name
	Version             string // "v1"
	State               string // a lifecycle word: published, deprecated …
	Price               Price
}

// CallRow is a call as lists show it.
type CallRow struct {
	ID       string // "req_…"
	At       time.Time
	API      string // the API's name
	APISlug  string
	Method   string
	Path     string // below the version: "/random"
	Status   int    // what the caller got; 0 if the caller left first
	Code     string // the refusal's code, "" if it was served
	KeyLabel string
	KeyID    string
	Took     time.Duration
	Charge   ui.Amount
	Own      bool // the owner's own call, free
	// ConsoleBy is who sent it from the portal's console; "" if it came from elsewhere.
	ConsoleBy string
}

// operation is how a call is named in one line: "GET /random".
func (c CallRow) operation() string { return c.Method + " " + c.Path }
