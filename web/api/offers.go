package api

import (
	"context"

	"github.com/faregate/faregate/models"
)

// Offer is what an API offers to a team.
type Offer struct {
	API     NamedAPI    `json:"api"`
	Refusal string      `json:"refusal,omitempty" doc:"Why the team cannot subscribe; left out if it can."`
	Plans   []PlanOffer `json:"plans" nullable:"false" doc:"Those that are open to new subscribers, and any that the team has."`
}

// PlanOffer is a plan with its terms as they are in effect now.
type PlanOffer struct {
	NamedPlan
	Open        bool          `json:"open" doc:"Whether it takes new subscribers."`
	Approval    string        `json:"approval" enum:"auto,manual" doc:"manual: the provider answers each request."`
	Question    string        `json:"question" doc:"To be answered with a request; empty for none."`
	Price       string        `json:"price" doc:"Of a call, as a decimal in the portal's currency." example:"0.02"`
	Prices      []PriceOfPath `json:"operation_prices" nullable:"false" doc:"In place of the price, for the calls that they match."`
	ChargeOn    string        `json:"charge_on" doc:"Which answers are charged."`
	Quota       *Quota        `json:"quota,omitempty"`
	Rate        *Rate         `json:"rate,omitempty"`
	Concurrency int64         `json:"concurrency,omitempty" doc:"Calls at the same time."`
}

// PriceOfPath is the price of an operation.
type PriceOfPath struct {
	Method string `json:"method" doc:"Empty: every one."`
	Path   string `json:"path"`
	Price  string `json:"price"`
}

// Quota is how many calls a plan includes in a calendar period.
type Quota struct {
	Calls  int64  `json:"calls"`
	Period string `json:"period" enum:"hour,day,month"`
}

type ofAPI struct {
	InTeam
	API string `path:"api" maxLength:"100" doc:"The short name of the API." example:"quotes"`
}

var showOffer = operation[ofAPI, one[Offer]]{
	id: "show-offer", tag: tagSubscriptions, summary: "Show the plans of an API",
	description: "What the team can subscribe to, on which terms. The ids of plans are those that subscribing and changing a plan take.",
	do: func(ctx context.Context, c *call, in *ofAPI) (*one[Offer], error) {
		row, err := c.api.store.CatalogueAPI(ctx, c.actor.In(c.team.ID), in.API)
		if err != nil {
			return nil, err
		}
		own, err := c.ownPlan(ctx, row.API.ID)
		if err != nil {
			return nil, err
		}
		offer := Offer{API: NamedAPI{row.API.Slug, row.API.Name, row.TeamName}, Plans: []PlanOffer{}}
		if why := row.TakesSubscriber(c.team.ID); why != nil {
			offer.Refusal = why.Error()
		}
		plans, err := c.api.store.APIPlans(ctx, row.API.ID)
		for _, p := range plans {
			if p.Plan.ClosedAt == nil || p.Plan.ID == own {
				offer.Plans = append(offer.Plans, planOffer(p))
			}
		}
		return &one[Offer]{offer}, err
	},
}

// ownPlan is the plan that the team has of an API, "" if it has none.
func (c *call) ownPlan(ctx context.Context, apiID string) (string, error) {
	sub, found, err := c.api.store.LiveSubscription(ctx, c.team.ID, apiID)
	if !found {
		return "", err
	}
	return sub.PlanID, err
}

func planOffer(p models.PlanListing) PlanOffer {
	terms := p.Terms
	offer := PlanOffer{
		NamedPlan: NamedPlan{p.Plan.ID, p.Plan.Name}, Open: p.Plan.ClosedAt == nil, Approval: string(p.Plan.Approval), Question: p.Plan.Question,
		Price: terms.Price.Decimal(2), Prices: []PriceOfPath{}, ChargeOn: string(terms.ChargeOn), Concurrency: terms.Concurrency,
	}
	for _, r := range terms.RoutePrices {
		offer.Prices = append(offer.Prices, PriceOfPath{r.Method, r.Path, r.Price.Decimal(2)})
	}
	if terms.Quota.Limited() {
		offer.Quota = &Quota{terms.Quota.Calls, string(terms.Quota.Period)}
	}
	if terms.Rate.Limited() {
		offer.Rate = &Rate{terms.Rate.Calls, terms.Rate.Seconds}
	}
	return offer
}
