package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store/storetest"
	"github.com/faregate/faregate/web/paths"
	"github.com/faregate/faregate/web/webtest"
)

// market is the portal and the gateway over one database, with a provider and a consumer who look at both.
type market struct {
	*webtest.App
	storetest.World
	gate      *gatewaytest.Env
	pia, carl *webtest.Browser
}

func openMarket(t *testing.T, options ...webtest.Option) *market {
	t.Helper()
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/missing" {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(upstream.Close)
	m := &market{App: webtest.New(t, options...)}
	m.World = storetest.Fill(t, m.Store, upstream.URL, webtest.Price)
	m.gate = gatewaytest.Over(t, m.Store, m.Clock, m.World)
	m.Grant(t, m.ConsumerTeam.ID, 100*models.Unit)
	m.pia, m.carl = m.As(t, m.Provider), m.As(t, m.Consumer)
	return m
}

// charged calls an operation as the consumer and says what it cost; otherwise the refusal's code.
func (m *market) charged(method, path string) string {
	answer := m.gate.Call(method, "/invoke/quotes/v1"+path, "")
	if _, code, refused := strings.Cut(answer.Text, `"code":"`); refused {
		code, _, _ = strings.Cut(code, `"`)
		return code
	}
	return answer.Header.Get("Faregate-Charged")
}

// end ends what the consumer has, so that they choose anew.
func (m *market) end(t *testing.T) {
	t.Helper()
	sub, found, err := m.Store.LiveSubscription(t.Context(), m.ConsumerTeam.ID, m.API.API.ID)
	if err != nil || !found {
		t.Fatalf("nothing to end: %v", err)
	}
	if err := m.Store.EndSubscription(t.Context(), models.Actor{UserID: m.Consumer.ID}, m.ConsumerTeam.ID, sub.ID); err != nil {
		t.Fatal(err)
	}
}

// addPlan adds a plan by its form and returns its id.
func (m *market) addPlan(t *testing.T, fields ...string) string {
	t.Helper()
	p := m.pia.Submit(m.pia.Get(paths.NewPlan("providers", "quotes")), "main form", fields...).Want(http.StatusOK)
	id, ok := strings.CutPrefix(p.Path, "/t/providers/apis/quotes/plans/")
	if !ok {
		t.Fatalf("adding a plan leads to %s: %s", p.Path, p.Says("main"))
	}
	return id
}

// From the form to the last call of the quota: a plan with a price for one operation, taken, paid and used up.
func TestAPlanIsAddedTakenAndPaidByRoute(t *testing.T) {
	m := openMarket(t)
	pro := m.addPlan(t, "name", "Pro", "price", "0.01", "quota", "4", "quota_period", "day", "charge_on", "success",
		"route1-method", "GET", "route1", "/reports/{id}", "route1-price", "0.5", "route3", "/free/{rest...}", "route3-price", "0")
	plan := m.pia.Get(paths.Plan("providers", "quotes", pro)).Want(http.StatusOK)
	for _, said := range []string{"$0.01 per call", "GET /reports/{id}$0.50 per call", "/free/{rest...}Free", "4 calls a day", "Successful answers only"} {
		if !strings.Contains(plan.Says(".terms"), said) {
			t.Errorf("the plan does not say %q: %s", said, plan.Says(".terms"))
		}
	}
	m.end(t)
	page := m.carl.Get("/apis/quotes")
	if page.Find(`.access-subscribe input[name=plan]`).Length() != 2 || !strings.Contains(page.Says(".plan-choice"), "Pro Free to $0.50 per call 4 calls a day") {
		t.Errorf("the choice is %q", page.Says(".access-subscribe"))
	}
	page = m.carl.Submit(page, ".access-subscribe form", "plan", pro).Want(http.StatusOK)
	if !page.Has(".access-ready") || !strings.Contains(page.Says(".plan-offer:has(.tag)"), "Pro your plan") || page.Says(".facts-line dd:contains('call')") != "Free to $0.50 per call" {
		t.Errorf("after it the page says %q, %q", page.Says(".facts-line"), page.Says(".api-body"))
	}
	for _, call := range []struct{ method, path, want string }{
		{"GET", "/reports/7", "500000000"},
		{"HEAD", "/reports/7", "500000000"},
		{"POST", "/reports/7", "10000000"},
		{"GET", "/missing", "0"},
		{"GET", "/free/a/b", "0"},
		{"GET", "/any", "quota_exceeded"},
	} {
		if got := m.charged(call.method, call.path); got != call.want {
			t.Errorf("%s %s costs %s, want %s", call.method, call.path, got, call.want)
		}
	}
	if text := m.carl.Get("/t/consumers/subscriptions").Says("tbody"); !strings.Contains(text, "Free to $0.50 per call Pro, 4 calls a day") {
		t.Errorf("the list of subscriptions says %q", text)
	}
	m.gate.Prove()
}

