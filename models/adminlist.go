package models

import "slices"

// What administrators of the platform narrow the lists of all teams to, and what those show. Zero fields do not narrow.

// APIState is a version's place in its lifecycle as lists show it: a VersionState, or APIBlocked.
type APIState string

// APIBlocked is the state of what takes no calls, whatever its place in the lifecycle.
const APIBlocked APIState = "blocked"

// APIStates lists the states in the order of the lifecycle.
func APIStates() []APIState {
	return []APIState{APIState(Draft), APIState(InReview), APIState(Published), APIState(Deprecated), APIState(Retired), APIBlocked}
}

// APIFilter narrows the list of all APIs.
type APIFilter struct {
	Text       string // each word in the name, the short name or the line of the API, or in its team's name
	State      APIState
	Visibility Visibility
}

// PlatformSubscription is a subscription with the names of who and what is in it.
type PlatformSubscription struct {
	Subscription Subscription `gorm:"embedded"`
	TeamName     string
	TeamSlug     string
	APIName      string `gorm:"column:api_name"`
	APISlug      string `gorm:"column:api_slug"`
	OwnerName    string // of the API
	PlanName     string // of the plan that it has now
}

// PlatformSubscriptionFilter narrows the list of all subscriptions.
type PlatformSubscriptionFilter struct {
	State    SubscriptionState
	TeamSlug string
	APISlug  string
}

// PlatformRequest is a request with the team that answers it.
type PlatformRequest struct {
	RequestListing `gorm:"embedded"`
	ProviderName   string
}

// Deciders are the members of a team who may answer its requests.
type Deciders struct {
	Names []string // of the first few, the strongest roles first
	Count int64
}

// ErrReminded refuses to remind the same people of the same thing once more on one day.
const ErrReminded = Sentence("They were reminded of this request within the last 24 hours. Once a day is enough.")

// ErrNobodyDecides says that there is nobody to remind.
const ErrNobodyDecides = Sentence("Nobody who can sign in may answer this request. Help the team to an owner first.")

// Valid says whether there is such a state.
func (s APIState) Valid() bool { return slices.Contains(APIStates(), s) }
