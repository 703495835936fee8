package models

import (
	"slices"
	"strings"
	"time"
)

// Release is an immutable snapshot of a version. What it serves never changes once it is made; its state says how far it has
// come, and the fields after that who and when.
type Release struct {
	ID             string `gorm:"primaryKey"`
	VersionID      string
	Number         int
	UpstreamURL    string `gorm:"column:upstream_url"`
	UpstreamLimits `gorm:"embedded"`
	CredentialID   string // what is sent to the upstream; "" for nothing
	Document       string // the hash of its OpenAPI document as received; "" for none
	Price          Nano   // of the first plan at the time, for the record
	Changelog      string
	AsNumber       int    // the number of the earlier release that it publishes again; 0 if it was made of the draft
	CreatedBy      string // user id; "" for a token of the team
	CreatedToken   string // the id of the API token by which it was made; "" if there was none
	CreatedAt      time.Time

	State       ReleaseState
	PublishAt   *time.Time // when it takes effect, or while it is proposed when its proposer wants that; nil: at once
	PublishedAt *time.Time // when it took effect
	ReviewedBy  string     // user id; "" if nobody was asked
	ReviewedAt  *time.Time
	Comment     string // of the reviewer; the proposer reads it
	WithdrawnAt *time.Time
}

// ReleaseState is how far a release has come.
type ReleaseState string

// The states of a release. A version has at most one that waits, which is proposed or scheduled, and at most one that is
// published; the database holds both rules.
const (
	ReleaseProposed  ReleaseState = "proposed"  // waits for review
	ReleaseScheduled ReleaseState = "scheduled" // takes effect at its time
	ReleasePublished ReleaseState = "published" // is what its version serves
	ReleaseReplaced  ReleaseState = "replaced"  // was that, until a later one took its place
	ReleaseDeclined  ReleaseState = "declined"
	ReleaseWithdrawn ReleaseState = "withdrawn"
)

// ReleaseStates lists the states in the order of a release's life.
func ReleaseStates() []ReleaseState {
	return []ReleaseState{ReleaseProposed, ReleaseScheduled, ReleasePublished, ReleaseReplaced, ReleaseDeclined, ReleaseWithdrawn}
}

// Waits says whether a release in this state may still take effect for the first time.
func (s ReleaseState) Waits() bool { return s == ReleaseProposed || s == ReleaseScheduled }

// ReleaseAct is what somebody does with a release.
type ReleaseAct string

// The acts. The first three make a release of the draft.
const (
	ActPublish         ReleaseAct = "publish"
	ActSchedule        ReleaseAct = "schedule"
	ActPropose         ReleaseAct = "propose"
	ActApproveRelease  ReleaseAct = "approve"  // now, or at the time that the proposer wants
	ActDeclineRelease  ReleaseAct = "decline"  // with a reason
	ActWithdrawRelease ReleaseAct = "withdraw" // take a proposal back
	ActCancelRelease   ReleaseAct = "cancel"   // take a scheduled release back
	ActRollBack        ReleaseAct = "roll_back"
	ActTakeEffect      ReleaseAct = "take_effect" // time does it, and no person
)

// ReleaseRule says who may do something with a release, and where that leads.
type ReleaseRule struct {
	Act   ReleaseAct
	From  []ReleaseState // of the release; none: the act makes one
	To    []ReleaseState // of the release, or of the one that is made
	May   Permission     // in the API's team; "" for what nobody does
	Other bool           // not by whoever made it, in whatever way they come
}

// releaseRules is the one table of how releases move. Pages, the store, docs/lifecycle.md and the tests read it.
var releaseRules = []ReleaseRule{
	{Act: ActPublish, To: []ReleaseState{ReleasePublished}, May: MayPublish},
	{Act: ActSchedule, To: []ReleaseState{ReleaseScheduled}, May: MayPublish},
	{Act: ActPropose, To: []ReleaseState{ReleaseProposed}, May: MayManageAPIs},
	{Act: ActApproveRelease, From: []ReleaseState{ReleaseProposed}, To: []ReleaseState{ReleasePublished, ReleaseScheduled}, May: MayPublish, Other: true},
	{Act: ActDeclineRelease, From: []ReleaseState{ReleaseProposed}, To: []ReleaseState{ReleaseDeclined}, May: MayPublish, Other: true},
	{Act: ActWithdrawRelease, From: []ReleaseState{ReleaseProposed}, To: []ReleaseState{ReleaseWithdrawn}, May: MayManageAPIs},
	{Act: ActCancelRelease, From: []ReleaseState{ReleaseScheduled}, To: []ReleaseState{ReleaseWithdrawn}, May: MayPublish},
	{Act: ActTakeEffect, From: []ReleaseState{ReleaseScheduled}, To: []ReleaseState{ReleasePublished, ReleaseWithdrawn}},
	{Act: ActRollBack, From: []ReleaseState{ReleaseReplaced}, To: []ReleaseState{ReleasePublished}, May: MayPublish},
}

