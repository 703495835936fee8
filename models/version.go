package models

import (
	"strings"
	"time"
)

// Version is one published line of an API ("v1"). The draft fields are what the owner edits; calls are served by the
// running release alone.
type Version struct {
	ID                string `gorm:"primaryKey"`
	APIID             string `gorm:"column:api_id"`
	Name              string // "v1": the second segment of a call's path
	State             VersionState
	Blocked           bool // no calls, whatever the state
	RunningReleaseID  string
	DraftUpstreamURL  string `gorm:"column:draft_upstream_url"`
	DraftPrice        Nano
	DraftLimits       UpstreamLimits `gorm:"embedded;embeddedPrefix:draft_"`
	DraftCredentialID string
	CreatedAt         time.Time
	UpdatedAt         time.Time
}

// Release is an immutable snapshot of a version as it was published.
type Release struct {
	ID             string `gorm:"primaryKey"`
	VersionID      string
	Number         int
	UpstreamURL    string `gorm:"column:upstream_url"`
	UpstreamLimits `gorm:"embedded"`
	CredentialID   string // what is sent to the upstream; "" for nothing
	Price          Nano   // of the plan at the time, for the record
	Changelog      string
	CreatedBy      string
	CreatedAt      time.Time
}

const maxNote = 2_000 // characters of a release's note

// CheckReleaseNote tidies what a provider says of a release, and says what is wrong with it.
func CheckReleaseNote(note string) (string, error) {
	note = strings.TrimSpace(note)
	if !isText(note, maxNote) {
		return note, Sentence("Use at most 2,000 characters.")
	}
	return note, nil
}

// VersionState is a version's place in its lifecycle.
type VersionState string

// The states of a version, in order. Blocked is a flag beside them.
const (
	Draft      VersionState = "draft"
	InReview   VersionState = "in_review"
	Published  VersionState = "published"
	Deprecated VersionState = "deprecated"
	Retired    VersionState = "retired"
)

// Callable says whether existing subscribers may call a version in this state.
func (s VersionState) Callable() bool { return s == Published || s == Deprecated }

// Publish is the state after a publish, or an error where the lifecycle forbids one. Publishing again from published or
// deprecated replaces the running release and leaves the state as it is.
func (s VersionState) Publish() (VersionState, error) {
	switch s {
	case Draft, InReview:
		return Published, nil
	case Published, Deprecated:
		return s, nil
	}
	return s, Sentence("A retired version cannot be published again.")
}