// A dated revision holds from its instant on, and what was paid stays as it was.
func TestARevisionTakesEffectAtItsInstant(t *testing.T) {
	m := openMarket(t)
	if err := m.Store.SetTeamLimits(t.Context(), models.Actor{UserID: m.Provider.ID}, m.ProviderTeam.ID, "Europe/Berlin", models.Budgets{}); err != nil {
		t.Fatal(err)
	}
	at := m.Clock.Now().Add(3 * time.Hour).Truncate(time.Hour) // 12:00 UTC, which is 13:00 in Berlin
	plan := m.API.Plan.ID
	form := m.pia.Get(paths.PlanTerms("providers", "quotes", plan)).Want(http.StatusOK)
	if text := form.Says(".notice"); !strings.Contains(text, "This touches 1 team: Consumers.") || !strings.Contains(text, "Calls that were made keep their price.") {
		t.Errorf("the form says %q", text)
	}
	saved := m.pia.Submit(form, "main form", "price", "0.03", "at", "2026-11-22T13:00").Want(http.StatusOK)
	if !strings.Contains(saved.Says(".flash"), "22 Nov 2026, 13:00:00 CET") || !strings.Contains(saved.Says(".coming"), "Price: $0.02 per call → $0.03 per call") {
		t.Errorf("after saving the page says %q, %q", saved.Says(".flash"), saved.Says(".coming"))
	}
	if text := m.carl.Get("/apis/quotes").Says(".coming"); !strings.Contains(text, "22 Nov 2026, 12:00:00 UTC") || !strings.Contains(text, "→ $0.03 per call") {
		t.Errorf("subscribers are told %q", text)
	}
	m.Clock.Move(at.Add(-time.Millisecond).Sub(m.Clock.Now()))
	if got := m.charged("GET", "/any"); got != "20000000" {
		t.Errorf("before its instant a call costs %s", got)
	}
	m.Clock.Move(time.Millisecond)
	if got := m.charged("GET", "/any"); got != "30000000" {
		t.Errorf("at its instant a call costs %s", got)
	}
	if calls := m.gate.Calls(); len(calls) != 2 || calls[0].Charge != 20_000_000 || calls[1].Charge != 30_000_000 {
		t.Errorf("the calls are %+v", calls)
	}
	if text := m.carl.Get("/apis/quotes").Says(".facts-line"); !strings.Contains(text, "$0.03 per call") {
		t.Errorf("the page says %q", text)
	}
	m.gate.Prove()
}

func TestTermsToComeAreWithdrawn(t *testing.T) {
	m := openMarket(t)
	plan := m.API.Plan.ID
	coming := m.pia.Submit(m.pia.Get(paths.PlanTerms("providers", "quotes", plan)), "main form", "price", "1", "at", "2026-11-22T12:00").Want(http.StatusOK)
	again := m.pia.Submit(coming, ".coming form").Want(http.StatusOK)
	if again.Has(".coming") || !strings.Contains(again.Says(".flash"), "Withdrawn") {
		t.Errorf("after it the page says %q", again.Says("main"))
	}
	m.Clock.Move(4 * time.Hour)
	if got := m.charged("GET", "/any"); got != "20000000" {
		t.Errorf("a call costs %s", got)
	}
	late := m.pia.Submit(m.pia.Get(paths.PlanTerms("providers", "quotes", plan)), "main form", "price", "1", "at", "2026-11-22T13:31").Want(http.StatusOK)
	m.Clock.Move(30 * time.Second)
	if p := m.pia.Submit(late, ".coming form").Want(http.StatusOK); !p.Has(".coming") || !strings.Contains(p.Says(".flash"), "no longer be withdrawn") {
		t.Errorf("half a minute before it the page says %q", p.Says("main"))
	}
}