// ReleaseRules lists how releases move. A rollback leaves the release that it names as it is and makes a new one.
func ReleaseRules() []ReleaseRule { return slices.Clone(releaseRules) }

// ReleaseRuleOf is the rule of an act.
func ReleaseRuleOf(act ReleaseAct) ReleaseRule {
	i := slices.IndexFunc(releaseRules, func(r ReleaseRule) bool { return r.Act == act })
	return releaseRules[i]
}

// Allows says whether the release is in a state for an act.
func (r *Release) Allows(act ReleaseAct) bool {
	return slices.Contains(ReleaseRuleOf(act).From, r.State)
}

// DueAt says whether a proposal that is approved at an instant takes effect at once.
func (r *Release) DueAt(now time.Time) bool { return r.PublishAt == nil || !r.PublishAt.After(now) }

// Content is what a release lets callers have, without what became of it.
func (r *Release) Content() Release {
	return Release{
		VersionID: r.VersionID, UpstreamURL: r.UpstreamURL, UpstreamLimits: r.UpstreamLimits, CredentialID: r.CredentialID, Document: r.Document,
	}
}

// Serves says whether two releases let callers have the same.
func (r *Release) Serves(other Release) bool {
	mine, theirs := r.Content(), other.Content()
	mine.VersionID = theirs.VersionID
	return mine == theirs
}

// DraftRelease is what a release of the draft would serve.
func (v *Version) DraftRelease() Release {
	return Release{
		VersionID: v.ID, UpstreamURL: v.DraftUpstreamURL, UpstreamLimits: v.DraftLimits, CredentialID: v.DraftCredentialID, Document: v.DraftDocument,
	}
}

// The refusals of a release, which people read.
const (
	ErrReleaseWaits = Sentence("A release of this version waits already. Withdraw it first, or let it take effect.")
	ErrNeedsReview  = Sentence("Your team publishes a release only after another member has reviewed it. Propose it for review.")
	ErrOwnRelease   = Sentence("You made this release yourself. Another member has to review it.")
	ErrNoReviewer   = Sentence("A review takes a person. A token of the team cannot answer for one.")
)

const maxNote = 2_000 // characters of a release's note

// CheckReleaseNote tidies what a provider says of a release, and says what is wrong with it.
func CheckReleaseNote(note string) (string, error) {
	note = strings.TrimSpace(note)
	if !isText(note, maxNote) {
		return note, Sentence("Use at most 2,000 characters.")
	}
	return note, nil
}

// ReleaseReview is what a reviewer says to a proposal.
type ReleaseReview struct {
	Approve bool
	Now     bool   // what is approved takes effect at once, whatever time its proposer wants
	Comment string // the proposer reads it
}

// Validate tidies the comment and names what has to be mended: "comment". Who is declined learns why.
func (r *ReleaseReview) Validate() error {
	r.Comment = strings.TrimSpace(r.Comment)
	bad := Invalid{}
	bad.Check(r.Approve || r.Comment != "", "comment", "Say why you decline; whoever proposed it reads it.")
	bad.Check(isText(r.Comment, maxComment), "comment", "Use at most 2,000 characters.")
	return bad.Err()
}

// ReleaseListing is a release with the names of who is in it.
type ReleaseListing struct {
	Release      Release `gorm:"embedded"`
	CreatorName  string  // TeamTokenName if a token of the team made it
	ReviewerName string
}

// ReleaseToReview is a release that waits for review, with what it is of.
type ReleaseToReview struct {
	ReleaseListing `gorm:"embedded"`
	APIName        string `gorm:"column:api_name"`
	APISlug        string `gorm:"column:api_slug"`
	VersionName    string
}

// DueRelease is a scheduled release whose time has come.
type DueRelease struct {
	ID          string
	UpstreamURL string `gorm:"column:upstream_url"`
}

// CallingTeam is a team that calls a version.
type CallingTeam struct {
	TeamName string
	LastCall CallID
}
