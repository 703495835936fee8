package api

import (
	"context"
	"net/http"
	"time"

	"github.com/faregate/faregate/models"
)

type planStore interface {
	APIPlans(ctx context.Context, apiID string) ([]models.PlanListing, error)
	APIPlan(ctx context.Context, apiID, planID string) (models.PlanListing, error)
	PlanSubscribers(ctx context.Context, apiID string) (map[string]int64, error)
	EditPlan(ctx context.Context, actor models.Actor, teamID, apiID, planID string, change models.Plan) error
	OpenPlan(ctx context.Context, actor models.Actor, teamID, apiID, planID string, open bool) error
	WithdrawRevision(ctx context.Context, actor models.Actor, teamID, apiID, planID, revisionID string) error
}

const tagPlans = "Plans"

// Plan is an offer with its terms.
type Plan struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Approval string        `json:"approval" enum:"auto,manual" doc:"Whether a team has it at once, or somebody of the provider says yes first."`
	Question string        `json:"question" doc:"To the applicant; empty for none."`
	Terms    Terms         `json:"terms" doc:"In effect now."`
	Coming   []ComingTerms `json:"coming" nullable:"false" doc:"Terms that are set and not in effect yet, in their order."`
}

// OwnPlan is a plan as its provider sees it.
type OwnPlan struct {
	Plan
	ClosedAt    *time.Time `json:"closed_at" doc:"Nobody new has it from then on; null while it is open."`
	Subscribers int64      `json:"subscribers"`
	CreatedAt   time.Time  `json:"created_at"`
}

func (c *call) plan(p models.PlanListing) Plan {
	shown := Plan{
		ID: p.Plan.ID, Name: p.Plan.Name, Approval: string(p.Plan.Approval), Question: p.Plan.Question, Terms: c.terms(p.Terms), Coming: []ComingTerms{},
	}
	for _, r := range p.Coming {
		shown.Coming = append(shown.Coming, ComingTerms{r.ID, r.EffectiveAt, c.terms(r)})
	}
	return shown
}

func (c *call) planOfOurs(p models.PlanListing, teams map[string]int64) OwnPlan {
	return OwnPlan{c.plan(p), p.Plan.ClosedAt, teams[p.Plan.ID], p.Plan.CreatedAt}
}

var listPlans = operation[OfAPI, listed[OwnPlan]]{
	id: "list-plans", tag: tagPlans, summary: "List an API's plans",
	description: "The oldest first, closed ones too. There are at most 20, so this list is one page.",
	do: func(ctx context.Context, c *call, in *OfAPI) (*listed[OwnPlan], error) {
		row, err := c.provides(ctx, in.API)
		if err != nil {
			return nil, err
		}
		plans, err := c.api.store.APIPlans(ctx, row.API.ID)
		if err != nil {
			return nil, err
		}
		teams, err := c.api.store.PlanSubscribers(ctx, row.API.ID)
		return list(c, models.Paged[models.PlanListing]{Rows: plans}, func(p models.PlanListing) OwnPlan { return c.planOfOurs(p, teams) }), err
	},
}

// OfPlan are the parameters of operations on one plan.
type OfPlan struct {
	OfAPI
	Plan string `path:"plan" maxLength:"60" doc:"The plan's id."`
}

// planOf finds a plan of an API of the team.
func (c *call) planOf(ctx context.Context, in OfPlan) (row models.APIListing, plan models.PlanListing, err error) {
	if row, err = c.provides(ctx, in.API); err != nil {
		return row, plan, err
	}
	plan, err = c.api.store.APIPlan(ctx, row.API.ID, in.Plan)
	return row, plan, err
}

var showPlan = operation[OfPlan, one[OwnPlan]]{
	id: "show-plan", tag: tagPlans, summary: "Show a plan",
	description: "A plan with its terms, now and to come.",
	do:          func(ctx context.Context, c *call, in *OfPlan) (*one[OwnPlan], error) { return c.thisPlan(ctx, *in) },
}

// thisPlan is the plan as the store has it now.
func (c *call) thisPlan(ctx context.Context, in OfPlan) (*one[OwnPlan], error) {
	row, plan, err := c.planOf(ctx, in)
	if err != nil {
		return nil, err
	}
	teams, err := c.api.store.PlanSubscribers(ctx, row.API.ID)
	return &one[OwnPlan]{c.planOfOurs(plan, teams)}, err
}