func TestWhatIsWrongWithAPlanIsSaid(t *testing.T) {
	m := openMarket(t)
	terms := paths.PlanTerms("providers", "quotes", m.API.Plan.ID)
	for _, row := range []struct {
		sentence, path string
		fields         []string
		wrong          string // the field; "" for the form
	}{
		{"a plan without a name", paths.NewPlan("providers", "quotes"), []string{"name", ""}, "name"},
		{"a name that another plan has", paths.NewPlan("providers", "quotes"), []string{"name", "Pay per call"}, "name"},
		{"a price in words", terms, []string{"price", "cheap"}, "price"},
		{"a quota of nothing", terms, []string{"quota", "0"}, "quota"},
		{"a rate below zero", terms, []string{"rate", "-5"}, "rate"},
		{"a path without a slash", terms, []string{"route2", "reports", "route2-price", "1"}, "route1"},
		{"a row without a price", terms, []string{"route1", "/reports"}, "route1-price"},
		{"a row without a path", terms, []string{"route1-price", "1"}, "route1"},
		{"a day that is past", terms, []string{"price", "1", "at", "2026-11-22T09:29"}, "at"},
		{"a day far ahead", terms, []string{"price", "1", "at", "2226-11-22T09:29"}, "at"},
		{"a day that is none", terms, []string{"price", "1", "at", "tomorrow"}, "at"},
		{"terms that are in effect already", terms, nil, ""},
		{"a name of nothing", paths.EditPlan("providers", "quotes", m.API.Plan.ID), []string{"name", " "}, "name"},
		{"a question that nobody reads the answer to", paths.EditPlan("providers", "quotes", m.API.Plan.ID), []string{"question", "Why?"}, "question"},
	} {
		p := m.pia.Submit(m.pia.Get(row.path), "main form", row.fields...).Want(http.StatusUnprocessableEntity)
		if row.wrong != "" && (!p.Has("#f-"+row.wrong+"[aria-invalid=true]") || !p.Has(`.error-summary a[href="#f-`+row.wrong+`"]`)) || !p.Has(".error-summary") {
			t.Errorf("%s is told as %q", row.sentence, p.Says(".error-summary"))
		}
		if row.wrong == "price" && p.Find("#f-price").AttrOr("value", "") != "cheap" {
			t.Errorf("%s: what was typed is lost", row.sentence)
		}
	}
	plans, err := m.Store.APIPlans(t.Context(), m.API.API.ID)
	if err != nil || len(plans) != 1 || plans[0].Terms.Number != 1 || len(plans[0].Coming) != 0 {
		t.Errorf("something was saved: %+v, %v", plans, err)
	}
}

// The hour that a clock leaves out does not exist.
func TestATimeThatTheClocksLeaveOut(t *testing.T) {
	m := openMarket(t)
	if err := m.Store.SetTeamLimits(t.Context(), models.Actor{UserID: m.Provider.ID}, m.ProviderTeam.ID, "Europe/Berlin", models.Budgets{}); err != nil {
		t.Fatal(err)
	}
	form := m.pia.Get(paths.PlanTerms("providers", "quotes", m.API.Plan.ID))
	p := m.pia.Submit(form, "main form", "price", "1", "at", "2027-03-28T02:30").Want(http.StatusUnprocessableEntity)
	if !strings.Contains(p.Says("#f-at-error"), "does not exist in Europe/Berlin") {
		t.Errorf("it is told as %q", p.Says("#f-at-error"))
	}
}

func TestAPlanIsClosedAndOpened(t *testing.T) {
	m := openMarket(t)
	offer := paths.OfferPlan("providers", "quotes", m.API.Plan.ID)
	ask := m.pia.Get(offer).Want(http.StatusOK)
	if !strings.Contains(ask.Says("main"), "Those who have it keep it (1 team)") || !strings.Contains(ask.Says(".notice"), "only open plan") {
		t.Errorf("it asks %q", ask.Says("main"))
	}
	m.pia.Submit(ask, "main form").Want(http.StatusOK)
	if got := m.charged("GET", "/any"); got != "20000000" {
		t.Errorf("who has the plan gets %s", got)
	}
	if p := m.carl.Get("/apis/quotes"); !p.Has(".access-ready") || !strings.Contains(p.Says(".plan-offer"), "Pay per call your plan") {
		t.Errorf("who has the plan is told %q", p.Says("main"))
	}
	m.end(t)
	if p := m.carl.Get("/apis/quotes"); !p.Has(".access-no-plan") {
		t.Errorf("nobody new is told %q", p.Says(".panel"))
	}
	refused := m.carl.Post("/apis/quotes/subscribe", "team", "consumers", "plan", m.API.Plan.ID).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(refused.Says(".error-summary"), "takes no new subscribers") {
		t.Errorf("it is told as %q", refused.Says(".error-summary"))
	}
	m.pia.Submit(m.pia.Get(offer), "main form").Want(http.StatusOK)
	m.carl.Submit(m.carl.Get("/apis/quotes"), ".access-subscribe form").Want(http.StatusOK)
	if got := m.charged("GET", "/any"); got != "20000000" {
		t.Errorf("once it is open again a call gets %s", got)
	}
}

