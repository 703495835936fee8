package models_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
)

// wrong lists the fields of an error, in order.
func wrong(err error) string {
	var invalid models.Invalid
	errors.As(err, &invalid)
	return strings.Join(slices.Sorted(maps.Keys(invalid)), " ")
}

func TestPlanValidate(t *testing.T) {
	for _, row := range []struct {
		sentence string
		change   func(*models.Plan)
		bad      string
	}{
		{"a plan with a name and an approval is good", func(*models.Plan) {}, ""},
		{"an empty one names what is needed", func(p *models.Plan) { *p = models.Plan{} }, "approval name"},
		{"a name of 60 characters", func(p *models.Plan) { p.Name = strings.Repeat("é", 60) }, ""},
		{"a name of 61", func(p *models.Plan) { p.Name = strings.Repeat("é", 61) }, "name"},
		{"a name of spaces", func(p *models.Plan) { p.Name = "  " }, "name"},
		{"a name on two lines", func(p *models.Plan) { p.Name = "a\nb" }, "name"},
		{"an approval by nobody", func(p *models.Plan) { p.Approval = "nobody" }, "approval"},
		{"a question, answered by hand", func(p *models.Plan) { p.Approval, p.Question = models.ApprovedByHand, "What for?" }, ""},
		{"a question that nobody reads the answer to", func(p *models.Plan) { p.Question = "What for?" }, "question"},
		{"a question of 201 characters", func(p *models.Plan) { p.Approval, p.Question = models.ApprovedByHand, strings.Repeat("?", 201) }, "question"},
	} {
		p := models.Plan{Name: " Pro ", Approval: models.ApprovedAtOnce}
		row.change(&p)
		if err := p.Validate(); wrong(err) != row.bad || p.Name != strings.TrimSpace(p.Name) {
			t.Errorf("%s: %v", row.sentence, err)
		}
	}
}

func TestAnswersToAQuestion(t *testing.T) {
	for _, row := range []struct {
		sentence, question, answer, want string
		bad                              bool
	}{
		{"nothing is asked and nothing is answered", "", "", "", false},
		{"an answer that nobody asked for is left out", "", "unasked", "", false},
		{"an answer is tidied", "What for?", " a\nb ", "a\nb", false},
		{"no answer", "What for?", " \n", "", true},
		{"an answer of 2,000 characters", "What for?", strings.Repeat("é", 2000), strings.Repeat("é", 2000), false},
		{"an answer of 2,001", "What for?", strings.Repeat("é", 2001), "", true},
		{"an answer that is no text", "What for?", "\xff", "", true},
	} {
		p := models.Plan{Question: row.question}
		if got, err := p.CheckAnswer(row.answer); got != row.want || (err != nil) != row.bad {
			t.Errorf("%s: %q, %v", row.sentence, got, err)
		}
	}
}

