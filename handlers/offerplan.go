package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
)

// ShowOfferPlan says what closing or opening a plan means, and asks.
func (h *Handlers) ShowOfferPlan(c echo.Context, m models.Membership) error {
	p, err := h.planCase(c, m)
	if err != nil {
		return err
	}
	plans, err := h.store.APIPlans(ctx(c), p.api.API.ID)
	if err != nil {
		return err
	}
	props := pages.OfferPlanProps{PlanRow: h.planRow(p.plan, p.teams), API: p.api.API.Name, Slug: p.api.API.Slug}
	for _, other := range plans {
		if other.Plan.ClosedAt == nil && other.Plan.ID != p.plan.Plan.ID {
			props.Others++
		}
	}
	return page.Render(c, http.StatusOK, pages.OfferPlan(h.site.Request(c), props))
}

// OfferPlan closes a plan to new subscribers or opens it to them. Doing so twice changes nothing.
func (h *Handlers) OfferPlan(c echo.Context, m models.Membership) error {
	p, err := h.planCase(c, m)
	if err != nil {
		return err
	}
	open, said := c.FormValue("to") == "open", p.plan.Plan.Name+" is closed to new subscribers. Those who have it keep it."
	if open {
		said = p.plan.Plan.Name + " is open to new subscribers."
	}
	err = h.store.OpenPlan(ctx(c), actor(c), m.Team.ID, p.api.API.ID, p.plan.Plan.ID, open)
	if err != nil && !h.NotLive(err) {
		return err
	}
	return h.planSaved(c, m, p, said, err)
}
