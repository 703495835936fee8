package problem

import "net/http"

// The codes of the management API, in the order in which a request is checked. What its status alone says (404, 405, 413 and so
// on) has none: its type is about:blank, as RFC 9457 has it.
const (
	MissingToken          Code = "missing_token"
	InvalidToken          Code = "invalid_token"
	TooManyRequests       Code = "too_many_requests"
	AddressNotVerified    Code = "address_not_verified"
	ScopeMissing          Code = "scope_missing"
	RoleNotEnough         Code = "role_not_enough"
	PersonNeeded          Code = "person_needed"
	OwnRelease            Code = "own_release"
	NotAProvider          Code = "not_a_provider"
	InvalidInput          Code = "invalid_input"
	StateConflict         Code = "state_conflict"
	TeamNotEmpty          Code = "team_not_empty"
	NotPublishable        Code = "not_publishable"
	IdempotencyKeyReused  Code = "idempotency_key_reused"
	IdempotencyInFlight   Code = "idempotency_in_flight"
	IdempotencyAnswerLost Code = "idempotency_answer_lost"
)

// Management lists the problems of the management API in the order of their check. They are no refusals of calls, so Kinds does
// not have them.
func Management() []Kind { return management }

var management = []Kind{
	{Code: MissingToken, Status: http.StatusUnauthorized, Title: "No API token",
		Meaning: "Every request of the management API needs a token, and this one brought none. Signing in to the portal opens nothing here.",
		Remedy:  "Send the token as “Authorization: Bearer fgp_…”. You make tokens in your account, and in the settings of a team."},
	{Code: InvalidToken, Status: http.StatusUnauthorized, Title: "The API token does not work",
		Meaning: "The token is mistyped, was never issued here, has expired or was revoked; or its owner or its team is not here any more.",
		Remedy:  "Compare it with the one you saved. A token is shown only once; if it is lost, revoke it and make another one."},
	{Code: TooManyRequests, Status: http.StatusTooManyRequests, Title: "Too many requests",
		Meaning: "The token has used up its requests for now, or too many tokens that do not work came from the same network.",
		Remedy:  "Wait for as long as Retry-After says, and spread requests out. RateLimit tells how many are left."},
	{Code: AddressNotVerified, Status: http.StatusForbidden, Title: "The token's owner has to verify their address",
		Meaning: "This portal lets nobody do anything before they have verified their mail address.",
		Remedy:  "The owner of the token opens the link that was sent to their address, or has another one sent from their account."},
	{Code: ScopeMissing, Status: http.StatusForbidden, Title: "The token does not have the scope",
		Meaning: "The token was made for other things than this one.",
		Remedy:  "Make a token that has the scope which the answer names. The scopes of a token cannot be changed."},
	{Code: RoleNotEnough, Status: http.StatusForbidden, Title: "The role of the token's owner does not include this",
		Meaning: "A personal token may do in a team what its owner may do there, and no more.",
		Remedy:  "Ask an owner or admin of the team for another role, or use the token of somebody whose role includes it."},
	{Code: PersonNeeded, Status: http.StatusForbidden, Title: "This takes a personal token",
		Meaning: "The act is done in somebody's name, and a team's token is nobody's.",
		Remedy:  "Use a personal token of a member who may do it."},
	{Code: OwnRelease, Status: http.StatusForbidden, Title: "Nobody reviews their own release",
		Meaning: "Whoever proposed a release, in person or by a token that they made, neither approves nor declines it.",
		Remedy:  "Ask another owner or admin of the team, or withdraw the proposal."},
	{Code: NotAProvider, Status: http.StatusForbidden, Title: "The team is not a provider",
		Meaning: "Only provider teams make, edit and publish APIs. Those that are published already go on.",
		Remedy:  "An administrator of this portal can make the team a provider."},
	{Code: InvalidInput, Status: http.StatusUnprocessableEntity, Title: "Something in the request has to be mended",
		Meaning: "A field or parameter of the request has a value that is not taken, or is not known here. Nothing was done.",
		Remedy:  "Read the errors of the answer: each names a field or parameter and what is wrong with it."},
	{Code: StateConflict, Status: http.StatusConflict, Title: "It is not in the state for this",
		Meaning: "What the request is about was done already, or was changed meanwhile.",
		Remedy:  "Read it again and decide anew."},
	{Code: TeamNotEmpty, Status: http.StatusConflict, Title: "The team cannot be deleted yet",
		Meaning: "Its wallet holds money or is below zero, a payment may still arrive, or others can call its APIs.",
		Remedy:  "The answer names what is in the way. Clear that, then delete the team."},
	{Code: NotPublishable, Status: http.StatusConflict, Title: "The draft cannot be published yet",
		Meaning: "A check that publishing makes has failed. Nothing was published.",
		Remedy:  "The answer names what is in the way. Clear that, then publish."},
	{Code: IdempotencyKeyReused, Status: http.StatusUnprocessableEntity, Title: "The idempotency key was used for another request",
		Meaning: "Within the last 24 hours this token has sent another request with the same Idempotency-Key. Nothing was done.",
		Remedy:  "Use a new key for each thing that you want done, and the same one only to send that request again."},
	{Code: IdempotencyInFlight, Status: http.StatusConflict, Title: "The first request is still being carried out",
		Meaning: "A request with the same Idempotency-Key is at work at this moment.",
		Remedy:  "Wait a moment and send it again; the answer is then that of the first one."},
	{Code: IdempotencyAnswerLost, Status: http.StatusConflict, Title: "It was done, but the answer is lost",
		Meaning: "The first request with this Idempotency-Key was carried out, and the program stopped before it could keep the answer. It was not done a second time.",
		Remedy:  "Look for what it made, in the list that it would stand in. A secret that was shown once is lost with the answer: revoke what it belongs to and make another one, with a new key."},
}
