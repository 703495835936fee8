package gateway_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// aboutMe is what GET /invoke/_me answers.
type aboutMe struct {
	Key       struct{ ID, Name string }
	Unit      string
	Balance   *string
	Held      *string
	Available *string
	Limits    []struct {
		Policy, Limit, Used, Held, Left string
		ResetsAt                        string `json:"resets_at"`
	}
	APIs []struct {
		API, Version, URL, Plan, Price, Refused string
		Own                                     bool
		Limits                                  []struct{ Policy, Left string }
	}
}

func (w *world) me(t *testing.T) (about aboutMe) {
	t.Helper()
	reply := w.Call("GET", "/invoke/_me", "")
	wantStatus(t, reply, 200, "")
	if err := json.Unmarshal([]byte(reply.Text), &about); err != nil {
		t.Fatalf("%s: %v", reply.Text, err)
	}
	if reply.Header.Get("Cache-Control") != "no-store" {
		t.Error("the answer may be kept")
	}
	return about
}

func TestAKeyAsksAboutItself(t *testing.T) {
	w := newWorld(t, "http://10.0.0.1")
	w.Fund(100_000_000)
	w.set(func(k *billing.KeyTerms) {
		k.Rate, k.Budgets.Day = models.Rate{Calls: 10, Seconds: 60}, new(models.Nano(50_000_000))
	}, w.terms(func(t *billing.PlanTerms) { t.Quota = models.Quota{Calls: 7, Period: models.PerDay} }), nil)
	w.setTeam(func(t *billing.TeamTerms) { t.Budgets.Total = new(models.Nano(90_000_000)) })
	hold := w.admit(price)
	defer hold.Leave()

	about := w.me(t)
	if about.Key.ID != w.World.Key.ID || about.Unit != "nanousd" || *about.Balance != "100000000" || *about.Held != "20000000" || *about.Available != "80000000" {
		t.Errorf("%+v", about)
	}
	var limits []string
	for _, l := range about.Limits {
		limits = append(limits, l.Policy+" "+l.Limit+" "+l.Used+" "+l.Held+" "+l.Left+" "+l.ResetsAt)
	}
	want := []string{
		"key-rate 10 1 0 9 2026-11-22T09:30:06Z",
		"key-budget-day 50000000 0 20000000 30000000 2026-11-23T00:00:00Z",
		"team-budget-total 90000000 0 20000000 70000000 ",
	}
	if !slices.Equal(limits, want) {
		t.Errorf("limits %q, want %q", limits, want)
	}
	if len(about.APIs) != 1 {
		t.Fatalf("%+v", about.APIs)
	}
	api := about.APIs[0]
	if api.API != "quotes" || api.Version != "v1" || api.Price != "20000000" || api.Own || api.Refused != "" ||
		len(api.Limits) != 1 || api.Limits[0].Policy != "quota" || api.Limits[0].Left != "6" {
		t.Errorf("%+v", api)
	}
	hold.Leave()
	w.Prove()
}

func TestWhatAKeyLearnsAboutItself(t *testing.T) {
	w := newWorld(t, "http://10.0.0.1")
	for _, row := range []struct {
		sentence string
		key      func(*billing.KeyTerms)
		sub      func(*billing.SubscriptionTerms)
		right    func(aboutMe) bool
	}{
		{"an empty wallet refuses, and the answer says so before a call does", nil, nil,
			func(m aboutMe) bool { return m.APIs[0].Refused == "insufficient_credits" }},
		{"a key that may not read billing learns prices and no balance", func(k *billing.KeyTerms) { k.ReadBilling = false }, nil,
			func(m aboutMe) bool { return m.Balance == nil && m.Held == nil && m.APIs[0].Price != "" }},
		{"a key of other APIs calls none", func(k *billing.KeyTerms) { k.APIs = []string{"api_other"} }, nil,
			func(m aboutMe) bool { return len(m.APIs) == 0 }},
		{"a plan without terms in effect has no price", nil, func(s *billing.SubscriptionTerms) { s.PlanID = "plan_unheard_of" },
			func(m aboutMe) bool { return m.APIs[0].Refused == "price_unknown" && m.APIs[0].Price == "" }},
		{"a paused subscription is named", nil, func(s *billing.SubscriptionTerms) { s.State = models.Paused },
			func(m aboutMe) bool { return m.APIs[0].Refused == "subscription_paused" }},
	} {
		w.set(row.key, nil, row.sub)
		if about := w.me(t); !row.right(about) {
			t.Errorf("%s: %+v", row.sentence, about)
		}
	}
	w.set(nil, nil, nil)
	wantStatus(t, w.Call("GET", "/invoke/_me", "", "Authorization:"), 401, "missing_api_key")
	if reply := w.Call("POST", "/invoke/_me", ""); reply.StatusCode != 405 || reply.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST got %d", reply.StatusCode)
	}
	if head := w.Call(http.MethodHead, "/invoke/_me", ""); head.StatusCode != 200 || head.Text != "" {
		t.Errorf("HEAD got %d %q", head.StatusCode, head.Text)
	}
	if calls := w.Calls(); len(calls) != 0 {
		t.Errorf("asking left %d rows", len(calls))
	}
}

func TestAskingTakesAnAttempt(t *testing.T) {
	e := gatewaytest.NewAt(t, "http://10.0.0.1", func(c *gateway.Config) {
		c.Accounts = billing.NewAccounts(c.Source.(billing.AccountBooks), c.Clock, models.Rate{Calls: 2, Seconds: 2})
	})
	wantStatus(t, e.Call("GET", "/invoke/_me", ""), 200, "")
	wantStatus(t, e.Call("POST", "/invoke/_me", ""), 405, "method_not_allowed")
	reply := e.Call("GET", "/invoke/_me", "")
	wantStatus(t, reply, 429, "rate_limited")
	if reply.Header.Get("Retry-After") != "1" || reply.Header.Get("RateLimit") != `"attempts";r=0;t=1` {
		t.Errorf("the refusal's header\n%s", gatewaytest.Lines(reply.Header))
	}
	wantStatus(t, e.Call("GET", random, ""), 429, "rate_limited") // a call is an attempt too
	e.Clock.Move(time.Second)
	wantStatus(t, e.Call("GET", "/invoke/_me", ""), 200, "")
}
