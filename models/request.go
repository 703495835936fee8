package models

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Request asks a provider for a plan that is approved by hand: for a new subscription, or for another plan of one that runs.
// It keeps what was asked and answered, for those who decide about the team's next one.
type Request struct {
	ID             string `gorm:"primaryKey"`
	ProviderID     string // the team that answers: the API's owner
	TeamID         string // the team that asks
	SubscriptionID string
	APIID          string `gorm:"column:api_id"`
	PlanID         string // the one that is asked for
	FromPlanID     string // the one that runs until then; "" if a subscription is asked for
	AtPeriodEnd    bool   // the other plan is wanted from the end of the quota's period on, and not at once
	Question       string // the plan's, as it was when the team answered it
	Answer         string
	State          RequestState
	Comment        string // of those who answered
	AskedBy        string // user id
	AnsweredBy     string // user id; "" while it waits, and if it was withdrawn
	CreatedAt      time.Time
	ClosedAt       *time.Time // when it was answered or withdrawn
	RemindedAt     *time.Time // when an administrator of the platform had those who may answer it reminded last
}

// RequestState is how far a request has come.
type RequestState string

// The states of a request. A subscription has at most one that waits; the database holds that rule.
const (
	RequestWaiting   RequestState = "requested"
	RequestApproved  RequestState = "approved"
	RequestDeclined  RequestState = "rejected"
	RequestWithdrawn RequestState = "withdrawn"
)

// RequestStates lists the states in the order in which the queue offers them.
func RequestStates() []RequestState {
	return []RequestState{RequestWaiting, RequestApproved, RequestDeclined, RequestWithdrawn}
}

// RequestAnswer is what a provider says to a request.
type RequestAnswer struct {
	Approve bool
	Comment string     // the applicant reads it
	EndsAt  *time.Time // of what is approved; nil for no end
}

// maxComment is how many characters a provider may write to a subscriber.
const maxComment = 2_000

// Validate tidies the comment and names what has to be mended: "comment" and "ends_at". Who is declined learns why.
func (a *RequestAnswer) Validate(now time.Time) error {
	a.Comment = strings.TrimSpace(a.Comment)
	bad := Invalid{}
	bad.Check(a.Approve || a.Comment != "", "comment", "Say why you decline; the applicant reads it.")
	bad.Check(isText(a.Comment, maxComment), "comment", "Use at most 2,000 characters.")
	if a.EndsAt != nil {
		bad.Check(a.Approve, "ends_at", "Only what is approved has an end.")
		if err := CheckComing(*a.EndsAt, now); err != nil {
			bad.Check(false, "ends_at", err.Error())
		}
	}
	return bad.Err()
}

// isText says whether text has at most so many characters, all of which can be stored and shown.
func isText(text string, most int) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= most
}

// RequestFilter narrows the list of a provider's requests. Zero fields do not, but for the state: "" is those that wait.
type RequestFilter struct {
	State   RequestState
	APISlug string
	Text    string // in the name of the team or of who asked, or in the answer
}

// RequestListing is a request with the names of who and what is in it.
type RequestListing struct {
	Request      Request `gorm:"embedded"`
	TeamName     string  // the applicant
	UserName     string  // who asked; models.TeamTokenName if the team did by its own token
	AnswererName string
	APIName      string `gorm:"column:api_name"`
	APISlug      string `gorm:"column:api_slug"`
	PlanName     string
	FromPlanName string
}

// PastSubscription is one of a team's subscriptions to a provider's APIs, over or not, for those who decide about another.
type PastSubscription struct {
	SubscriptionID string
	TeamID         string
	APIName        string `gorm:"column:api_name"`
	PlanName       string
	State          SubscriptionState
	Comment        string // of those who answered its request last
	CreatedAt      time.Time
	EndedAt        *time.Time
}
