package api

import "context"

// Offer is what an API offers to a team.
type Offer struct {
	API     NamedAPI    `json:"api"`
	Refusal string      `json:"refusal,omitempty" doc:"Why the team cannot subscribe; left out if it can."`
	Plans   []PlanOffer `json:"plans" nullable:"false" doc:"Those that are open to new subscribers, and any that the team has."`
}

// PlanOffer is a plan with its terms.
type PlanOffer struct {
	Plan
	Open bool `json:"open" doc:"Whether it takes new subscribers."`
}

var showOffer = operation[OfAPI, one[Offer]]{
	id: "show-offer", tag: tagSubscriptions, summary: "Show the plans of an API",
	description: "What the team can subscribe to, on which terms. The ids of plans are those that subscribing and changing a plan take.",
	do: func(ctx context.Context, c *call, in *OfAPI) (*one[Offer], error) {
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
				offer.Plans = append(offer.Plans, PlanOffer{c.plan(p), p.Plan.ClosedAt == nil})
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
