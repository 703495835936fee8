package models

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Version is one published line of an API ("v1"). An API can have several side by side. The draft fields are what the owner
// edits; calls are served by the running release alone.
type Version struct {
	ID                string       `gorm:"primaryKey"`
	APIID             string       `gorm:"column:api_id"`
	Name              string       // "v1": the second segment of a call's path
	State             VersionState // as it was when the version was read; see StateAt
	Blocked           bool         // no calls, whatever the state: one of the two sides below has stopped them
	TeamBlock         Block        `gorm:"embedded;embeddedPrefix:team_block_"`
	OperatorBlock     Block        `gorm:"embedded;embeddedPrefix:operator_block_"`
	RunningReleaseID  string
	DraftUpstreamURL  string         `gorm:"column:draft_upstream_url"`
	DraftLimits       UpstreamLimits `gorm:"embedded;embeddedPrefix:draft_"`
	DraftCredentialID string
	DraftDocument     string      // the hash of its OpenAPI document as received; "" for none
	Deprecation       Deprecation `gorm:"embedded"`
	CreatedAt         time.Time
	UpdatedAt         time.Time
}

// VersionDraft is what the form of a version edits.
type VersionDraft struct {
	UpstreamURL string
	UpstreamLimits
	Credential CredentialChange
}

// Validate tidies the draft and names what has to be mended.
func (d *VersionDraft) Validate() error {
	d.UpstreamURL = strings.TrimSpace(d.UpstreamURL)
	bad := Invalid{}
	d.check(bad)
	return bad.Err()
}

// check says what is wrong with a draft. The upstream's address is checked for its form here; where it leads is checked by the
// gateway after every DNS lookup.
func (d *VersionDraft) check(bad Invalid) {
	if _, err := ParseUpstream(d.UpstreamURL); err != nil {
		bad.Check(false, "upstream", err.Error())
	}
	d.UpstreamLimits.check(bad)
	d.Credential.check(bad)
}

// MaxVersions is how many versions an API can have, retired ones too.
const MaxVersions = 50

var versionForm = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)

// reservedVersions are the words that stand in a version's place in an address of the portal.
var reservedVersions = []string{"new", "changelog", "feed.atom", "logo", "favourite", "versions", "openapi.json"}

// CheckVersionName tidies the name of a new version, and says what is wrong with it. It is part of every caller's address and
// never changes.
func CheckVersionName(name string) (string, error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return name, Sentence("Name the version, such as v2 or 2027-01.")
	case len(name) > 20 || !versionForm.MatchString(name):
		return name, Sentence("Use lower-case letters, digits, and single dots or hyphens between them, at most 20 characters, such as v2 or 2027-01.")
	case slices.Contains(reservedVersions, name):
		return name, Sentence("The portal itself uses this word. Choose another name, such as v2.")
	}
	return name, nil
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

// Review is the state of a version whose release begins, or ceases, to wait for review. What has never been published is in
// review for so long; what callers know stays what it is to them.
func (s VersionState) Review(waits bool) VersionState {
	switch {
	case s == Draft && waits:
		return InReview
	case s == InReview && !waits:
		return Draft
	}
	return s
}