type newPlan struct {
	OfAPI
	Body struct {
		Name     string          `json:"name" doc:"At most 60 characters." example:"Partner"`
		Approval models.Approval `json:"approval,omitempty" enum:"auto,manual" default:"auto" doc:"Whether a team has it at once, or somebody of the provider says yes first."`
		Question string          `json:"question,omitempty" doc:"To the applicant, where somebody answers. At most 200 characters." example:"What will you use it for?"`
		Terms    Terms           `json:"terms"`
	}
}

var createPlan = operation[newPlan, made[OwnPlan]]{
	id: "create-plan", tag: tagPlans, summary: "Add a plan",
	description: "Its terms are in effect, and it is offered, at once.",
	status:      http.StatusCreated,
	do: func(ctx context.Context, c *call, in *newPlan) (*made[OwnPlan], error) {
		row, err := c.provides(ctx, in.API)
		if err != nil {
			return nil, err
		}
		bad := models.Invalid{}
		terms := c.readTerms(in.Body.Terms, bad)
		plan := models.Plan{Name: in.Body.Name, Approval: in.Body.Approval, Question: in.Body.Question}
		if plan, err = c.api.Pages.AddPlan(ctx, c.actor, row, plan, terms, bad); err != nil {
			return nil, inBody(err, placeOfTerms)
		}
		shown, err := c.thisPlan(ctx, OfPlan{in.OfAPI, plan.ID})
		if err != nil {
			return nil, err
		}
		return &made[OwnPlan]{c.within("apis", row.API.Slug, "plans", plan.ID), shown.Body}, nil
	},
}

type planEdit struct {
	OfPlan
	Body struct {
		Name     *string          `json:"name,omitempty" doc:"At most 60 characters."`
		Approval *models.Approval `json:"approval,omitempty" enum:"auto,manual"`
		Question *string          `json:"question,omitempty" doc:"At most 200 characters; empty for none."`
	}
}

var editPlan = operation[planEdit, one[OwnPlan]]{
	id: "edit-plan", tag: tagPlans, summary: "Edit a plan",
	description: "Changes what the plan is called and who may have it, and leaves what is not sent. Those who have it, or have asked for it, are not touched.",
	do: func(ctx context.Context, c *call, in *planEdit) (*one[OwnPlan], error) {
		row, p, err := c.planOf(ctx, in.OfPlan)
		if err != nil {
			return nil, err
		}
		change := models.Plan{Name: p.Plan.Name, Approval: p.Plan.Approval, Question: p.Plan.Question}
		replace(&change.Name, in.Body.Name)
		replace(&change.Approval, in.Body.Approval)
		replace(&change.Question, in.Body.Question)
		if err := change.Validate(); err != nil {
			return nil, err
		}
		if err := c.api.store.EditPlan(ctx, c.actor, c.team.ID, row.API.ID, p.Plan.ID, change); err != nil {
			return nil, err
		}
		return c.thisPlan(ctx, in.OfPlan)
	},
}

var openPlan = operation[OfPlan, one[OwnPlan]]{
	id: "open-plan", tag: tagPlans, summary: "Open a plan",
	description: "Offers a plan that was closed again. Doing so twice changes nothing.",
	do: func(ctx context.Context, c *call, in *OfPlan) (*one[OwnPlan], error) {
		return c.offer(ctx, *in, true)
	},
}

var closePlan = operation[OfPlan, one[OwnPlan]]{
	id: "close-plan", tag: tagPlans, summary: "Close a plan",
	description: "Offers a plan to nobody new. Those who have it keep it. Doing so twice changes nothing.",
	do: func(ctx context.Context, c *call, in *OfPlan) (*one[OwnPlan], error) {
		return c.offer(ctx, *in, false)
	},
}

func (c *call) offer(ctx context.Context, in OfPlan, open bool) (*one[OwnPlan], error) {
	row, p, err := c.planOf(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := c.mayAsk(); err != nil {
		return nil, err
	}
	if err := c.api.store.OpenPlan(ctx, c.actor, c.team.ID, row.API.ID, p.Plan.ID, open); err != nil {
		return nil, err
	}
	return c.thisPlan(ctx, in)
}
