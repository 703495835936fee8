package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

// plansOf is what providers see of an API's plans and of those who ask for them, and what others see of the choice.
func plansOf(theme layout.Theme) []Story {
	r := as(theme, prov)
	developer := prov
	developer.Role, developer.MayPublish = "developer", false
	looking := as(theme, developer)
	plans := planRows()
	form := pages.PlanForm{
		Name: "Pro", Approval: "auto", Price: "0.02", Currency: "USD", ChargeOn: "answered", Quota: "10000", QuotaPeriod: "month", Rate: "100", RateSeconds: "60",
		Routes: append([]pages.RouteRow{{Method: "GET", Path: "/reports/{id}", Price: "0.5"}, {Method: "POST", Path: "/by/{name...}", Price: "0.03"}}, make([]pages.RouteRow, pages.SpareRoutes)...),
	}
	empty := pages.PlanForm{Approval: "auto", ChargeOn: "answered", QuotaPeriod: "month", RateSeconds: "60", Routes: make([]pages.RouteRow, pages.SpareRoutes)}
	bad := form
	bad.Name, bad.Question, bad.Quota, bad.At = "", "What for?", "many", "2026-11-01T00:00"
	bad.Routes = append([]pages.RouteRow{{Method: "QUERY", Path: "reports", Price: "cheap"}}, bad.Routes...)
	bad.Errors = ui.Errors{
		"name": "Enter the plan's name.", "approval": "Choose who decides that a team may have the plan.", "question": "Nobody reads an answer to a plan that is given at once. Choose approval by hand, or leave the question empty.",
		"routes": "Set at most 40 prices of operations.", "route1": "\"reports\" is not a path; write it like /reports/{id}.", "route1-price": "Write an amount such as 0.02, with at most nine decimals.",
		"quota": "Write a whole number such as 10000, or leave it empty for no limit.", "charge_on": "Choose which answers are charged.",
	}
	badTerms := bad
	badTerms.Errors = ui.Errors{"at": "This time has passed. Choose a later one, or leave it empty for now."}
	change := pages.PlanTermsProps{PlanForm: form, API: "Quotes", Slug: "quotes", ID: "plan_1", Plan: "Pro", Subscribers: 14, Teams: []string{"Acme Weather", "Tideline"}, Coming: plans[1].Coming}
	refused := change
	refused.PlanForm, refused.First, refused.Subscribers, refused.Coming = badTerms, true, 0, nil
	asks := []pages.RequestRow{
		{ID: "ask_1", Team: "Acme Weather", By: "Mara Lind", API: "Quotes", APISlug: "quotes", Plan: "Partner", Question: "What will you use it for?", Answer: "A calendar with a quotation a day.\nAbout 400 calls a month.", State: "requested", Waiting: true, Since: ago(26 * time.Hour), Past: []pages.PastRow{
			{API: "Tides", Plan: "Pay per call", State: "active", Since: ago(300 * 24 * time.Hour)},
			{API: "Quotes", Plan: "Partner", State: "rejected", Since: ago(90 * 24 * time.Hour), EndedAt: ago(88 * 24 * time.Hour), Comment: "Tell us how many calls you expect, and ask again."},
		}},
		{ID: "ask_2", Team: "Tideline", By: "Jon Aber", API: "Quotes", APISlug: "quotes", Plan: "Partner", FromPlan: "Pay per call", State: "requested", Waiting: true, Since: ago(4 * time.Minute)},
	}
	declined := asks[0]
	declined.State, declined.Waiting, declined.ClosedAt, declined.AnsweredBy, declined.Comment = "rejected", false, ago(time.Hour), "Pat Quotable", "We take no calendars at the moment."
	apiFilter := []ui.Choice{{Label: "All APIs", Selected: true}, {Value: "quotes", Label: "Quotes"}}
	requests := pages.RequestsProps{Requests: asks, APIs: apiFilter, Pager: ui.Pager{Next: "/t/quotable/requests?after=x"}}
	return []Story{
		{"plans", pages.Plans(r, pages.PlansProps{API: "Quotes", Slug: "quotes", Plans: plans})},
		{"plans-developer", pages.Plans(looking, pages.PlansProps{API: "Quotes", Slug: "quotes", Plans: plans[:1]})},
		{"plan", pages.Plan(r, pages.PlanProps{PlanRow: plans[1], API: "Quotes", Slug: "quotes", Since: ago(40 * 24 * time.Hour), Teams: []string{"Acme Weather", "Tideline"}})},
		{"plan-developer", pages.Plan(looking, pages.PlanProps{PlanRow: plans[2], API: "Quotes", Slug: "quotes", Since: ago(time.Hour)})},
		{"new-plan", pages.NewPlan(r, pages.NewPlanProps{PlanForm: empty, API: "Quotes", Slug: "quotes"})},
		{"new-plan-refused", pages.NewPlan(r, pages.NewPlanProps{PlanForm: bad, API: "Quotes", Slug: "quotes"})},
		{"edit-plan", pages.EditPlan(r, pages.EditPlanProps{PlanForm: form, API: "Quotes", Slug: "quotes", ID: "plan_1", Current: "Pro"})},
		{"plan-terms", pages.PlanTerms(r, change)},
		{"plan-terms-refused", pages.PlanTerms(r, refused)},
		{"offer-plan-close", pages.OfferPlan(r, pages.OfferPlanProps{PlanRow: plans[0], API: "Quotes", Slug: "quotes"})},
		{"offer-plan-open", pages.OfferPlan(r, pages.OfferPlanProps{PlanRow: plans[2], API: "Quotes", Slug: "quotes", Others: 2})},
		{"requests", pages.Requests(r, requests)},
		{"requests-developer", pages.Requests(looking, requests)},
		{"requests-empty", pages.Requests(r, pages.RequestsProps{APIs: apiFilter})},
		{"requests-declined", pages.Requests(r, pages.RequestsProps{Requests: []pages.RequestRow{declined}, APIs: apiFilter, Filter: pages.RequestsFilter{State: "rejected", Text: "acme"}})},
		{"requests-none-found", pages.Requests(r, pages.RequestsProps{APIs: apiFilter, Filter: pages.RequestsFilter{State: "withdrawn"}})},
		{"request", pages.Request(r, pages.RequestProps{RequestRow: asks[0]})},
		{"request-refused", pages.Request(r, pages.RequestProps{RequestRow: asks[0], Form: pages.RequestForm{EndsAt: "2026-01-01T00:00", Errors: ui.Errors{"comment": "Say why you decline; the applicant reads it.", "ends_at": "This time has passed. Choose a later one, or leave it empty for no end."}}})},
		{"request-closed", pages.Request(looking, pages.RequestProps{RequestRow: declined})},
	}
}

