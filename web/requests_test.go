package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/paths"
	"github.com/faregate/faregate/web/webtest"
)

// linkIn is where the first link that matches leads.
func linkIn(p webtest.Page, selector string) string {
	href, _ := p.Find(selector).First().Attr("href")
	return href
}

// A request is shown to the provider whose API it is for, and to nobody else, whatever ids they know.
func TestARequestIsItsProvidersAlone(t *testing.T) {
	m := openMarket(t)
	partner := m.addPlan(t, "name", "Partner", "approval", "manual", "price", "0.01")
	m.end(t)
	m.carl.Post("/apis/quotes/subscribe", "team", "consumers", "plan", partner).Want(http.StatusOK)
	link := linkIn(m.pia.Get("/t/providers/requests"), "tbody th a")
	if err := m.Store.SetProvider(t.Context(), models.System, m.ConsumerTeam.ID, true); err != nil {
		t.Fatal(err)
	}
	m.carl.Get(link).Want(http.StatusNotFound)
	theirs := strings.Replace(link, "/providers/", "/consumers/", 1)
	m.carl.Get(theirs).Want(http.StatusNotFound)
	m.carl.Post(theirs, "answer", "approve").Want(http.StatusNotFound)
	if got := m.charged("GET", "/any"); got != "subscription_pending" {
		t.Errorf("after that a call gets %s", got)
	}
}

