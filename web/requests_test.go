package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/web/paths"
)

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
	if text := queue.Says("tbody"); !strings.Contains(text, "asked by Carl ConsumerPartner of QuotesWhat will you use it for? For a better calendar") {
		t.Errorf("the queue says %q", text)
	}
	if p := m.pia.Submit(queue, "main form", "answer", "decline").Want(http.StatusOK); !strings.Contains(p.Says("main"), "Nobody is waiting") {
		t.Errorf("after it the queue says %q", p.Says("main"))
	}
	if got := m.charged("GET", "/any"); got != "subscription_required" {
		t.Errorf("once it is declined a call gets %s", got)
	}
	ask("For the best calendar")
	queue = m.pia.Get("/t/providers/requests")
	m.pia.Submit(queue, "main form", "answer", "approve").Want(http.StatusOK)
	if got := m.charged("GET", "/any"); got != "10000000" {
		t.Errorf("once it is approved a call gets %s", got)
	}
	if p := m.pia.Submit(queue, "main form", "answer", "decline").Want(http.StatusOK); !strings.Contains(p.Says(".flash"), "waits for no answer any more") {
		t.Errorf("a second answer is told as %q", p.Says(".flash"))
	}
	m.pia.Submit(queue, "main form", "answer", "perhaps").Want(http.StatusBadRequest)
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
