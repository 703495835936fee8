package api

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

type requestStore interface {
	ProviderRequests(ctx context.Context, teamID string, filter models.RequestFilter, page models.Page) (models.Paged[models.RequestListing], error)
	ProviderRequest(ctx context.Context, teamID, requestID string) (models.RequestListing, error)
	AnswerRequest(ctx context.Context, actor models.Actor, teamID, requestID string, answer models.RequestAnswer) error
	PastSubscriptions(ctx context.Context, providerID string, teamIDs []string, each int) (map[string][]models.PastSubscription, error)
}

const tagSubscribers = "Subscribers"

// PlanRequest asks for a plan of one of the team's APIs.
type PlanRequest struct {
	ID           string     `json:"id"`
	State        string     `json:"state" enum:"requested,approved,rejected,withdrawn"`
	API          APIRef     `json:"api"`
	Team         TeamRef    `json:"team" doc:"That asks."`
	AskedBy      string     `json:"asked_by" doc:"The name of who asked; empty if an API token of the team did."`
	Plan         string     `json:"plan" doc:"The name of the plan that is asked for."`
	FromPlan     string     `json:"from_plan" doc:"The name of the plan that the team has; empty if it asks for a subscription."`
	AtPeriodEnd  bool       `json:"at_period_end" doc:"The other plan is wanted from the end of the quota's period on."`
	Subscription string     `json:"subscription" doc:"Its id."`
	Question     string     `json:"question" doc:"As it was when the team answered it."`
	Answer       string     `json:"answer"`
	Comment      string     `json:"comment" doc:"Of those who decided."`
	CreatedAt    time.Time  `json:"created_at"`
	ClosedAt     *time.Time `json:"closed_at" doc:"null while it waits."`
}

// PlanRequestFacts is a request with what it is decided by.
type PlanRequestFacts struct {
	PlanRequest
	History []PastSubscription `json:"history" nullable:"false" doc:"The latest 50 other subscriptions that the applicant has or had to APIs of yours, the newest first."`
}

// PastSubscription is one of an applicant's subscriptions.
type PastSubscription struct {
	ID        string     `json:"id"`
	API       string     `json:"api" doc:"Its name."`
	Plan      string     `json:"plan" doc:"Its name."`
	State     string     `json:"state"`
	Comment   string     `json:"comment" doc:"Of those who decided last."`
	CreatedAt time.Time  `json:"created_at"`
	EndedAt   *time.Time `json:"ended_at"`
}

// APIRef names an API.
type APIRef struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// TeamRef names a team.
type TeamRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func planRequest(l models.RequestListing) PlanRequest {
	q := l.Request
	return PlanRequest{
		ID: q.ID, State: string(q.State), API: APIRef{l.APISlug, l.APIName}, Team: TeamRef{q.TeamID, l.TeamName}, AskedBy: l.UserName, Plan: l.PlanName, FromPlan: l.FromPlanName,
		AtPeriodEnd: q.AtPeriodEnd, Subscription: q.SubscriptionID, Question: q.Question, Answer: q.Answer, Comment: q.Comment, CreatedAt: q.CreatedAt, ClosedAt: q.ClosedAt,
	}
}

type requestPage struct {
	InTeam
	Paging
	State models.RequestState `query:"state" enum:"requested,approved,rejected,withdrawn" default:"requested" doc:"Only those in this state: by default those that wait for an answer."`
	API   string              `query:"api" maxLength:"80" doc:"Only those for the API with this short name."`
	Text  string              `query:"q" maxLength:"100" doc:"Only those with this text in the name of the team or of who asked, or in the answer."`
}

var listRequests = operation[requestPage, listed[PlanRequest]]{
	id: "list-requests", tag: tagSubscribers, summary: "List requests for plans",
	description: "Those that wait for an answer of the team, the longest waiting first; or those in another state, the newest first.",
	do: func(ctx context.Context, c *call, in *requestPage) (*listed[PlanRequest], error) {
		filter := models.RequestFilter{State: in.State, APISlug: in.API, Text: in.Text}
		rows, err := c.api.store.ProviderRequests(ctx, c.team.ID, filter, in.page())
		return list(c, rows, planRequest), err
	},
}

