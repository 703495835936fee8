package stories

import (
	"strconv"
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
)

// refusals is what went another way: the gateway's pages for browsers, the explanation of codes, the portal's errors.
func refusals(theme layout.Theme) []Story {
	r := base(theme)
	need, have := usd(2*cent), usd(4_000_000)
	all := []Story{
		{"refused-402", pages.Refused(r, pages.RefusedProps{
			Status: 402, Code: "insufficient_credits", Title: "Not enough credit", Detail: "This call costs $0.02 and the wallet has $0.004. Top up to continue.", API: "Quotes", Operation: "GET /random",
			KeyLabel: "Nightly import", Price: twoCents, Need: &need, Have: &have, TopUpURL: "/billing/top-up?ref=dny_9fK2",
		})},
		{"refused-401", pages.Refused(r, pages.RefusedProps{Status: 401, Code: "missing_api_key", Title: "A key is needed", Detail: "This address is called with a key, and none was sent."})},
		{"refused-403", pages.Refused(r, pages.RefusedProps{
			Status: 403, Code: "subscription_required", Title: "Not subscribed", Detail: "Acme Weather is not subscribed to Quotes.", API: "Quotes", KeyLabel: "Website",
			HelpURL: "/apis/quotes", HelpLabel: "Subscribe to Quotes",
		})},
		{"refused-429", pages.Refused(r, pages.RefusedProps{Status: 429, Code: "rate_limited", Title: "Too fast", Detail: "This key may send 10 calls a second.", API: "Quotes", KeyLabel: "Website", RetryAfter: 2 * time.Second})},
		{"refused-403-budget", pages.Refused(r, pages.RefusedProps{
			Status: 403, Code: "key_budget_exceeded", Title: "The key's budget is reached", Detail: "The key's budget of $1.00 a day has $0.01 left, and this call costs $0.02.", API: "Quotes", Operation: "GET /random",
			KeyLabel: "Nightly import", Price: twoCents, Limit: keyBudget(), HelpURL: "/problems/key_budget_exceeded", HelpLabel: "See what can be done",
		})},
		{"refused-503", pages.Refused(r, pages.RefusedProps{Status: 503, Code: "billing_unavailable", Title: "Charging is interrupted", Detail: "Paid calls wait until it works again.", API: "Quotes"})},
		{"problem", pages.Problem(r, pages.ProblemProps{
			Code: "insufficient_credits", Status: 402, Title: "Not enough credit",
			Text:     "The team's wallet does not reach for this call. It was refused before it was sent on, and nothing was charged.",
			HowToFix: "Open top_up_url from the answer, pay, and send the very same call again. The page knows which call it was and fills in what is missing.",
			WhoFixes: "Owners, admins and billing members of the team.", Retry: "Helps after a top-up, never by itself.",
			Example: "HTTP/1.1 402 Payment Required\nContent-Type: application/problem+json\nLink: <http://localhost:8402/billing/top-up?ref=dny_9fK2>; rel=\"payment\"\n\n{\n  \"status\": 402,\n  \"code\": \"insufficient_credits\",\n  \"required\": {\"amount\": \"20000000\", \"unit\": \"nanousd\"},\n  \"available\": {\"amount\": \"4000000\", \"unit\": \"nanousd\"}\n}",
			Related: []pages.ProblemLink{{Code: "quota_exceeded", Title: "Quota used up"}, {Code: "key_budget_exceeded", Title: "Key's budget reached"}},
		})},
		{"problem-unknown", pages.Problem(r, pages.ProblemProps{Code: "no_luck", Title: "No such code", Undefined: true})},
	}
	for _, status := range []int{400, 401, 403, 404, 405, 408, 409, 410, 413, 422, 429, 500, 503} {
		all = append(all, Story{"error-" + strconv.Itoa(status), pages.Error(r, pages.ErrorProps{Status: status})})
	}
	return all
}
