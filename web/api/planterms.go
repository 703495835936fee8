package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/faregate/faregate/models"
)

// Terms are what a plan costs and allows.
type Terms struct {
	Price       Amount           `json:"price" doc:"Per charged call."`
	Operations  []OperationPrice `json:"operations,omitempty" nullable:"false" doc:"Prices in place of that one, for the calls that they match."`
	ChargeOn    string           `json:"charge_on,omitempty" enum:"answered,success" default:"answered" doc:"Which answers cost the price: whatever the API answers, or successful answers only."`
	Quota       *Quota           `json:"quota,omitempty" doc:"How many calls are included in a period of the subscriber's calendar; left out: no limit."`
	Rate        *Rate            `json:"rate,omitempty" doc:"Of each subscription; left out: no limit."`
	Concurrency int64            `json:"concurrency,omitempty" minimum:"0" doc:"Calls of a subscription at the same time; 0: no limit."`
}

// OperationPrice is the price of the calls of one operation.
type OperationPrice struct {
	Method string `json:"method,omitempty" doc:"Left out: every method. GET is HEAD too." example:"GET"`
	Path   string `json:"path" doc:"Below the version; {name} is one segment, a last {name...} whatever follows." example:"/reports/{id}"`
	Price  Amount `json:"price"`
}

// Quota is how many calls a plan includes.
type Quota struct {
	Calls  int64         `json:"calls" minimum:"1"`
	Period models.Period `json:"period" enum:"hour,day,month"`
}

// ComingTerms are terms that are not in effect yet.
type ComingTerms struct {
	ID          string    `json:"id"`
	EffectiveAt time.Time `json:"effective_at"`
	Terms       Terms     `json:"terms"`
}

func (c *call) terms(r models.PlanRevision) Terms {
	t := Terms{Price: c.amount(r.Price), ChargeOn: string(r.ChargeOn), Concurrency: r.Concurrency}
	for _, p := range r.RoutePrices {
		t.Operations = append(t.Operations, OperationPrice{p.Method, p.Path, c.amount(p.Price)})
	}
	if r.Quota.Limited() {
		t.Quota = &Quota{r.Quota.Calls, r.Quota.Period}
	}
	if r.Rate.Limited() {
		t.Rate = &Rate{r.Rate.Calls, r.Rate.Seconds}
	}
	return t
}

// readTerms turns terms into a revision, and notes the amounts that cannot be read.
func (c *call) readTerms(t Terms, bad models.Invalid) models.PlanRevision {
	r := models.PlanRevision{Price: c.nano(t.Price, "terms/price", bad), ChargeOn: models.ChargeRule(t.ChargeOn), Concurrency: t.Concurrency}
	for i, p := range t.Operations {
		price := c.nano(p.Price, "terms/operations/"+strconv.Itoa(i)+"/price", bad)
		r.RoutePrices = append(r.RoutePrices, models.RoutePrice{Method: p.Method, Path: p.Path, Price: price})
	}
	if t.Quota != nil {
		r.Quota = models.Quota{Calls: t.Quota.Calls, Period: t.Quota.Period}
	}
	if t.Rate != nil {
		r.Rate = models.Rate{Calls: t.Rate.Calls, Seconds: t.Rate.Seconds}
	}
	return r
}

// placeOfTerms is where a body has a field of a plan or of its terms.
func placeOfTerms(field string) string {
	switch field {
	case "price", "charge_on", "quota", "rate", "concurrency":
		return "terms/" + field
	case "routes":
		return "terms/operations"
	}
	row, isRoute := strings.CutPrefix(field, "route")
	if !isRoute {
		return field
	}
	row, ofPrice := strings.CutSuffix(row, "-price")
	n, err := strconv.Atoi(row) // counted from 1
	switch {
	case err != nil:
		return field
	case ofPrice:
		return "terms/operations/" + strconv.Itoa(n-1) + "/price"
	}
	return "terms/operations/" + strconv.Itoa(n-1)
}

type newTerms struct {
	OfPlan
	Body struct {
		Terms       Terms     `json:"terms"`
		EffectiveAt time.Time `json:"effective_at,omitempty" doc:"Left out: from now on. Otherwise within two years."`
	}
}

var setTerms = operation[newTerms, one[OwnPlan]]{
	id: "set-plan-terms", tag: tagPlans, summary: "Set a plan's terms",
	description: "Gives the plan other terms, now or from a time on, with all that they say: what is left out is no limit any more. Calls keep the terms that they were admitted under.",
	do: func(ctx context.Context, c *call, in *newTerms) (*one[OwnPlan], error) {
		row, plan, err := c.planOf(ctx, in.OfPlan)
		if err != nil {
			return nil, err
		}
		if err := c.mayAsk(); err != nil {
			return nil, err
		}
		bad := models.Invalid{}
		terms := c.readTerms(in.Body.Terms, bad)
		terms.EffectiveAt = in.Body.EffectiveAt.UTC().Truncate(time.Millisecond)
		if _, err := c.api.Pages.RevisePlan(ctx, c.actor, row, plan, terms, bad); err != nil {
			return nil, inBody(err, placeOfTerms)
		}
		return c.thisPlan(ctx, in.OfPlan)
	},
}

type ofTerms struct {
	OfPlan
	Terms string `path:"terms" maxLength:"60" doc:"The id of terms that are to come."`
}

var withdrawTerms = operation[ofTerms, nothing]{
	id: "withdraw-plan-terms", tag: tagPlans, summary: "Withdraw terms that are to come",
	description: "As if they had never been set. Terms that are in effect, or will be within a minute, cannot be withdrawn: 409 says so.",
	refusals:    []int{http.StatusConflict},
	do: func(ctx context.Context, c *call, in *ofTerms) (*nothing, error) {
		row, plan, err := c.planOf(ctx, in.OfPlan)
		if err != nil {
			return nil, err
		}
		if err := c.mayAsk(); err != nil {
			return nil, err
		}
		return &nothing{}, c.api.store.WithdrawRevision(ctx, c.actor, c.team.ID, row.API.ID, plan.Plan.ID, in.Terms)
	},
}
