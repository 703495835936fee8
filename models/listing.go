package models

import (
	"slices"
	"time"
)

// Viewer is who reads something, for the visibility of what it is about. The zero value is somebody who is not signed in.
type Viewer struct {
	UserID string // a person, who sees what their teams see
	TeamID string // or a team, by a token of its own
}

// APIListing is an API with one of its versions, its first plan and its owner, as catalogue and studio show it. Where nothing else
// is said the version is the main one.
type APIListing struct {
	API          API     `gorm:"embedded"`
	Version      Version `gorm:"embedded;embeddedPrefix:version_"`
	Plan         Plan    `gorm:"embedded;embeddedPrefix:plan_"`
	MainVersion  string  // the id of the one that lists show and the API's page opens with
	TeamName     string
	TeamSlug     string
	CategoryName string   // "" for none
	Document     string   // the hash of the OpenAPI document that the version serves now; "" for none
	SharedWith   []string `gorm:"serializer:json"` // ids of the teams that it is shared with while its visibility is Shared
}

// Draft is what an edit of the API and this version begins with.
func (l APIListing) Draft() APIDraft {
	return APIDraft{
		Name: l.API.Name, Slug: l.API.Slug, Summary: l.API.Summary, Description: l.API.Description, ExamplePath: l.API.ExamplePath,
		Visibility: l.API.Visibility, SharedWith: l.SharedWith, CategoryID: l.API.CategoryID, Tags: l.API.Tags,
		SupportEmail: l.API.SupportEmail, SupportURL: l.API.SupportURL,
		UpstreamURL: l.Version.DraftUpstreamURL, UpstreamLimits: l.Version.DraftLimits,
	}
}

// SharedWithTeam says whether the API is shared with a team, as far as its visibility has it.
func (l APIListing) SharedWithTeam(teamID string) bool {
	return l.API.Visibility == Shared && slices.Contains(l.SharedWith, teamID)
}

// Changed says whether publishing would change what callers get; running is what the version serves now.
func (l APIListing) Changed(running Release) bool {
	return !running.Serves(l.Version.DraftRelease())
}

// APIName is what an API is called: its name for people, and its short name in addresses.
type APIName struct{ Name, Slug string }

// SubscriptionListing is a subscription with what it is to.
type SubscriptionListing struct {
	Subscription Subscription `gorm:"embedded"`
	APIName      string       `gorm:"column:api_name"`
	APISlug      string       `gorm:"column:api_slug"`
	OwnerName    string       // of the API
	PlanName     string       // of the plan that it has now
	NextPlanName string       // "" if the plan does not change
	Price        Nano
	VersionName  string
	VersionState VersionState
	ExamplePath  string
	Latest       LatestRequest `gorm:"embedded;embeddedPrefix:request_"`
}

// LatestRequest is what became of a subscription's last request; the zero value if there never was one.
type LatestRequest struct {
	State    RequestState
	PlanName string // the one that was asked for
	ForPlan  bool   // another plan of a subscription that runs, and not the subscription itself
	Comment  string // of those who answered
	ClosedAt *time.Time
}

// CallListing is a call with the names of what it went to and with.
type CallListing struct {
	Call        Call   `gorm:"embedded"`
	APIName     string `gorm:"column:api_name"`
	APISlug     string `gorm:"column:api_slug"`
	VersionName string
	KeyName     string
	KeyHint     string
	ConsoleName string // of who sent it from the portal's console; "" for all others
}

// UnconfirmedCall is a charged call whose answer a crash may have cut.
type UnconfirmedCall struct {
	CallListing `gorm:"embedded"`
	TeamName    string
	TeamSlug    string
	FoundAt     time.Time
	RefundedAt  *time.Time
	RefundedBy  string // user id
}

// DenialListing is a stored denial with the names of what it was about.
type DenialListing struct {
	Denial  Denial `gorm:"embedded"`
	APIName string `gorm:"column:api_name"`
	APISlug string `gorm:"column:api_slug"`
	KeyName string
}

// UsageListing is an open or sealed usage hour with the API's name.
type UsageListing struct {
	Usage   UsageHour `gorm:"embedded"`
	APIName string    `gorm:"column:api_name"`
	APISlug string    `gorm:"column:api_slug"`
}

// TeamListing is a team as the administrator's list shows it.
type TeamListing struct {
	Team    Team `gorm:"embedded"`
	Members int
	Balance Nano
}

// UserListing is a user as the administrator's list shows them.
type UserListing struct {
	User  User `gorm:"embedded"`
	Teams int
}

// UserFacts is what administrators learn of a user beside the account itself.
type UserFacts struct {
	Sessions     int
	SeenAt       *time.Time // in a session that goes on; nil if there is none
	Keys         int        // of all teams: that they made, and that a program can still call with
	TeamTokens   int        // API tokens that they made for teams, and that work
	SecondFactor bool       // sign-in asks for a code after the password
	Passkeys     int
}

// UserTeam is a team as the page of one of its members shows it.
type UserTeam struct {
	Team   Team `gorm:"embedded"`
	Role   Role
	Owners int // who can sign in
}

// DaySpend is what was spent on one day (UTC), and by how many charged calls.
type DaySpend struct {
	Day    time.Time
	Amount Nano
	Calls  int64
}

// KeyFilter narrows a list of keys; zero fields do not.
type KeyFilter struct {
	State KeyState
	Text  string // in the label, in what is shown of the secret, or in the owner's name
	Owner string // the id of a member
}

// APICalls is how often an API was called in a time that was asked for.
type APICalls struct {
	Name, Slug string
	Calls      int64
}

// UseDays is over how many days people and programs are told what a key did.
const UseDays = 7

// KeyUse is what a key did: its last call ever, and calls and charges since an instant that was asked for.
type KeyUse struct {
	LastCall CallID // 0: never used
	Calls    int64
	Gone     int64 // of these, calls whose caller left; see EvidenceCallerGone
	Spent    Nano
}

// KeyCalls is how much a key called an API since an instant that was asked for.
type KeyCalls struct {
	KeyID, Name, Hint string
	Calls             int64
	LastCall          CallID
}

// Subscriber is a team that has a plan of an API, or has asked for it, as the API's provider sees it.
type Subscriber struct {
	Subscription Subscription `gorm:"embedded"`
	TeamName     string
	PlanName     string
	NextPlanName string
	Calls, Gone  int64 `gorm:"-"` // since an instant that was asked for; Gone are those whose caller left
}

// SubscriberFilter narrows the list of an API's subscribers. Zero fields do not, but for the state: "" is those that are not over.
type SubscriberFilter struct {
	State SubscriptionState
	Text  string // in the name of the team or of the plan
}

// APISpend is what a team spent on one API in a time that was asked for.
type APISpend struct {
	Calls  int64
	Amount Nano
}

// APIStats is how an API does with other teams: those subscribed now, and calls and revenue by day.
type APIStats struct {
	Subscribers int64
	Daily       []DaySpend
	Running     Release // the zero value before the first publish
}

// PlanListing is a plan with its terms.
type PlanListing struct {
	Plan   Plan           `gorm:"embedded"`
	Terms  PlanRevision   `gorm:"-"` // in effect now
	Coming []PlanRevision `gorm:"-"` // in the order of their effect
}
