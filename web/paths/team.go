package paths

import "net/url"

// Team is a team's overview.
func Team(team string) string { return "/t/" + url.PathEscape(team) }

// Keys lists a team's keys.
func Keys(team string) string { return Team(team) + "/keys" }

// KeysOf lists those of a team's keys that a filter leaves: a state, a text, or both. What is empty does not narrow the list.
func KeysOf(team, state, text string) string {
	return with(with(Keys(team), QueryState, state), QuerySearch, text)
}

// ExportKeys is the same list as a file.
func ExportKeys(team, state, text string) string {
	return with(with(Keys(team)+".csv", QueryState, state), QuerySearch, text)
}

// NewKey is the form that makes a key.
func NewKey(team string) string { return Keys(team) + "/new" }

// EditKey is where a key is limited.
func EditKey(team, key string) string { return Keys(team) + "/" + url.PathEscape(key) }

// RevokeKey asks before it revokes a key.
func RevokeKey(team, key string) string { return Keys(team) + "/" + url.PathEscape(key) + "/revoke" }

// RotateKey is where a key is given a new secret.
func RotateKey(team, key string) string { return Keys(team) + "/" + url.PathEscape(key) + "/rotate" }

// EndRotation asks before it ends the time of a key's old secret.
func EndRotation(team, key string) string { return RotateKey(team, key) + "/end" }

// Subscriptions lists what a team is signed up to.
func Subscriptions(team string) string { return Team(team) + "/subscriptions" }

// EndSubscription asks before it ends a subscription.
func EndSubscription(team, id string) string {
	return Subscriptions(team) + "/" + url.PathEscape(id) + "/end"
}

// PauseSubscription asks before a team pauses its own subscription.
func PauseSubscription(team, id string) string {
	return Subscriptions(team) + "/" + url.PathEscape(id) + "/pause"
}

// ResumeSubscription is where a team takes its own pause back.
func ResumeSubscription(team, id string) string {
	return Subscriptions(team) + "/" + url.PathEscape(id) + "/resume"
}

// ChangePlan is where a team changes the plan of a subscription.
func ChangePlan(team, id string) string {
	return Subscriptions(team) + "/" + url.PathEscape(id) + "/plan"
}

// WithdrawPlanChange takes back a change of plan that is pending.
func WithdrawPlanChange(team, id string) string { return ChangePlan(team, id) + "/withdraw" }

// WithdrawRequest takes back a request for a subscription.
func WithdrawRequest(team, id string) string {
	return Subscriptions(team) + "/" + url.PathEscape(id) + "/withdraw"
}

// Calls lists a team's calls, newest first.
func Calls(team string) string { return Team(team) + "/calls" }

// Call is one call in detail.
func Call(team, id string) string { return Calls(team) + "/" + url.PathEscape(id) }

// Wallet is a team's balance and statement.
func Wallet(team string) string { return Team(team) + "/wallet" }

// Limits is where a team sets its budgets and its time zone.
func Limits(team string) string { return Team(team) + "/limits" }

// Refusals lists why calls of a team were refused.
func Refusals(team string) string { return Team(team) + "/refusals" }

// RefusalsOf lists those of a team's refusals that a filter leaves: a code, an API's slug, a key's id, or any of them. What
// is empty does not narrow the list.
func RefusalsOf(team, code, api, key string) string {
	return with(with(with(Refusals(team), QueryCode, code), QueryAPI, api), QueryKey, key)
}

// Refusal explains one refusal.
func Refusal(team, denial string) string { return Refusals(team) + "/" + url.PathEscape(denial) }