// Whoever may not publish sees the plans and changes nothing; another API's or another team's plans do not exist here.
func TestWhoSeesAndWhoChangesPlans(t *testing.T) {
	roles := &webtest.Roles{}
	app := webtest.New(t, roles.Wrap)
	w := app.World(t)
	ctx, carl := t.Context(), models.Actor{UserID: w.Consumer.ID}
	if err := app.Store.SetProvider(ctx, models.System, w.ConsumerTeam.ID, true); err != nil {
		t.Fatal(err)
	}
	foreign, err := app.Store.CreateAPI(ctx, carl, w.ConsumerTeam.ID, models.APIDraft{Name: "Other", Slug: "other", Visibility: models.Public, UpstreamURL: "https://x.example.test"})
	if err != nil {
		t.Fatal(err)
	}
	pia, own := app.As(t, w.Provider), w.API.Plan.ID
	for _, role := range everyRole {
		roles.Role = role
		sees, changes := role.May(models.MayManageAPIs), role.May(models.MayPublish)
		for path, may := range map[string]bool{
			paths.Plans("providers", "quotes"): sees, paths.Plan("providers", "quotes", own): sees, paths.Requests("providers"): sees,
			paths.NewPlan("providers", "quotes"): changes, paths.EditPlan("providers", "quotes", own): changes,
			paths.PlanTerms("providers", "quotes", own): changes, paths.OfferPlan("providers", "quotes", own): changes,
		} {
			if got := pia.Get(path).Status == http.StatusOK; got != may {
				t.Errorf("%s opens %s: %v", role, path, got)
			}
		}
		if sees && pia.Get(paths.Plan("providers", "quotes", own)).Has(`main a[href$="/terms"]`) != changes {
			t.Errorf("%s is shown the wrong thing", role)
		}
		if got := pia.Get("/t/providers").Has(`nav a[href="/t/providers/requests"]`); got != sees {
			t.Errorf("%s is led to the requests: %v", role, got)
		}
	}
	roles.Role = ""
	for _, path := range []string{
		paths.Plan("providers", "quotes", foreign.Plan.ID), paths.PlanTerms("providers", "quotes", foreign.Plan.ID), paths.Plan("providers", "other", foreign.Plan.ID),
		paths.OfferPlan("providers", "quotes", "plan_nothing"), paths.EditPlan("providers", "quotes", foreign.Plan.ID), paths.Plan("consumers", "other", foreign.Plan.ID),
	} {
		pia.Get(path).Want(http.StatusNotFound)
		pia.Post(strings.TrimSuffix(path, "/")+"/terms", "price", "1").Want(http.StatusNotFound)
	}
	pia.Post(paths.WithdrawTerms("providers", "quotes", own, "rev_nothing")).Want(http.StatusNotFound)
	pia.Post(paths.Request("providers", "ask_nothing"), "answer", "approve").Want(http.StatusNotFound)
}

// A refused call is told with the price of its operation under the team's own plan.
func TestARefusedCallIsToldWithItsOwnPrice(t *testing.T) {
	m := openMarket(t)
	pro := m.addPlan(t, "name", "Pro", "price", "0.01", "route1-method", "GET", "route1", "/reports/{id}", "route1-price", "500")
	m.end(t)
	m.carl.Post("/apis/quotes/subscribe", "team", "consumers", "plan", pro).Want(http.StatusOK)
	refused := m.gate.Call("GET", "/invoke/quotes/v1/reports/7", "")
	_, link, _ := strings.Cut(refused.Header.Get("Link"), gatewaytest.PortalURL)
	link, _, _ = strings.Cut(link, ">")
	if refused.StatusCode != http.StatusPaymentRequired {
		t.Fatalf("the call gets %d: %s", refused.StatusCode, refused.Text)
	}
	p := m.carl.Get(link).Want(http.StatusOK)
	if text := p.Says("main"); !strings.Contains(text, "needs $500.00 and the wallet has $100.00") || !strings.Contains(text, "$500.00 per call") {
		t.Errorf("the page says %q", text)
	}
}