func planRows() []pages.PlanRow {
	pro := proTerms()
	return []pages.PlanRow{
		{ID: "plan_0", Name: "Pay per call", First: true, Terms: pages.Terms{Price: twoCents}, Subscribers: 1_204},
		{ID: "plan_1", Name: "Pro", Terms: pro, Subscribers: 14, Coming: comingPrices()},
		{ID: "plan_2", Name: "Partner", Closed: true, ByHand: true, Question: "What will you use it for?", Terms: pages.Terms{Price: pages.Price{PerCall: usd(0)}, SuccessOnly: true, Concurrency: 20}},
	}
}

func proTerms() pages.Terms {
	return pages.Terms{Price: pages.Price{PerCall: usd(cent)}, Quota: "10,000 calls a month", Rate: "100 calls a minute", Routes: []pages.RoutePrice{
		{Method: "GET", Path: "/reports/{id}", Price: usd(50 * cent)}, {Path: "/health", Price: usd(0)},
	}}
}

func comingPrices() []pages.Coming {
	is := proTerms()
	is.Price, is.Routes, is.Rate = twoCents, is.Routes[:1], ""
	return []pages.Coming{{ID: "rev_2", At: now.Add(9 * 24 * time.Hour), Changes: pages.TermChanges(proTerms(), is)}}
}

// offers are the same plans as those see them who may choose one.
func offers() []pages.PlanOffer {
	var out []pages.PlanOffer
	for _, p := range planRows() {
		out = append(out, pages.PlanOffer{ID: p.ID, Name: p.Name, ByHand: p.ByHand, Question: p.Question, Terms: p.Terms, Coming: p.Coming})
	}
	return out
}
