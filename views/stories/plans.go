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
	requests := pages.RequestsProps{All: 53, Requests: []pages.RequestRow{
		{ID: "sub_1", Team: "Acme Weather", By: "Mara Lind", API: "Quotes", APISlug: "quotes", Plan: "Partner", Question: "What will you use it for?", Answer: "A calendar with a quotation a day.\nAbout 400 calls a month.", Since: ago(26 * time.Hour)},
		{ID: "sub_2", Team: "Tideline", By: "Jon Aber", API: "Quotes", APISlug: "quotes", Plan: "Partner", Since: ago(4 * time.Minute)},
	}}
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
		{"requests-empty", pages.Requests(r, pages.RequestsProps{})},
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
