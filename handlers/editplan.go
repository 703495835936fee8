package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
)

// ShowEditPlan is the form for what a plan is called and who may have it.
func (h *Handlers) ShowEditPlan(c echo.Context, m models.Membership) error {
	p, err := h.planCase(c, m)
	if err != nil {
		return err
	}
	stored := p.plan.Plan
	return h.editPlanForm(c, http.StatusOK, p, pages.PlanForm{Name: stored.Name, Approval: string(stored.Approval), Question: stored.Question})
}

// EditPlan saves it. Those who have the plan, or have asked for it, are not touched.
func (h *Handlers) EditPlan(c echo.Context, m models.Membership) error {
	p, err := h.planCase(c, m)
	if err != nil {
		return err
	}
	form := planForm(c)
	change := identityOf(form)
	if err = change.Validate(); err == nil {
		err = h.store.EditPlan(ctx(c), actor(c), m.Team.ID, p.api.API.ID, p.plan.Plan.ID, change)
	}
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
		return h.editPlanForm(c, http.StatusUnprocessableEntity, p, form)
	}
	if err != nil && !h.NotLive(err) {
		return err
	}
	return h.planSaved(c, m, p, "Saved.", err)
}

func (h *Handlers) editPlanForm(c echo.Context, status int, p planCase, form pages.PlanForm) error {
	return page.Render(c, status, pages.EditPlan(h.site.Request(c), pages.EditPlanProps{
		PlanForm: form, API: p.api.API.Name, Slug: p.api.API.Slug, ID: p.plan.Plan.ID, Current: p.plan.Plan.Name,
	}))
}
