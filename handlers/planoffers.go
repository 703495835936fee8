package handlers

import (
	"context"
	"fmt"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
)

// teamTerms are the terms that a team's calls to an API are decided by: those of its subscription's plan. A team that has
// none would begin with the plan that lists show.
func (h *Handlers) teamTerms(ctx context.Context, teamID string, row models.APIListing) (models.Subscription, billing.PlanTerms, error) {
	sub, _, err := h.store.LiveSubscription(ctx, teamID, row.API.ID)
	if err != nil {
		return sub, billing.PlanTerms{}, err
	}
	planID := sub.PlanID
	if planID == "" {
		planID = row.Plan.ID
	}
	found, err := h.store.TermsInEffect(ctx, planID)
	if err != nil {
		return sub, billing.PlanTerms{}, err
	}
	terms, ok := found[planID]
	if !ok {
		return sub, billing.PlanTerms{}, fmt.Errorf("the plan %s has no terms in effect", planID)
	}
	return sub, billing.TermsOf(terms), nil
}

// planOffers are the plans that an API's page shows: those that are open, and the one that the reader's team has.
func (h *Handlers) planOffers(plans []models.PlanListing, own string) []pages.PlanOffer {
	var offers []pages.PlanOffer
	for _, p := range plans {
		row := h.planRow(p, 0)
		if row.Closed && row.ID != own {
			continue
		}
		offers = append(offers, pages.PlanOffer{
			ID: row.ID, Name: row.Name, Closed: row.Closed, ByHand: row.ByHand, Question: row.Question, Own: row.ID == own,
			Terms: row.Terms, Coming: row.Coming,
		})
	}
	return offers
}

// typedChoice puts back what was chosen and answered in a form that was refused.
func typedChoice(c echo.Context, offers []pages.PlanOffer) {
	for i := range offers {
		offers[i].Chosen = c.FormValue("plan") == offers[i].ID
		offers[i].Answer = c.FormValue("answer-" + offers[i].ID)
	}
}
