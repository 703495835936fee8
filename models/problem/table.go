package problem

import "net/http"

// The values of `error.type` that SDKs made for OpenAI tell apart.
const (
	typeRequest  = "invalid_request_error"
	typeAuth     = "authentication_error"
	typePermit   = "permission_error"
	typeQuota    = "insufficient_quota"
	typeUpstream = "api_error"
)

var table = []Kind{
	{BadRequest, http.StatusBadRequest, "The request is not well formed", typeRequest,
		"Something in the request contradicts itself or the rules of HTTP, so it was not forwarded.",
		"Read the detail of the answer; it names what to mend. Two different keys in one request are such a case."},
	{MissingAPIKey, http.StatusUnauthorized, "No API key", typeAuth,
		"Every call needs a key, and this one brought none.",
		"Send your key as “Authorization: Bearer fg_live_…” or “X-API-Key: fg_live_…”. Members create keys on their team's Keys page."},
	{InvalidAPIKey, http.StatusUnauthorized, "The API key is not valid", typeAuth,
		"The key is mistyped or was never issued here.",
		"Compare it with the one you saved. A key is shown only once; if it is lost, create a new one."},
	{KeyExpired, http.StatusUnauthorized, "The API key has expired", typeAuth,
		"The key was given an end date, and that date has passed.",
		"Create a new key on your team's Keys page."},
	{KeyRevoked, http.StatusUnauthorized, "The API key was revoked", typeAuth,
		"A member of the team withdrew this key.",
		"Create a new key on your team's Keys page, and replace the old one wherever it is used."},
	{NotFound, http.StatusNotFound, "No such API or version", typeRequest,
		"The address names no API version that this key may know of.",
		"Check the spelling against the API's page. An API that is private to another team answers the same."},
	{APIRetired, http.StatusGone, "This API version was retired", typeRequest,
		"Its provider has ended this version; it will not come back at this address.",
		"Move to the successor that the API's page names."},
	{APIBlocked, http.StatusForbidden, "This API version is blocked", typePermit,
		"Its provider or an administrator has stopped all calls for now. Nothing was charged.",
		"Ask the provider; the API's page says who that is."},
	{TeamSuspended, http.StatusForbidden, "The team is suspended", typePermit,
		"An administrator has suspended the team's spending.",
		"Owners of the team should write to the platform's administrators."},
	{SubscriptionRequired, http.StatusForbidden, "A subscription is needed", typePermit,
		"The team that owns the key has no subscription to this API.",
		"Subscribe on the API's page. Owners, admins and developers of the team may do so."},
	{SubscriptionPending, http.StatusForbidden, "The subscription waits for approval", typePermit,
		"The team has asked for access, and the provider has not decided yet.",
		"Wait for the provider's answer, or ask them."},
	{SubscriptionPaused, http.StatusForbidden, "The subscription is paused", typePermit,
		"The subscription exists but was paused.",
		"Ask the API's provider to resume it; the API's page says who that is."},
	{InsufficientCredits, http.StatusPaymentRequired, "Not enough credit", typeQuota,
		"The team's wallet holds less than this call costs. Nothing was forwarded and nothing was charged.",
		"Open the link in the answer and top up; the very same call then succeeds. Owners, admins and billing members may pay."},
	{CreditsHeld, http.StatusPaymentRequired, "Credit is held by calls in flight", typeQuota,
		"The wallet holds enough, but calls that are running have set it aside.",
		"Try again in a moment, when they are done, or top up to run more at once."},
	{UpstreamError, http.StatusBadGateway, "The service behind the API gave no usable answer", typeUpstream,
		"The gateway could not reach the provider's service, or what came back was not HTTP. Nothing was charged.",
		"Try again later. If it lasts, tell the provider and quote the request id."},
	{UpstreamTimeout, http.StatusGatewayTimeout, "The service behind the API took too long", typeUpstream,
		"The provider's service did not begin to answer in time. Nothing was charged.",
		"Try again later. If it lasts, tell the provider and quote the request id."},
	{UpstreamUnavailable, http.StatusServiceUnavailable, "The service behind the API is not available", typeUpstream,
		"The provider's service refused the gateway itself. Nothing was charged.",
		"Try again later. The operator has been told."},
	{BillingUnavailable, http.StatusServiceUnavailable, "Calls cannot be charged at the moment", typeUpstream,
		"The ledger cannot be written, so the gateway makes no paid calls. Nothing was charged.",
		"Try again in a few seconds. The operator has been told."},
	{Draining, http.StatusServiceUnavailable, "The gateway is restarting", typeUpstream,
		"The gateway is shutting down and takes no new calls. Nothing was charged.",
		"Try again in a few seconds."},
}
