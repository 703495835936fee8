package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
)

// ShowNewPlan is the form that adds a plan.
func (h *Handlers) ShowNewPlan(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	return h.newPlanForm(c, http.StatusOK, row, pages.PlanForm{
		Approval: string(models.ApprovedAtOnce), ChargeOn: string(models.ChargeAnswered), QuotaPeriod: string(models.PerMonth), RateSeconds: "60",
	})
}

// NewPlan adds a plan. Its terms are in effect, and it is offered, before the next page is shown.
func (h *Handlers) NewPlan(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	form := planForm(c)
	plan := identityOf(form)
	terms, bad := termsOf(form)
	plan, err = h.AddPlan(ctx(c), actor(c), row, plan, terms, bad)
	if invalid, wrong := isInvalid(err); wrong {
		form.Errors = errorsOf(invalid)
		return h.newPlanForm(c, http.StatusUnprocessableEntity, row, form)
	}
	if err != nil && !h.NotLive(err) {
		return err
	}
	return h.planSaved(c, m, planCase{api: row, plan: models.PlanListing{Plan: plan}}, plan.Name+" is a plan of "+row.API.Name+" now.", err)
}

// AddPlan adds a plan to an API. models.Invalid says what is wrong with it, besides what is noted in bad already. The error may
// be one that Config.NotLive knows.
func (h *Handlers) AddPlan(
	ctx context.Context, actor models.Actor, row models.APIListing, plan models.Plan, terms models.PlanRevision, bad models.Invalid,
) (models.Plan, error) {
	if err := bad.With(terms.Validate(), plan.Validate()); err != nil {
		return plan, err
	}
	return h.store.AddPlan(ctx, actor, row.API.TeamID, row.API.ID, plan, terms)
}

func (h *Handlers) newPlanForm(c echo.Context, status int, row models.APIListing, form pages.PlanForm) error {
	return page.Render(c, status, pages.NewPlan(h.site.Request(c), pages.NewPlanProps{
		PlanForm: h.completedPlan(form), API: row.API.Name, Slug: row.API.Slug,
	}))
}
