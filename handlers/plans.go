package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type planStore interface {
	APIPlans(ctx context.Context, apiID string) ([]models.PlanListing, error)
	APIPlan(ctx context.Context, apiID, planID string) (models.PlanListing, error)
	TermsInEffect(ctx context.Context, planIDs ...string) (map[string]models.PlanRevision, error)
	PlanSubscribers(ctx context.Context, apiID string) (map[string]int64, error)
	PlanTeams(ctx context.Context, apiID, planID string, limit int) ([]string, error)
	AddPlan(ctx context.Context, actor models.Actor, teamID, apiID string, plan models.Plan, terms models.PlanRevision) (models.Plan, error)
	EditPlan(ctx context.Context, actor models.Actor, teamID, apiID, planID string, change models.Plan) error
	OpenPlan(ctx context.Context, actor models.Actor, teamID, apiID, planID string, open bool) error
	// RevisePlan and WithdrawRevision return an error that Config.NotLive knows where the gateway could not take them.
	RevisePlan(ctx context.Context, actor models.Actor, teamID, apiID, planID string, terms models.PlanRevision) (models.PlanRevision, error)
	WithdrawRevision(ctx context.Context, actor models.Actor, teamID, apiID, planID, revisionID string) error
}

// namedTeams is how many of a plan's teams are named; the others are counted.
const namedTeams = 8

// Plans lists an API's plans, for those who offer it.
func (h *Handlers) Plans(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	plans, err := h.store.APIPlans(ctx(c), row.API.ID)
	if err != nil {
		return err
	}
	teams, err := h.store.PlanSubscribers(ctx(c), row.API.ID)
	if err != nil {
		return err
	}
	props := pages.PlansProps{API: row.API.Name, Slug: row.API.Slug}
	for _, p := range plans {
		props.Plans = append(props.Plans, h.planRow(p, teams[p.Plan.ID]))
	}
	r := h.teamRequest(c, m)
	return page.Render(c, http.StatusOK, pages.Plans(r, props))
}

// planCase is a plan that a page of its provider is about.
type planCase struct {
	api   models.APIListing
	plan  models.PlanListing
	teams int64
	names []string // some of those teams
}

// planCase finds the plan that the address names, or models.ErrNotFound: another team's plans are not there.
func (h *Handlers) planCase(c echo.Context, m models.Membership) (p planCase, err error) {
	if p.api, err = h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug")); err != nil {
		return p, err
	}
	if p.plan, err = h.store.APIPlan(ctx(c), p.api.API.ID, c.Param("plan")); err != nil {
		return p, err
	}
	teams, err := h.store.PlanSubscribers(ctx(c), p.api.API.ID)
	if err != nil {
		return p, err
	}
	p.teams = teams[p.plan.Plan.ID]
	p.names, err = h.store.PlanTeams(ctx(c), p.api.API.ID, p.plan.Plan.ID, namedTeams)
	return p, err
}

// Plan is one plan with its terms, now and to come.
func (h *Handlers) Plan(c echo.Context, m models.Membership) error {
	p, err := h.planCase(c, m)
	if err != nil {
		return err
	}
	r := h.teamRequest(c, m)
	return page.Render(c, http.StatusOK, pages.Plan(r, pages.PlanProps{
		PlanRow: h.planRow(p.plan, p.teams), API: p.api.API.Name, Slug: p.api.API.Slug, Since: p.plan.Terms.EffectiveAt, Teams: p.names,
	}))
}

// WithdrawTerms takes back terms that are yet to come.
func (h *Handlers) WithdrawTerms(c echo.Context, m models.Membership) error {
	p, err := h.planCase(c, m)
	if err != nil {
		return err
	}
	err = h.store.WithdrawRevision(ctx(c), actor(c), m.Team.ID, p.api.API.ID, p.plan.Plan.ID, c.Param("revision"))
	if errors.Is(err, models.ErrConflict) {
		return h.backToPlan(c, m, p, ui.Attention, "These terms are in effect, or will be within a minute, and can no longer be withdrawn. Set other terms instead.")
	}
	if err != nil && !h.NotLive(err) {
		return err
	}
	return h.planSaved(c, m, p, "Withdrawn. The terms stay as they are.", err)
}

// planSaved leads back to the plan and says what was done, and if need be that the gateway does not know it yet.
func (h *Handlers) planSaved(c echo.Context, m models.Membership, p planCase, text string, notLive error) error {
	if notLive != nil {
		return h.backToPlan(c, m, p, ui.Attention, "Saved, but not live yet: the gateway could not take the change. It is tried again at the next change.")
	}
	return h.backToPlan(c, m, p, ui.Positive, text)
}

func (h *Handlers) backToPlan(c echo.Context, m models.Membership, p planCase, tone ui.Tone, text string) error {
	if err := h.site.Flash(c, tone, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Plan(m.Team.Slug, p.api.API.Slug, p.plan.Plan.ID))
}

func (h *Handlers) planRow(p models.PlanListing, teams int64) pages.PlanRow {
	return pages.PlanRow{
		ID: p.Plan.ID, Name: p.Plan.Name, First: p.Plan.Position == 1, Closed: p.Plan.ClosedAt != nil,
		ByHand: p.Plan.Approval == models.ApprovedByHand, Question: p.Plan.Question,
		Terms: h.terms(p.Terms), Coming: h.coming(p), Subscribers: teams,
	}
}

// terms are a revision's terms in words.
func (h *Handlers) terms(r models.PlanRevision) pages.Terms {
	t := pages.Terms{Price: h.price(r.Price), SuccessOnly: r.ChargeOn == models.ChargeSuccess, Concurrency: r.Concurrency}
	for _, route := range billing.TermsOf(r).Routes {
		t.Routes = append(t.Routes, pages.RoutePrice{Method: route.Method, Path: route.Path, Price: h.amount(route.Price)})
	}
	if r.Quota.Limited() {
		t.Quota = r.Quota.String()
	}
	if r.Rate.Limited() {
		t.Rate = r.Rate.String()
	}
	return t
}

// coming are the revisions to come, each with what it changes of the one before it.
func (h *Handlers) coming(p models.PlanListing) []pages.Coming {
	var out []pages.Coming
	before := h.terms(p.Terms)
	for _, r := range p.Coming {
		after := h.terms(r)
		out = append(out, pages.Coming{ID: r.ID, At: r.EffectiveAt, Changes: pages.TermChanges(before, after)})
		before = after
	}
	return out
}
