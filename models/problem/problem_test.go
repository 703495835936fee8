package problem_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/faregate/faregate/models/problem"
)

// The status of every code, by the rule of the design: 402 only if paying now lets this same request succeed, 429 only if
// time alone clears it, 403 if a person must change something, 401 only if other credentials would help, and 5xx never for
// the customer's money.
func TestEveryCodeHasItsStatus(t *testing.T) {
	want := map[problem.Code]int{
		problem.BadRequest:           400,
		problem.MissingAPIKey:        401,
		problem.InvalidAPIKey:        401,
		problem.KeyExpired:           401,
		problem.KeyRevoked:           401,
		problem.InsufficientCredits:  402,
		problem.CreditsHeld:          402,
		problem.PaymentPastDue:       402,
		problem.IPNotAllowed:         403,
		problem.InsufficientScope:    403,
		problem.ModelNotAllowed:      403,
		problem.KeyBudgetExceeded:    403,
		problem.TeamBudgetExceeded:   403,
		problem.APIBlocked:           403,
		problem.TeamSuspended:        403,
		problem.SubscriptionRequired: 403,
		problem.SubscriptionPending:  403,
		problem.SubscriptionPaused:   403,
		problem.NotFound:             404,
		problem.ModelNotFound:        404,
		problem.MethodNotAllowed:     405,
		problem.APIRetired:           410,
		problem.BodyTooLarge:         413,
		problem.RateLimited:          429,
		problem.QuotaExceeded:        429,
		problem.LimitHeld:            429,
		problem.UpstreamError:        502,
		problem.PriceUnknown:         503,
		problem.UpstreamUnavailable:  503,
		problem.BillingUnavailable:   503,
		problem.Draining:             503,
		problem.UpstreamTimeout:      504,
	}
	sdk := map[int]string{400: "invalid_request_error", 401: "authentication_error", 402: "insufficient_quota", 403: "permission_error",
		404: "invalid_request_error", 405: "invalid_request_error", 413: "invalid_request_error", 429: "rate_limit_error", 410: "invalid_request_error", 502: "api_error", 503: "api_error", 504: "api_error"}
	for _, kind := range problem.Kinds() {
		if kind.Status != want[kind.Code] {
			t.Errorf("%s has status %d, want %d", kind.Code, kind.Status, want[kind.Code])
		}
		if kind.SDKType != sdk[kind.Status] {
			t.Errorf("%s is a %q to an SDK, want %q", kind.Code, kind.SDKType, sdk[kind.Status])
		}
		delete(want, kind.Code)
	}
	if len(want) > 0 {
		t.Errorf("not in the table: %v", want)
	}
}

func TestEveryCodeIsExplained(t *testing.T) {
	seen := map[problem.Code]bool{}
	for _, kind := range slices.Concat(problem.Kinds(), problem.Management()) {
		if seen[kind.Code] {
			t.Errorf("%s is twice in the table", kind.Code)
		}
		seen[kind.Code] = true
		if kind.Title == "" || strings.HasSuffix(kind.Title, ".") {
			t.Errorf("%s: %q is no title", kind.Code, kind.Title)
		}
		for _, text := range []string{kind.Meaning, kind.Remedy} {
			if len(text) < 20 || !strings.HasSuffix(text, ".") {
				t.Errorf("%s: %q is no sentence", kind.Code, text)
			}
		}
		if got, ok := problem.Of(kind.Code); !ok || got != kind || problem.MustOf(kind.Code) != kind {
			t.Errorf("%s is not found under its code", kind.Code)
		}
	}
	if _, ok := problem.Of("no_such_code"); ok {
		t.Error("an unknown code was found")
	}
	defer func() {
		if recover() == nil {
			t.Error("MustOf of an unknown code did not panic")
		}
	}()
	problem.MustOf("no_such_code")
}
