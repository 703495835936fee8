package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
)

// ShowPlanTerms is the form that gives a plan new terms.
func (h *Handlers) ShowPlanTerms(c echo.Context, m models.Membership) error {
	p, err := h.planCase(c, m)
	if err != nil {
		return err
	}
	return h.planTermsForm(c, http.StatusOK, m, p, formOfTerms(p.plan.Terms))
}

// PlanTerms gives a plan new terms, from now on or from a date. Terms are never changed: these are a revision of their own,
// and calls keep the one that they were admitted under.
func (h *Handlers) PlanTerms(c echo.Context, m models.Membership) error {
	p, err := h.planCase(c, m)
	if err != nil {
		return err
	}
	zone, err := teamZone(m.Team)
	if err != nil {
		return err
	}
	form := planForm(c)
	terms, bad := termsOf(form)
	if terms.EffectiveAt, err = effectOf(form.At, h.Clock.Now(), zone); err != nil {
		bad.Check(false, "effective_at", err.Error())
	}
	made, err := h.RevisePlan(ctx(c), actor(c), p.api, p.plan, terms, bad)
	if invalid, wrong := isInvalid(err); wrong {
		form.Errors = errorsOf(invalid, "effective_at", "at")
		return h.planTermsForm(c, http.StatusUnprocessableEntity, m, p, form)
	}
	if err != nil && !h.NotLive(err) {
		return err
	}
	said := "The new terms are in effect. Calls that were made keep their price."
	if !terms.EffectiveAt.IsZero() {
		said = "The new terms take effect on " + ui.Clock{Zone: zone}.Exact(made.EffectiveAt) + "."
	}
	return h.planSaved(c, m, p, said, err)
}

// RevisePlan gives a plan new terms from their instant on, which is now if they have none. models.Invalid says what is wrong with
// them, besides what is noted in bad already. The error may be one that Config.NotLive knows.
func (h *Handlers) RevisePlan(
	ctx context.Context, actor models.Actor, row models.APIListing, plan models.PlanListing, terms models.PlanRevision, bad models.Invalid,
) (models.PlanRevision, error) {
	valid := terms.Validate()
	switch at := terms.EffectiveAt; {
	case !at.IsZero():
		if err := models.CheckComing(at, h.Clock.Now()); err != nil {
			bad.Check(false, "effective_at", err.Error())
		}
	case bad.With(valid) == nil && terms.SameTerms(plan.Terms):
		bad.Check(false, "", "These are the terms in effect. Nothing was changed.")
	}
	if err := bad.With(valid); err != nil {
		return terms, err
	}
	return h.store.RevisePlan(ctx, actor, row.API.TeamID, row.API.ID, plan.Plan.ID, terms)
}

func (h *Handlers) planTermsForm(c echo.Context, status int, m models.Membership, p planCase, form pages.PlanForm) error {
	r := h.teamRequest(c, m)
	if form.QuotaPeriod == "" {
		form.QuotaPeriod = string(models.PerMonth)
	}
	if form.RateSeconds == "" {
		form.RateSeconds = "60"
	}
	return page.Render(c, status, pages.PlanTerms(r, pages.PlanTermsProps{
		PlanForm: h.completedPlan(form), API: p.api.API.Name, Slug: p.api.API.Slug, ID: p.plan.Plan.ID, Plan: p.plan.Plan.Name,
		First: p.plan.Plan.Position == 1, Subscribers: p.teams, Teams: p.names, Coming: h.coming(p.plan),
	}))
}
