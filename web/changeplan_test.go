package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/faregate/faregate/web/paths"
)

// A team changes its plan at once, asks for one that is approved by hand, takes that back, asks again, and is let in; what is
// pending stands on both sides.
func TestATeamChangesItsPlan(t *testing.T) {
	m := openMarket(t)
	if p := m.carl.Get(paths.ChangePlan("consumers", m.Subscription.ID)).Want(http.StatusOK); !strings.Contains(p.Says("main"), "No other plan") {
		t.Errorf("without another plan the page says %q", p.Says("main"))
	}
	month := m.addPlan(t, "name", "Monthly", "price", "0.03", "quota", "2", "quota_period", "month")
	partner := m.addPlan(t, "name", "Partner", "approval", "manual", "question", "What for?", "price", "0.01", "quota", "5", "quota_period", "month")
	list := func() string { return m.carl.Get("/t/consumers/subscriptions").Says("tbody") }
	change := m.carl.Get(linkIn(m.carl.Get("/t/consumers/subscriptions"), `tbody a[href$="/plan"]`)).Want(http.StatusOK)
	if change.Has(`input[name="when"]`) {
		t.Error("a plan without a quota offers to wait for its period")
	}
	if p := m.carl.Submit(change, "main form").Want(http.StatusUnprocessableEntity); !strings.Contains(p.Says(".error-summary"), "Choose a plan.") {
		t.Errorf("without a choice: %q", p.Says("main"))
	}
	m.carl.Submit(change, "main form", "plan", month).Want(http.StatusOK)
	if got := m.charged("GET", "/any"); got != "30000000" {
		t.Errorf("the next call costs %s", got)
	}

	change = m.carl.Get(change.Path)
	if p := m.carl.Submit(change, "main form", "plan", partner).Want(http.StatusUnprocessableEntity); !p.Has("#f-answer-" + partner + "[aria-invalid=true]") {
		t.Errorf("without an answer: %q", p.Says("main"))
	}
	ask := func(when string) {
		t.Helper()
		m.carl.Submit(m.carl.Get(change.Path), "main form", "plan", partner, "answer-"+partner, "Tests", "when", when).Want(http.StatusOK)
	}
	ask("now")
	if text := list(); !strings.Contains(text, "Partner is asked for; Providers has not answered yet") {
		t.Errorf("the team's list says %q", text)
	}
	if text := m.pia.Get("/t/providers/requests").Says("tbody"); !strings.Contains(text, "in place of Monthly, at once") {
		t.Errorf("the queue says %q", text)
	}
	m.carl.Submit(m.carl.Get("/t/consumers/subscriptions"), `form[action$="/plan/withdraw"]`).Want(http.StatusOK)
	if text := m.pia.Get("/t/providers/requests").Says("main"); !strings.Contains(text, "Nobody is waiting") {
		t.Errorf("once it is withdrawn the queue says %q", text)
	}

	// At the period's end: agreed, and to come on both sides.
	ask("period_end")
	one := m.pia.Get(linkIn(m.pia.Get("/t/providers/requests"), "tbody th a"))
	if !strings.Contains(one.Says("main"), "in place of Monthly, when its period ends") || one.Has("#f-ends_at") {
		t.Errorf("the request says %q", one.Says("main"))
	}
	m.pia.Submit(one, "main form", "answer", "approve").Want(http.StatusOK)
	if text := list(); !strings.Contains(text, "changes to Partner") {
		t.Errorf("the team's list says %q", text)
	}
	if text := m.pia.Get(paths.Subscriber("providers", "quotes", m.Subscription.ID)).Says("main"); !strings.Contains(text, "Changes toPartner on 1 Dec 2026") {
		t.Errorf("the provider's page says %q", text)
	}
	if got := m.charged("GET", "/any"); got != "30000000" {
		t.Errorf("until then a call costs %s", got)
	}
	m.carl.Submit(m.carl.Get("/t/consumers/subscriptions"), `form[action$="/plan/withdraw"]`).Want(http.StatusOK)
	ask("now")
	one = m.pia.Get(linkIn(m.pia.Get("/t/providers/requests"), "tbody th a"))
	m.pia.Submit(one, "main form", "answer", "approve").Want(http.StatusOK)
	for range 3 { // of the month's five, two were made under the plan before
		if got := m.charged("GET", "/any"); got != "10000000" {
			t.Errorf("then a call costs %s", got)
		}
	}
	if got := m.charged("GET", "/any"); got != "quota_exceeded" {
		t.Errorf("beyond the quota a call gets %s", got)
	}
	if p := m.carl.Post(paths.WithdrawPlanChange("consumers", m.Subscription.ID)).Want(http.StatusOK); !strings.Contains(p.Says(".flash"), "Nothing was changed") {
		t.Errorf("withdrawing what is done is told as %q", p.Says(".flash"))
	}
	m.gate.Prove()
}
