// Package problem is the table of refusals: for each code its HTTP status, its title, who can do something about it, and
// what its page under /problems/{code} says. The gateway, the portal's pages and the documentation read the same rows. The
// management API has a table of its own, of the same form.
//
// The rule behind the statuses: 402 only if paying now lets this same request succeed, 429 only if time alone clears it,
// 403 if a person must change something, 401 only if other credentials would help, 5xx never for the customer's money.
package problem

import "net/http"

// Code names a refusal. It is the `code` member of the body and the last segment of its `type`.
type Code string

// The codes, in the order in which a call is checked. Those of AI models are answered by the AI routes alone.
const (
	BadRequest           Code = "bad_request"
	MethodNotAllowed     Code = "method_not_allowed"
	MissingAPIKey        Code = "missing_api_key"
	InvalidAPIKey        Code = "invalid_api_key"
	KeyExpired           Code = "key_expired"
	KeyRevoked           Code = "key_revoked"
	IPNotAllowed         Code = "ip_not_allowed"
	NotFound             Code = "not_found"
	ModelNotFound        Code = "model_not_found"
	InsufficientScope    Code = "insufficient_scope"
	ModelNotAllowed      Code = "model_not_allowed"
	APIRetired           Code = "api_retired"
	APIBlocked           Code = "api_blocked"
	TeamSuspended        Code = "team_suspended"
	SubscriptionRequired Code = "subscription_required"
	SubscriptionPending  Code = "subscription_pending"
	SubscriptionPaused   Code = "subscription_paused"
	PaymentPastDue       Code = "payment_past_due"
	BodyTooLarge         Code = "body_too_large"
	RateLimited          Code = "rate_limited"
	QuotaExceeded        Code = "quota_exceeded"
	LimitHeld            Code = "limit_held"
	KeyBudgetExceeded    Code = "key_budget_exceeded"
	TeamBudgetExceeded   Code = "team_budget_exceeded"
	PriceUnknown         Code = "price_unknown"
	InsufficientCredits  Code = "insufficient_credits"
	CreditsHeld          Code = "credits_held"
	UpstreamError        Code = "upstream_error"
	UpstreamTimeout      Code = "upstream_timeout"
	UpstreamUnavailable  Code = "upstream_unavailable"
	BillingUnavailable   Code = "billing_unavailable"
	Draining             Code = "draining"
)

// Kind is what is true of every refusal with the same code.
type Kind struct {
	Code    Code
	Status  int
	Title   string // the same for every occurrence (RFC 9457 section 3.1.3)
	SDKType string // `error.type` as SDKs made for OpenAI know it; "" in the management API
	Meaning string // what happened, for people
	Remedy  string // what to do, and who can do it
}

var kinds = map[Code]Kind{}

// Kinds lists every refusal of a call in the order of its check.
func Kinds() []Kind { return table }

// Of returns the row of a code, of either table; ok is false where there is no such code.
func Of(code Code) (Kind, bool) {
	kind, ok := kinds[code]
	return kind, ok
}

// PaidEntry is SubscriptionRequired where every plan that a team can take by itself has to be paid for when it is taken: paying
// then lets the very same call succeed, so it is a 402.
func PaidEntry() Kind {
	kind := MustOf(SubscriptionRequired)
	kind.Status, kind.SDKType = http.StatusPaymentRequired, typeQuota
	kind.Remedy = "Open the link in the answer, take a plan and pay; the very same call then succeeds."
	return kind
}

// MustOf returns the row of a code that is known to exist.
func MustOf(code Code) Kind {
	kind, ok := kinds[code]
	if !ok {
		panic("problem: no such code: " + string(code))
	}
	return kind
}

func init() {
	for _, kind := range table {
		kinds[kind.Code] = kind
	}
	for _, kind := range management {
		kinds[kind.Code] = kind
	}
}