// OfRequest is the parameter of operations on one request for a plan.
type OfRequest struct {
	InTeam
	Ask string `path:"ask" maxLength:"60" doc:"The request's id."`
}

const pastSubscriptions = 50 // that are told of an applicant

var showRequest = operation[OfRequest, one[PlanRequestFacts]]{
	id: "show-request", tag: tagSubscribers, summary: "Show a request for a plan",
	description: "A request in whatever state, with what the applicant had from you before.",
	do: func(ctx context.Context, c *call, in *OfRequest) (*one[PlanRequestFacts], error) {
		return c.thisRequest(ctx, in.Ask)
	},
}

func (c *call) thisRequest(ctx context.Context, id string) (*one[PlanRequestFacts], error) {
	row, err := c.api.store.ProviderRequest(ctx, c.team.ID, id)
	if err != nil {
		return nil, err
	}
	team := row.Request.TeamID
	past, err := c.api.store.PastSubscriptions(ctx, c.team.ID, []string{team}, pastSubscriptions+1) // the request's own is among them
	facts := PlanRequestFacts{planRequest(row), []PastSubscription{}}
	for _, s := range past[team] {
		if s.SubscriptionID != row.Request.SubscriptionID && len(facts.History) < pastSubscriptions {
			facts.History = append(facts.History, PastSubscription{s.SubscriptionID, s.APIName, s.PlanName, string(s.State), s.Comment, s.CreatedAt, s.EndedAt})
		}
	}
	return &one[PlanRequestFacts]{facts}, err
}

type approval struct {
	OfRequest
	Body struct {
		Comment string     `json:"comment,omitempty" doc:"The applicant reads it; at most 2,000 characters."`
		EndsAt  *time.Time `json:"ends_at,omitempty" doc:"When the subscription ends by itself; left out: never. Not for another plan of one that runs."`
	}
}

var approveRequest = operation[approval, one[PlanRequestFacts]]{
	id: "approve-request", tag: tagSubscribers, summary: "Approve a request for a plan",
	description: "The applicant's next call meets the answer, and who asked gets a mail. A request that waits for no answer any more is a 409.",
	do: func(ctx context.Context, c *call, in *approval) (*one[PlanRequestFacts], error) {
		return c.answerRequest(ctx, in.Ask, models.RequestAnswer{Approve: true, Comment: in.Body.Comment, EndsAt: instant(in.Body.EndsAt)})
	},
}

type refusing struct {
	OfRequest
	Body struct {
		Comment string `json:"comment" doc:"Why; the applicant reads it. At most 2,000 characters."`
	}
}

var declineRequest = operation[refusing, one[PlanRequestFacts]]{
	id: "decline-request", tag: tagSubscribers, summary: "Decline a request for a plan",
	description: "The applicant reads why, and may ask again. A request that waits for no answer any more is a 409.",
	do: func(ctx context.Context, c *call, in *refusing) (*one[PlanRequestFacts], error) {
		return c.answerRequest(ctx, in.Ask, models.RequestAnswer{Comment: in.Body.Comment})
	},
}

func (c *call) answerRequest(ctx context.Context, id string, answer models.RequestAnswer) (*one[PlanRequestFacts], error) {
	if _, err := c.api.store.ProviderRequest(ctx, c.team.ID, id); err != nil {
		return nil, err
	}
	if err := answer.Validate(c.api.Pages.Clock.Now()); err != nil {
		return nil, err
	}
	if err := c.api.store.AnswerRequest(ctx, c.actor, c.team.ID, id, answer); err != nil {
		return nil, err
	}
	return c.thisRequest(ctx, id)
}

// instant is a time of a body as the store has times.
func instant(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	return new(at.UTC().Truncate(time.Millisecond))
}
