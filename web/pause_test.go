package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/web/paths"
)

// The provider pauses with a reason and sets an end; the team reads both, pauses for itself, and each side resumes its own.
func TestASubscriptionIsPausedResumedAndGivenAnEnd(t *testing.T) {
	m := openMarket(t)
	list := m.pia.Get("/t/providers/apis/quotes/subscribers")
	one := m.pia.Get(linkIn(list, "tbody th a")).Want(http.StatusOK)
	pauseForm, endForm := `main form[action$="/pause"]`, `main form[action$="/end"]`
	if p := m.pia.Submit(one, pauseForm).Want(http.StatusUnprocessableEntity); !p.Has("#f-reason[aria-invalid=true]") {
		t.Errorf("a pause without a reason is told as %q", p.Says("main"))
	}
	paused := m.pia.Submit(one, pauseForm, "reason", "Too <i>fast</i>").Want(http.StatusOK)
	if text := paused.Says("main"); !strings.Contains(text, "You have paused it: “Too <i>fast</i>”") || paused.Has(pauseForm) {
		t.Errorf("then the page says %q", text)
	}
	if got := m.charged("GET", "/any"); got != "subscription_paused" {
		t.Errorf("a call gets %s", got)
	}
	for filter, found := range map[string]bool{"": true, "?state=paused": true, "?state=active": false, "?q=consum": true, "?q=nobody": false, "?state=nonsense": true} {
		if p := m.pia.Get(list.Path + filter).Want(http.StatusOK); p.Has("tbody tr") != found {
			t.Errorf("the list %s says %q", filter, p.Says("main"))
		}
	}
	if told := m.Mails(t); len(told) != 1 || told[0].Recipient != m.Consumer.Email || !strings.Contains(told[0].Text, "Too <i>fast</i>") {
		t.Errorf("the subscriber is told %+v", told)
	}
	subs := m.carl.Get("/t/consumers/subscriptions")
	if text := subs.Says("tbody"); !strings.Contains(text, "Paused by Providers: “Too <i>fast</i>”") || subs.Has(`form[action$="/resume"]`) {
		t.Errorf("the team's list says %q", text)
	}
	if p := m.carl.Get("/apis/quotes"); !p.Has(".access-paused") || !strings.Contains(p.Says(".panel"), "Providers has paused it: “Too <i>fast</i>”") {
		t.Errorf("the API's page says %q", p.Says(".panel"))
	}
	if p := m.carl.Post(paths.ResumeSubscription("consumers", m.Subscription.ID)).Want(http.StatusOK); !strings.Contains(p.Says(".flash"), "Nothing was changed") {
		t.Errorf("resuming what the provider has paused is told as %q", p.Says(".flash"))
	}

	ask := m.carl.Get(linkIn(subs, `tbody a[href$="/pause"]`)).Want(http.StatusOK)
	if !strings.Contains(ask.Says(".notice"), "within 7 days") {
		t.Errorf("before the team pauses it reads %q", ask.Says(".notice"))
	}
	m.carl.Submit(ask, "main form").Want(http.StatusOK)
	if p := m.pia.Submit(m.pia.Get(one.Path), `main form[action$="/resume"]`).Want(http.StatusOK); !strings.Contains(p.Says("main"), "Consumers has paused it") {
		t.Errorf("once the provider has resumed it reads %q", p.Says("main"))
	}
	if got := m.charged("GET", "/any"); got != "subscription_paused" {
		t.Errorf("while the team pauses a call gets %s", got)
	}
	m.carl.Submit(m.carl.Get("/t/consumers/subscriptions"), `form[action$="/resume"]`).Want(http.StatusOK)
	if got := m.charged("GET", "/any"); got != "20000000" {
		t.Errorf("once both have resumed a call gets %s", got)
	}

	m.Mails(t)
	for _, bad := range []string{"soon", m.Clock.Now().Add(-time.Hour).UTC().Format("2006-01-02T15:04"), "2199-01-01T00:00"} {
		if p := m.pia.Submit(m.pia.Get(one.Path), endForm, "ends_at", bad).Want(http.StatusUnprocessableEntity); !p.Has("#f-ends_at[aria-invalid=true]") || !p.Has(`#f-ends_at[value="`+bad+`"]`) {
			t.Errorf("the end %s is told as %q", bad, p.Says("main"))
		}
	}
	end := m.Clock.Now().Add(48 * time.Hour).UTC().Truncate(time.Minute)
	given := m.pia.Submit(m.pia.Get(one.Path), endForm, "ends_at", end.Format("2006-01-02T15:04")).Want(http.StatusOK)
	if !given.Has(`#f-ends_at[value="` + end.Format("2006-01-02T15:04") + `"]`) {
		t.Errorf("the end is shown as %q", given.Says("main"))
	}
	if told := m.Mails(t); len(told) != 1 || !strings.Contains(told[0].Subject, "ends on") {
		t.Errorf("the subscriber is told %+v", told)
	}
	if text := m.carl.Get("/t/consumers/subscriptions").Says("tbody"); !strings.Contains(text, "ends on "+end.Format("2 Jan 2006")) {
		t.Errorf("the team's list says %q", text)
	}
	m.Clock.Move(48 * time.Hour)
	if got := m.charged("GET", "/any"); got != "subscription_required" {
		t.Errorf("at its end a call gets %s", got)
	}
	carl := m.As(t, m.Consumer)
	if p := carl.Get("/t/consumers/subscriptions"); !strings.Contains(p.Says("tbody"), "ended") || p.Has(`tbody a[href$="/end"]`) {
		t.Errorf("then the list says %q", p.Says("tbody"))
	}
	if p := carl.Get("/apis/quotes"); !p.Has(".access-subscribe") {
		t.Errorf("and the API's page %q", p.Says(".panel"))
	}
	carl.Submit(carl.Get("/apis/quotes"), ".access-subscribe form").Want(http.StatusOK)
	if got := m.charged("GET", "/any"); got != "subscription_pending" {
		t.Errorf("taken again after an end that the provider set, a call gets %s", got)
	}
	m.pia.Submit(m.pia.Get("/t/providers/requests"), `form:has([value="approve"])`, "answer", "approve").Want(http.StatusOK)
	if got := m.charged("GET", "/any"); got != "20000000" {
		t.Errorf("approved again, a call gets %s", got)
	}
	m.gate.Prove()
}

// Who ends a subscription reads which keys will be refused.
func TestEndingNamesTheKeysThatCall(t *testing.T) {
	m := openMarket(t)
	end := paths.EndSubscription("consumers", m.Subscription.ID)
	if text := m.carl.Get(end).Says(".notice"); !strings.Contains(text, "No key has called it within 7 days.") {
		t.Errorf("before a call: %q", text)
	}
	m.charged("GET", "/any")
	m.charged("GET", "/any")
	if err := m.Store.FollowCalls(t.Context(), m.gate.Gateway.OldestInFlight()); err != nil {
		t.Fatal(err)
	}
	p := m.carl.Get(end)
	if !strings.Contains(p.Says(".notice"), "1 key made 2 calls within 7 days.") || !strings.Contains(p.Says("tbody"), "test key") {
		t.Errorf("after two calls: %q", p.Says("main"))
	}
}
