package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/web/webtest"
)

func TestTheGatewaysRefusalsHaveAPage(t *testing.T) {
	app := webtest.New(t)
	denial := billing.Denial{
		Kind: problem.MustOf(problem.InsufficientCredits), Detail: "This call needs 0.02 USD.", CallID: 7, TeamID: "team_1", KeyName: "laptop", ReadBilling: true,
		APISlug: "quotes", APIName: "Quotes", VersionName: "v1", Method: "GET", Path: "/invoke/quotes/v1/random", Price: webtest.Price,
		Required: webtest.Price, Available: models.Unit / 250, ActionURL: "http://portal.example.test/billing/top-up?ref=dny_1",
	}
	page := func(d billing.Denial) (*http.Response, *goquery.Document) {
		w := httptest.NewRecorder()
		app.Portal.RefusalPage(w, httptest.NewRequest(http.MethodGet, "/invoke/quotes/v1/random", nil), d)
		doc, err := goquery.NewDocumentFromReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		return w.Result(), doc
	}
	answer, doc := page(denial)
	if answer.StatusCode != http.StatusPaymentRequired || answer.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(answer.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("the answer is %d with %v", answer.StatusCode, answer.Header)
	}
	text := doc.Find("main").Text()
	for _, said := range []string{"GET /random", "laptop", "$0.02", "$0.004", denial.CallID.String()} {
		if !strings.Contains(text, said) {
			t.Errorf("the page does not tell of %s", said)
		}
	}
	if got := doc.Find("main a.primary").AttrOr("href", ""); got != denial.ActionURL {
		t.Errorf("the button leads to %s", got)
	}
	denial.Kind, denial.ActionURL = problem.MustOf(problem.SubscriptionRequired), "http://portal.example.test/apis/quotes"
	if answer, doc := page(denial); answer.StatusCode != http.StatusForbidden || doc.Find("main a.primary").Text() != "Subscribe to Quotes" {
		t.Errorf("a missing subscription answers %d with the button %q", answer.StatusCode, doc.Find("main a.primary").Text())
	}
	denial = billing.Denial{Kind: problem.MustOf(problem.MissingAPIKey), Detail: "No key.", CallID: 8}
	if answer, doc := page(denial); answer.StatusCode != http.StatusUnauthorized || doc.Find("main dl").Length() != 0 {
		t.Errorf("a call without a key answers %d and tells %q", answer.StatusCode, doc.Find("main dl").Text())
	}
}

// A limit is told with its figures, the team's money only to keys that may know of it.
func TestThePageOfALimitTellsItsFigures(t *testing.T) {
	app := webtest.New(t)
	page := func(code problem.Code, l billing.Standing, billingToo bool, retry int64) string {
		t.Helper()
		d := billing.Denial{
			Kind: problem.MustOf(code), Detail: "Refused.", CallID: 7, TeamID: "team_1", KeyName: "laptop", APISlug: "quotes", APIName: "Quotes", VersionName: "v1",
			Method: "GET", Path: "/invoke/quotes/v1/random", Price: webtest.Price, Limit: l, RetryAfter: retry, ReadBilling: billingToo,
		}
		w := httptest.NewRecorder()
		app.Portal.RefusalPage(w, httptest.NewRequest(http.MethodGet, "/invoke/quotes/v1/random", nil), d)
		doc, err := goquery.NewDocumentFromReader(w.Body)
		if err != nil || w.Code != d.Kind.Status {
			t.Fatalf("%d, %v", w.Code, err)
		}
		return strings.Join(strings.Fields(doc.Find("main").Text()), " ")
	}
	money := func(policy billing.Policy) billing.Standing {
		return billing.Standing{Policy: policy, Most: int64(models.Unit), Used: int64(models.Unit) - 10_000_000}
	}
	for _, tc := range []struct {
		sentence string
		text     string
		says     string
		not      string
	}{
		{"the key's own budget is the key's to know", page(problem.KeyBudgetExceeded, money(billing.PolicyKeyDay), false, 0), "The key's budget of a dayAt most$1.00Used$0.99The call needed$0.02", "In about"},
		{"the team's budget is told to keys that may read billing", page(problem.TeamBudgetExceeded, money(billing.PolicyTeamTotal), true, 0), "At most$1.00", "Held by"},
		{"and to no other", page(problem.TeamBudgetExceeded, money(billing.PolicyTeamTotal), false, 0), "laptop", "$1.00"},
		{"a rate is told with how long to wait", page(problem.RateLimited, billing.Standing{Policy: billing.PolicyPlanRate, Most: 10, Used: 10, Window: 60}, false, 6), "10 calls a minuteUsed10 calls", "$1.00"},
		{"concurrency is told with what runs", page(problem.RateLimited, billing.Standing{Policy: billing.PolicyKeyConcurrency, Most: 2, Held: 2}, false, 1), "At most2 callsHeld by calls in flight2 calls", "Used"},
		{"nobody is told to wait for a quota at a browser", page(problem.QuotaExceeded, billing.Standing{Policy: billing.PolicyQuota, Most: 1000, Used: 1000}, false, 86_400), "At most1,000 calls", "In about"},
		{"the balance is not told to keys that may not read it", page(problem.InsufficientCredits, billing.Standing{}, false, 0), "Refused.", "available"},
	} {
		if !strings.Contains(tc.text, tc.says) || strings.Contains(tc.text, tc.not) {
			t.Errorf("%s: %q", tc.sentence, tc.text)
		}
	}
}
