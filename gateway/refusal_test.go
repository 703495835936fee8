package gateway_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

var volatile = regexp.MustCompile(`(req_)[0-9a-z]{13}|(dny_)[0-9A-Za-z_-]{60,}`)

// document is an answer as the golden files hold it: without what differs from call to call.
func document(reply gatewaytest.Reply) string {
	header := reply.Header.Clone()
	header.Del("Date")
	header.Del("Content-Length")
	text := reply.Status + "\n" + strings.ReplaceAll(gatewaytest.Lines(header), "\r", "") + "\n" + reply.Text + "\n"
	return volatile.ReplaceAllString(text, "${1}${2}…")
}

func TestRefusals(t *testing.T) {
	state := func(state models.VersionState) func(*billing.Route) {
		return func(r *billing.Route) { r.Terms.State = state }
	}
	subscribed := func(state models.SubscriptionState) func(*billing.SubscriptionTerms) {
		return func(s *billing.SubscriptionTerms) { s.State = state }
	}
	nobody := func(s *billing.SubscriptionTerms) { *s = billing.SubscriptionTerms{} }
	offers := func(offers ...billing.Offer) func(*billing.Route) {
		return func(r *billing.Route) { r.Terms.Offers = offers }
	}
	unknown := models.NewKeySecret()
	w := newWorld(t, "http://10.0.0.1")
	w.Fund(4_000_000)
	for _, row := range []struct {
		name         string // of the golden file
		path         string // random if empty
		header       []string
		key          func(*billing.KeyTerms)
		route        func(*billing.Route)
		subscription func(*billing.SubscriptionTerms)
		team         func(*billing.TeamTerms)
		before       func() (after func())
	}{
		{name: "no_key", header: []string{"Authorization:"}},
		{name: "mistyped_key", header: []string{"Authorization: Bearer fg_live_nonsense"}},
		{name: "unknown_key", header: []string{"Authorization: Bearer " + unknown}},
		{name: "expired_key", key: func(k *billing.KeyTerms) { k.ExpiresAt = w.Clock.Now() }},
		{name: "revoked_key", key: func(k *billing.KeyTerms) { k.State = models.KeyRevoked }},
		{name: "two_keys", header: []string{"X-API-Key: " + unknown}},
		{name: "one_field_twice", header: []string{"X-API-Key: " + unknown, "X-API-Key: " + unknown}},
		{name: "climbing_path", path: "/invoke/quotes/v1/%2e%2e/secret"},
		{name: "unknown_api", path: "/invoke/nothing/v1/random"},
		{name: "retired", route: state(models.Retired)},
		{name: "retired_at_its_minute", route: w.ends(models.Successor{})},
		{name: "retired_with_a_successor", route: w.ends(models.Successor{APIName: "Quotes", APISlug: "quotes", Version: "v2"})},
		{name: "retired_for_another_api", route: w.ends(models.Successor{APIName: "Sayings", APISlug: "sayings"})},
		{name: "insufficient_credits_of_a_deprecated_version", route: func(r *billing.Route) {
			w.priced(25_000_000)(r)
			r.Terms.DeprecatedAt = w.Clock.Now()
		}},
		{name: "blocked", route: func(r *billing.Route) { r.Terms.Blocked = true }},
		{name: "suspended_team", team: func(t *billing.TeamTerms) { t.Suspended = true }},
		{name: "no_subscription", subscription: nobody},
		{name: "no_subscription_but_for_money", subscription: nobody, route: offers(billing.Offer{Plan: billing.Plan{{Upfront: 5}}}, billing.Offer{Plan: billing.Plan{{}}, ByHand: true})},
		{name: "no_subscription_but_by_approval", subscription: nobody, route: offers(billing.Offer{Plan: billing.Plan{{}}, ByHand: true})},
		{name: "no_subscription_for_anybody_new", subscription: nobody, route: offers()},
		{name: "pending_subscription", subscription: subscribed(models.Requested)},
		{name: "paused_subscription", subscription: subscribed(models.Paused)},
		{name: "paused_by_provider", subscription: func(s *billing.SubscriptionTerms) {
			s.State, s.PausedByProvider, s.PauseReason = models.Paused, true, "Too fast for us."
		}},
		{name: "ended_subscription", subscription: func(s *billing.SubscriptionTerms) { s.EndsAt = w.Clock.Now() }},
		{name: "past_due_subscription", subscription: subscribed(models.Suspended)},
		{name: "past_due_after_grace", subscription: func(s *billing.SubscriptionTerms) { s.State, s.GraceUntil = models.PastDue, w.Clock.Now() }},
		{name: "key_from_elsewhere", key: func(k *billing.KeyTerms) { k.Networks = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")} }},
		{name: "key_of_other_apis", key: func(k *billing.KeyTerms) { k.APIs = []string{"api_other"} }},
		{name: "key_rate", key: func(k *billing.KeyTerms) { k.Rate = models.Rate{Calls: 1, Seconds: 60} }, route: w.priced(0), before: w.once},
		{name: "plan_rate", route: w.terms(func(t *billing.PlanTerms) { t.Price, t.Rate = 0, models.Rate{Calls: 1, Seconds: 3600} }), before: w.once},
		{name: "key_concurrency", key: func(k *billing.KeyTerms) { k.Concurrency = 1 }, before: w.busy},
		{name: "plan_concurrency", route: w.terms(func(t *billing.PlanTerms) { t.Concurrency = 1 }), before: w.busy},
		{name: "quota_used", route: w.terms(func(t *billing.PlanTerms) { t.Quota = models.Quota{Calls: 1, Period: models.PerMonth} }), before: w.count},
		{name: "quota_held", route: w.terms(func(t *billing.PlanTerms) { t.Quota = models.Quota{Calls: 2, Period: models.PerMonth} }), before: w.busy},
		{name: "key_budget_day", key: func(k *billing.KeyTerms) { k.Budgets.Day = new(models.Nano(5)) }},
		{name: "key_budget_total", key: func(k *billing.KeyTerms) { k.Budgets.Total = new(models.Nano(0)) }},
		{name: "team_budget_month", team: func(t *billing.TeamTerms) { t.Budgets.Month = new(models.Nano(7)) }},
		{name: "team_budget_of_a_key_that_may_not_know", key: func(k *billing.KeyTerms) { k.ReadBilling = false },
			team: func(t *billing.TeamTerms) { t.Budgets.Month = new(models.Nano(7)) }},
		{name: "key_budget_held", key: func(k *billing.KeyTerms) { k.Budgets.Day = new(models.Nano(20_000_500)) }, before: w.busy},
		{name: "insufficient_credits_of_a_key_that_may_not_know", key: func(k *billing.KeyTerms) { k.ReadBilling = false }, route: w.priced(25_000_000)},
		{name: "unpriced_plan", subscription: func(s *billing.SubscriptionTerms) { s.PlanID = "plan_unheard_of" }},
		{name: "insufficient_credits", route: w.priced(25_000_000)},
		{name: "credits_held", route: w.priced(4_000_000), before: func() func() {
			hold, ok, err := w.Accounts.Reserve(context.Background(), w.World.ConsumerTeam.ID, 1_000_000)
			if !ok || err != nil {
				t.Fatalf("reserve: %t %v", ok, err)
			}
			return hold.Release
		}},
		{name: "forbidden_upstream", route: w.priced(1)},
		{name: "books_closed", route: w.priced(1), before: func() func() {
			w.Books.Break()
			_ = w.Settler.Settle(&models.Call{}, mustReserve(t, w.Env))
			return func() { w.Books.Mend(); awaitRecovery(t, w.Env) }
		}},
		{name: "draining", before: func() func() { w.Gateway.Drain(); return func() {} }},
	} {
		t.Run(row.name, func(t *testing.T) {
			w.set(row.key, row.route, row.subscription)
			w.setTeam(row.team)
			if row.before != nil {
				defer row.before()()
			}
			if row.path == "" {
				row.path = random
			}
			reply := w.Call("GET", row.path, "", row.header...)
			golden(t, row.name, document(reply))

			head := w.Call("HEAD", row.path, "", row.header...)
			if head.StatusCode != reply.StatusCode || head.Text != "" || head.Header.Get("Content-Length") == "" {
				t.Errorf("HEAD got %d with %q", head.StatusCode, head.Text)
			}
			head.Text = reply.Text
			if diff := cmp.Diff(document(reply), document(head)); diff != "" {
				t.Errorf("HEAD has another header:\n%s", diff)
			}
			checkBody(t, reply)
		})
	}
	w.Prove()
}

func mustReserve(t *testing.T, e *gatewaytest.Env) *billing.Hold {
	t.Helper()
	hold, ok, err := e.Accounts.Reserve(context.Background(), e.World.ConsumerTeam.ID, 1)
	if !ok || err != nil {
		t.Fatalf("reserve: %t %v", ok, err)
	}
	return hold
}

// checkBody holds every refusal to the rules that programs rely on.
func checkBody(t *testing.T, reply gatewaytest.Reply) {
	t.Helper()
	var body struct {
		Type, Title, Detail, Instance, Code string
		Status                              int
		RequestID                           string `json:"request_id"`
		TopUpURL                            string `json:"top_up_url"`
		SubscribeURL                        string `json:"subscribe_url"`
		Error                               struct{ Message, Type, Code string }
	}
	if err := json.Unmarshal([]byte(reply.Text), &body); err != nil {
		t.Fatal(err)
	}
	id := reply.Header.Get("Faregate-Request-Id")
	switch {
	case body.Status != reply.StatusCode, body.Code != body.Error.Code, body.RequestID != id, body.Instance != "urn:faregate:request:"+id:
		t.Errorf("the body contradicts itself: %s", reply.Text)
	case body.Type != gatewaytest.PortalURL+"/problems/"+body.Code:
		t.Errorf("type %s", body.Type)
	case (reply.StatusCode == 402) != strings.Contains(reply.Header.Get("Link"), `rel="payment"`), (reply.StatusCode == 402 && body.SubscribeURL == "") != (body.TopUpURL != ""):
		t.Errorf("a link to pay goes with 402 and with nothing else: %s", reply.Text)
	case body.TopUpURL != "" && (!strings.Contains(reply.Header.Get("Link"), "<"+body.TopUpURL+">") || !strings.Contains(body.Error.Message, body.TopUpURL)):
		t.Errorf("the link differs between header, body and message: %s", reply.Text)
	case (reply.StatusCode == 401 || body.Code == "insufficient_scope") != (reply.Header.Get("WWW-Authenticate") != ""):
		t.Error("a challenge goes with 401 and with a scope that is too narrow, and with nothing else")
	case reply.StatusCode == 429 && reply.Header.Get("Retry-After") == "":
		t.Error("a 429 does not say when to come again")
	case reply.Header.Get("Cache-Control") != "no-store", reply.Header.Get("Faregate-Charged") != "0":
		t.Errorf("header\n%s", gatewaytest.Lines(reply.Header))
	}
}

func TestTheLinkOf402CarriesTheFactsOfTheCall(t *testing.T) {
	e := gatewaytest.NewAt(t, "http://10.0.0.1")
	reply := e.Call("GET", random+"?secret=1", "")
	wantStatus(t, reply, 402, "insufficient_credits")
	_, ref, _ := strings.Cut(reply.Header.Get("Link"), "ref=")
	ref, _, _ = strings.Cut(ref, ">")
	facts, err := e.References.Open(ref)
	if err != nil {
		t.Fatal(err)
	}
	if facts.TeamID != e.World.ConsumerTeam.ID || facts.KeyID != e.World.Key.ID || facts.Required != int64(price) || facts.Path != random ||
		facts.Method != "GET" || facts.Code != "insufficient_credits" || models.CallID(facts.CallID).String() != reply.Header.Get("Faregate-Request-Id") {
		t.Errorf("%+v", facts)
	}
	if strings.Contains(reply.Text, e.World.Secret) || strings.Contains(reply.Text, "secret=1") {
		t.Errorf("the body tells too much: %s", reply.Text)
	}
}

func TestBrowsersGetAPage(t *testing.T) {
	e := gatewaytest.NewAt(t, "http://10.0.0.1", func(c *gateway.Config) {
		c.RefusalPage = func(w http.ResponseWriter, _ *http.Request, d billing.Denial) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(d.Kind.Status)
			_, _ = io.WriteString(w, "<h1>"+d.Kind.Title+"</h1>")
		}
	})
	program := e.Call("GET", random, "")
	for _, row := range []struct {
		name   string
		accept []string
		page   bool
	}{
		{"Firefox", []string{"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}, true},
		{"Chrome", []string{"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"}, true},
		{"HTML, in capitals", []string{"Accept: TEXT/HTML"}, true},
		{"HTML in a second line", []string{"Accept: image/png", "Accept: text/html"}, true},
		{"HTML rather than JSON", []string{"Accept: application/json;q=0.5, text/html;q=0.501"}, true},
		{"nothing", nil, false},
		{"curl and most SDKs", []string{"Accept: */*"}, false},
		{"JSON", []string{"Accept: application/json"}, false},
		{"JSON and HTML alike", []string{"Accept: application/json, text/html"}, false},
		{"problem documents rather than HTML", []string{"Accept: application/problem+json, text/html;q=0.9"}, false},
		{"anything but HTML", []string{"Accept: text/html;q=0, */*"}, false},
		{"anything but HTML, to three places", []string{"Accept: text/html;Q=0.000"}, false},
		{"events", []string{"Accept: text/event-stream"}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			reply := e.Call("GET", random, "", append([]string{"Accept:"}, row.accept...)...)
			if page := strings.HasPrefix(reply.Text, "<h1>"); page != row.page || reply.StatusCode != 402 {
				t.Errorf("got %d %q", reply.StatusCode, reply.Text)
			}
			for _, name := range []string{"Cache-Control", "Vary", "X-Should-Retry", "Faregate-Charged"} {
				if !slices.Equal(reply.Header.Values(name), program.Header.Values(name)) {
					t.Errorf("%s: %q", name, reply.Header.Values(name))
				}
			}
			if !strings.Contains(reply.Header.Get("Link"), `rel="payment"`) {
				t.Errorf("Link: %s", reply.Header.Get("Link"))
			}
		})
	}
	if head := e.Call("HEAD", random, "", "Accept: text/html"); head.StatusCode != 402 || head.Text != "" || head.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("HEAD got %d %q %s", head.StatusCode, head.Text, head.Header.Get("Content-Type"))
	}
}

// Whoever has a key learns nothing about what they may not see.
func TestUnknownAndInvisibleAnswerTheSame(t *testing.T) {
	w := newWorld(t, "http://10.0.0.1")
	want := ""
	for _, row := range []struct {
		name, path string
		route      func(*billing.Route)
	}{
		{"an unknown API", "/invoke/nothing/v1/random", nil},
		{"an unknown version", "/invoke/quotes/v9/random", nil},
		{"no version", "/invoke/quotes", nil},
		{"no API", "/invoke/", nil},
		{"an empty API", "/invoke//v1/random", nil},
		{"an API's name in capitals", "/invoke/Quotes/v1/random", nil},
		{"an API's name, escaped", "/invoke/%71uotes/v1/random", nil},
		{"another team's private API", random, func(r *billing.Route) { r.Terms.Visibility = models.Private }},
		{"a draft", random, func(r *billing.Route) { r.Terms.State = models.Draft }},
		{"a version in review", random, func(r *billing.Route) { r.Terms.State = models.InReview }},
	} {
		w.set(nil, row.route, nil)
		got := document(w.Call("GET", row.path, ""))
		if want == "" {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", row.name, diff)
		}
	}
}

func TestTheFirstFailureWins(t *testing.T) {
	// Everything is wrong at first; one thing after the other is mended.
	retired, blocked, suspended, paused := true, true, true, true
	w := newWorld(t, "http://10.0.0.1")
	mend := func(flag *bool) func() { return func() { *flag = false } }
	header, path := []string{"Authorization:"}, "/invoke/nothing/v1"
	for _, row := range []struct {
		mend   func()
		status int
		code   string
	}{
		{func() {}, 401, "missing_api_key"},
		{func() { header = []string{"Authorization: Bearer fg_live_x"} }, 401, "invalid_api_key"},
		{func() { header = nil }, 404, "not_found"},
		{func() { path = random }, 410, "api_retired"},
		{mend(&retired), 403, "api_blocked"},
		{mend(&blocked), 403, "team_suspended"},
		{mend(&suspended), 403, "subscription_paused"},
		{mend(&paused), 402, "insufficient_credits"},
		{func() { w.Fund(price) }, 502, "upstream_error"},
	} {
		row.mend()
		w.setTeam(func(t *billing.TeamTerms) { t.Suspended = suspended })
		w.set(nil, func(r *billing.Route) {
			r.Terms.Blocked = blocked
			if retired {
				r.Terms.State = models.Retired
			}
		}, func(s *billing.SubscriptionTerms) {
			if paused {
				s.State = models.Paused
			}
		})
		wantStatus(t, w.Call("GET", path, "", header...), row.status, row.code)
	}
	w.Prove()
}

func TestRefusalsAreStoredOnceAMinute(t *testing.T) {
	e := gatewaytest.NewAt(t, "http://10.0.0.1")
	for range 3 {
		wantStatus(t, e.Call("GET", random, ""), 402, "insufficient_credits")
	}
	wantStatus(t, e.Call("GET", "/invoke/nothing/v1", ""), 404, "not_found")
	wantStatus(t, e.Call("GET", random, "", "Authorization:"), 401, "missing_api_key")
	e.Publish(func(d *models.APIDraft) { d.Visibility = models.Private })
	wantStatus(t, e.Call("GET", random, ""), 404, "not_found")
	awaitDenials(t, e, map[string]int64{"insufficient_credits": 3, "not_found": 2})
}

// Whoever still uses a key that is over reads so on the page of their team; a key that was never one has no team.
func TestRefusalsOfAKeyThatIsOverAreStored(t *testing.T) {
	w := newWorld(t, "http://10.0.0.1")
	w.set(func(k *billing.KeyTerms) { k.State = models.KeyRevoked }, nil, nil)
	wantStatus(t, w.Call("GET", random, ""), 401, "key_revoked")
	w.set(func(k *billing.KeyTerms) { k.ExpiresAt = w.Clock.Now() }, nil, nil)
	wantStatus(t, w.Call("GET", random, ""), 401, "key_expired")
	wantStatus(t, w.Call("GET", random, "", "Authorization: Bearer "+models.NewKeySecret()), 401, "invalid_api_key")
	awaitDenials(t, w.Env, map[string]int64{"key_revoked": 1, "key_expired": 1})
}

// awaitDenials waits until the consumer's team sees so many refusals of each code. None may name an API that it must not
// know of, and all name the key.
func awaitDenials(t *testing.T, e *gatewaytest.Env, want map[string]int64) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		rows, err := e.Store.TeamDenials(context.Background(), e.World.ConsumerTeam.ID, 10)
		if err != nil {
			t.Fatal(err)
		}
		counts := map[string]int64{}
		for _, row := range rows {
			counts[row.Denial.Code] += row.Denial.Count
			if row.Denial.KeyID != e.World.Key.ID {
				t.Fatalf("a refusal does not name the key: %+v", row)
			}
			if row.Denial.Code == "not_found" && (row.APIName != "" || row.Denial.VersionID != "") {
				t.Fatalf("a refusal names an API that the team must not know of: %+v", row)
			}
		}
		if cmp.Equal(counts, want) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("stored %v", counts)
		}
	}
}
