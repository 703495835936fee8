package paths

import "net/url"

// SearchAPIs is the catalogue showing what matches q.
func SearchAPIs(q string) string { return with(APIs, QuerySearch, q) }

// API is an API's page in the catalogue.
func API(slug string) string { return "/apis/" + url.PathEscape(slug) }

// Favourite is where an API is marked as a favourite of the reader, or not any more.
func Favourite(slug string) string { return API(slug) + "/favourite" }

// APIFeed is the feed of what happens to an API.
func APIFeed(slug string) string { return API(slug) + "/feed.atom" }

// Subscribe is where a subscription to an API is posted.
func Subscribe(slug string) string { return API(slug) + "/subscribe" }

// MyAPIs lists the APIs a provider team owns.
func MyAPIs(team string) string { return Team(team) + "/apis" }

// NewAPI is the form that makes an API.
func NewAPI(team string) string { return MyAPIs(team) + "/new" }

// Studio is where an API is described.
func Studio(team, slug string) string { return MyAPIs(team) + "/" + url.PathEscape(slug) }

// NewVersion is the form that adds a version to an API.
func NewVersion(team, slug string) string { return Studio(team, slug) + "/versions/new" }

// Version is where the draft of a version is edited.
func Version(team, slug, version string) string {
	return Studio(team, slug) + "/versions/" + url.PathEscape(version)
}

// Publish shows what publishing a version would change, and does it.
func Publish(team, slug, version string) string { return Version(team, slug, version) + "/publish" }

// Subscribers lists who has a plan of an API, for those who offer it.
func Subscribers(team, slug string) string { return Studio(team, slug) + "/subscribers" }

// SubscribersOf lists those of an API's subscribers that a filter leaves: a state, a text, or both. What is empty does not narrow
// the list; without a state it has those that are not over.
func SubscribersOf(team, slug, state, text string) string {
	return with(with(Subscribers(team, slug), QueryState, state), QuerySearch, text)
}

// Subscriber is one subscription as the API's provider sees it.
func Subscriber(team, slug, id string) string {
	return Subscribers(team, slug) + "/" + url.PathEscape(id)
}

// PauseSubscriber is where a provider pauses a subscription.
func PauseSubscriber(team, slug, id string) string { return Subscriber(team, slug, id) + "/pause" }

// ResumeSubscriber is where a provider takes its pause back.
func ResumeSubscriber(team, slug, id string) string { return Subscriber(team, slug, id) + "/resume" }

// SubscriberEnd is where a provider sets when a subscription ends.
func SubscriberEnd(team, slug, id string) string { return Subscriber(team, slug, id) + "/end" }

// Plans lists an API's plans, for those who offer it.
func Plans(team, slug string) string { return Studio(team, slug) + "/plans" }

// NewPlan is the form that adds a plan.
func NewPlan(team, slug string) string { return Plans(team, slug) + "/new" }

// Plan is one plan of an API, with the terms in effect and those to come.
func Plan(team, slug, id string) string { return Plans(team, slug) + "/" + url.PathEscape(id) }

// EditPlan is the form for what a plan is called and who decides that a team may have it.
func EditPlan(team, slug, id string) string { return Plan(team, slug, id) + "/edit" }

// PlanTerms is the form that gives a plan new terms.
func PlanTerms(team, slug, id string) string { return Plan(team, slug, id) + "/terms" }

// OfferPlan asks before it closes a plan to new subscribers or opens it again.
func OfferPlan(team, slug, id string) string { return Plan(team, slug, id) + "/offer" }

// WithdrawTerms takes back terms that are yet to come.
func WithdrawTerms(team, slug, id, revision string) string {
	return PlanTerms(team, slug, id) + "/" + url.PathEscape(revision) + "/withdraw"
}

// Requests lists the requests for a team's APIs that wait for an answer.
func Requests(team string) string { return Team(team) + "/requests" }

// RequestsOf lists those of a team's requests that a filter leaves: a state, an API's slug, a text, or any of them. What is
// empty does not narrow the list; without a state it has those that wait.
func RequestsOf(team, state, api, text string) string {
	return with(with(with(Requests(team), QueryState, state), QueryAPI, api), QuerySearch, text)
}

// Request is one request, where it is approved or declined.
func Request(team, id string) string { return Requests(team) + "/" + url.PathEscape(id) }