// From asking to the first call: the gateway meets each answer before the page that gave it is shown.
func TestARequestIsMadeAnsweredAndMet(t *testing.T) {
	m := openMarket(t)
	partner := m.addPlan(t, "name", "Partner", "approval", "manual", "question", "What will you use it for?", "price", "0.01")
	m.end(t)
	ask := func(answer string) {
		t.Helper()
		m.carl.Submit(m.carl.Get("/apis/quotes"), ".access-subscribe form", "plan", partner, "answer-"+partner, answer).Want(http.StatusOK)
	}
	refused := m.carl.Submit(m.carl.Get("/apis/quotes"), ".access-subscribe form", "plan", partner).Want(http.StatusUnprocessableEntity)
	if !refused.Has("#f-answer-"+partner+"[aria-invalid=true]") || !refused.Has(`input[value="`+partner+`"][checked]`) {
		t.Errorf("a missing answer is told as %q", refused.Says(".panel"))
	}
	ask("For a calendar")
	if got := m.charged("GET", "/any"); got != "subscription_pending" {
		t.Errorf("while it waits a call gets %s", got)
	}
	if p := m.carl.Get("/apis/quotes"); !p.Has(".access-awaiting") || !strings.Contains(p.Says(".panel"), "waits for approval") {
		t.Errorf("the applicant is told %q", p.Says(".panel"))
	}
	if text := m.carl.Get("/t/consumers/subscriptions").Says("tbody"); !strings.Contains(text, "Waits for approval") {
		t.Errorf("the list says %q", text)
	}
	if p := m.pia.Get("/t/providers/apis"); !p.Has(`main a[href="/t/providers/requests"]`) {
		t.Errorf("the provider is not led to the requests: %q", p.Says("main"))
	}

	// Withdrawn, asked again and declined, asked again and approved.
	m.carl.Submit(m.carl.Get("/apis/quotes"), `.access-awaiting form[action$="/withdraw"]`).Want(http.StatusOK)
	if got := m.charged("GET", "/any"); got != "subscription_required" {
		t.Errorf("once it is withdrawn a call gets %s", got)
	}
	ask("For a better calendar")
	queue := m.pia.Get("/t/providers/requests")
	for _, want := range []string{"asked by Carl Consumer", "Partner of Quotes", "What will you use it for? For a better calendar", "2 earlier subscriptions", "Quotes, Partner withdrawn", "Pay per call ended"} {
		if text := queue.Says("tbody"); !strings.Contains(text, want) {
			t.Errorf("the queue says %q, and not %q", text, want)
		}
	}
	one := m.pia.Get(linkIn(queue, "tbody th a")).Want(http.StatusOK)
	unsaid := m.pia.Submit(one, "main form", "answer", "decline", "comment", " ").Want(http.StatusUnprocessableEntity)
	if !unsaid.Has("#f-comment[aria-invalid=true]") {
		t.Errorf("declining without a word is told as %q", unsaid.Says("main"))
	}
	m.Mails(t)
	if p := m.pia.Submit(one, "main form", "answer", "decline", "comment", "No <b>calendars</b>").Want(http.StatusOK); !strings.Contains(p.Says("main"), "Nobody is waiting") {
		t.Errorf("after it the queue says %q", p.Says("main"))
	}
	if got := m.charged("GET", "/any"); got != "subscription_required" {
		t.Errorf("once it is declined a call gets %s", got)
	}
	if text := m.carl.Get("/t/consumers/subscriptions").Says("tbody"); !strings.Contains(text, "Providers says: “No <b>calendars</b>”") {
		t.Errorf("the applicant's list says %q", text)
	}
	if told := m.Mails(t); len(told) != 1 || told[0].Recipient != m.Consumer.Email || !strings.Contains(told[0].Text, "No <b>calendars</b>") || strings.Contains(told[0].HTML, "<b>") {
		t.Errorf("the applicant is told %+v", told)
	}
	for filter, found := range map[string]bool{"state=rejected": true, "state=rejected&q=carl": true, "state=rejected&q=calendar": true, "state=rejected&api=quotes": true,
		"state=rejected&api=other": false, "state=rejected&q=nobody": false, "state=withdrawn": true, "state=approved": false, "state=everything": false} {
		if p := m.pia.Get("/t/providers/requests?" + filter).Want(http.StatusOK); p.Has("tbody tr") != found {
			t.Errorf("filtered by %s: %q", filter, p.Says("main"))
		}
	}
	ask("For the best calendar")
	if told := m.Mails(t); len(told) != 1 || told[0].Recipient != m.Provider.Email || !strings.Contains(told[0].Text, "For the best calendar") {
		t.Errorf("the provider is told %+v", told)
	} else if link := m.LinkIn(t, told[0], "/t/providers/requests/ask_"); !m.pia.Get(link).Want(http.StatusOK).Has(`main form button[value="approve"]`) {
		t.Errorf("the mail leads to %s", link)
	}
	queue = m.pia.Get("/t/providers/requests")
	m.pia.Submit(queue, "main form.answers", "answer", "approve").Want(http.StatusOK)
	if got := m.charged("GET", "/any"); got != "10000000" {
		t.Errorf("once it is approved a call gets %s", got)
	}
	if p := m.pia.Submit(queue, "main form.answers", "answer", "approve").Want(http.StatusOK); !strings.Contains(p.Says(".flash"), "waits for no answer any more") {
		t.Errorf("a second answer is told as %q", p.Says(".flash"))
	}
	m.pia.Submit(queue, "main form.answers", "answer", "perhaps").Want(http.StatusBadRequest)
	if told := m.Mails(t); len(told) != 1 || !strings.Contains(told[0].Subject, "approved") {
		t.Errorf("the applicant is told %+v", told)
	}
	sub, _, err := m.Store.LiveSubscription(t.Context(), m.ConsumerTeam.ID, m.API.API.ID)
	if err != nil {
		t.Fatal(err)
	}
	if p := m.carl.Post(paths.WithdrawRequest("consumers", sub.ID)).Want(http.StatusOK); !strings.Contains(p.Says(".flash"), "Nothing was withdrawn") {
		t.Errorf("withdrawing what was approved is told as %q", p.Says(".flash"))
	}
	if got := m.charged("GET", "/any"); got != "10000000" {
		t.Errorf("and a call gets %s", got)
	}
	m.gate.Prove()
}
