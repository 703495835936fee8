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
		Kind: problem.MustOf(problem.InsufficientCredits), Detail: "This call needs 0.02 USD.", CallID: 7, TeamID: "team_1", KeyName: "laptop",
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