func TestPlanRevisionValidate(t *testing.T) {
	route := func(method, path string) models.RoutePrice { return models.RoutePrice{Method: method, Path: path} }
	for _, row := range []struct {
		sentence string
		change   func(*models.PlanRevision)
		bad      string
	}{
		{"free and without limits is good", func(*models.PlanRevision) {}, ""},
		{"a price of 1,000", func(r *models.PlanRevision) { r.Price = 1000 * models.Unit }, ""},
		{"a price above", func(r *models.PlanRevision) { r.Price = 1000*models.Unit + 1 }, "price"},
		{"a price below zero", func(r *models.PlanRevision) { r.Price = -1 }, "price"},
		{"no rule of charging", func(r *models.PlanRevision) { r.ChargeOn = "" }, "charge_on"},
		{"a quota an hour", func(r *models.PlanRevision) { r.Quota = models.Quota{Calls: 1, Period: models.PerHour} }, ""},
		{"a quota in total", func(r *models.PlanRevision) { r.Quota = models.Quota{Calls: 1, Period: models.InTotal} }, "quota"},
		{"a quota without a period", func(r *models.PlanRevision) { r.Quota = models.Quota{Calls: 1} }, "quota"},
		{"a period without a quota is no quota", func(r *models.PlanRevision) { r.Quota = models.Quota{Period: models.PerDay} }, ""},
		{"a quota below zero", func(r *models.PlanRevision) { r.Quota = models.Quota{Calls: -1, Period: models.PerDay} }, "quota"},
		{"a quota beyond all measure", func(r *models.PlanRevision) { r.Quota = models.Quota{Calls: 1e12 + 1, Period: models.PerDay} }, "quota"},
		{"a rate an hour", func(r *models.PlanRevision) { r.Rate = models.Rate{Calls: 1_000_000, Seconds: 3600} }, ""},
		{"a rate a day", func(r *models.PlanRevision) { r.Rate = models.Rate{Calls: 1, Seconds: 86400} }, "rate"},
		{"a rate of more than a million", func(r *models.PlanRevision) { r.Rate = models.Rate{Calls: 1_000_001, Seconds: 1} }, "rate"},
		{"a rate below zero", func(r *models.PlanRevision) { r.Rate = models.Rate{Calls: -1, Seconds: 1} }, "rate"},
		{"a unit without a rate is no rate", func(r *models.PlanRevision) { r.Rate = models.Rate{Seconds: 60} }, ""},
		{"calls at the same time", func(r *models.PlanRevision) { r.Concurrency = 100_000 }, ""},
		{"too many of them", func(r *models.PlanRevision) { r.Concurrency = 100_001 }, "concurrency"},
		{"fewer than none", func(r *models.PlanRevision) { r.Concurrency = -1 }, "concurrency"},
		{"route prices are tidied", func(r *models.PlanRevision) { r.RoutePrices = []models.RoutePrice{route(" get ", " /reports/{id} ")} }, ""},
		{"a route without a slash", func(r *models.PlanRevision) {
			r.RoutePrices = []models.RoutePrice{route("", "/"), route("GET", "reports")}
		}, "route2"},
		{"a route with a strange method", func(r *models.PlanRevision) { r.RoutePrices = []models.RoutePrice{route("G T", "/")} }, "route1"},
		{"a route for HEAD, which is GET's", func(r *models.PlanRevision) { r.RoutePrices = []models.RoutePrice{route("HEAD", "/")} }, "route1"},
		{"a route with a backslash, which no call matches", func(r *models.PlanRevision) { r.RoutePrices = []models.RoutePrice{route("", `/a\b`)} }, "route1"},
		{"a rest before the end", func(r *models.PlanRevision) { r.RoutePrices = []models.RoutePrice{route("", "/{rest...}/a")} }, "route1"},
		{"a route's price below zero", func(r *models.PlanRevision) { r.RoutePrices = []models.RoutePrice{{Path: "/", Price: -1}} }, "route1-price"},
		{"the same calls under two names", func(r *models.PlanRevision) {
			r.RoutePrices = []models.RoutePrice{route("GET", "/a/{id}"), route("POST", "/a/{id}"), route("get", "/a/{name}")}
		}, "route3"},
		{"a parameter and a rest differ", func(r *models.PlanRevision) {
			r.RoutePrices = []models.RoutePrice{route("", "/a/{x}"), route("", "/a/{x...}")}
		}, ""},
		{"forty routes", func(r *models.PlanRevision) { r.RoutePrices = distinct(40) }, ""},
		{"forty-one", func(r *models.PlanRevision) { r.RoutePrices = distinct(41) }, "routes"},
	} {
		r := models.PlanRevision{ChargeOn: models.ChargeAnswered}
		row.change(&r)
		if err := r.Validate(); wrong(err) != row.bad {
			t.Errorf("%s: %v", row.sentence, err)
		} else if err == nil && (r.Quota.Calls == 0 && r.Quota.Period != "" || r.Rate.Calls == 0 && r.Rate.Seconds != 0) {
			t.Errorf("%s: half a limit is left in %+v", row.sentence, r)
		}
	}
	tidy := models.PlanRevision{ChargeOn: models.ChargeSuccess, RoutePrices: []models.RoutePrice{route(" get ", " /reports/{id} ")}}
	if err := tidy.Validate(); err != nil || tidy.RoutePrices[0] != route("GET", "/reports/{id}") {
		t.Errorf("%+v, %v", tidy.RoutePrices, err)
	}
}

// distinct are so many routes that match different calls.
func distinct(n int) (prices []models.RoutePrice) {
	for i := range n {
		prices = append(prices, models.RoutePrice{Path: "/" + strings.Repeat("a", i+1)})
	}
	return prices
}
