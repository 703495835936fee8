package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

type subscriptionStore interface {
	CatalogueAPI(ctx context.Context, viewer models.Viewer, slug string) (models.APIListing, error)
	APIPlans(ctx context.Context, apiID string) ([]models.PlanListing, error)
	LiveSubscription(ctx context.Context, teamID, apiID string) (sub models.Subscription, found bool, err error)
	TeamSubscriptions(ctx context.Context, teamID string, page models.Page) (models.Paged[models.SubscriptionListing], error)
	TeamSubscription(ctx context.Context, teamID, subscriptionID string) (models.SubscriptionListing, error)
	Subscribe(ctx context.Context, actor models.Actor, teamID, apiID string, choice models.PlanChoice) (models.Subscription, error)
	WithdrawRequest(ctx context.Context, actor models.Actor, teamID, subscriptionID string) error
	PauseSubscription(ctx context.Context, actor models.Actor, side models.Side, teamID, subscriptionID, reason string) error
	ResumeSubscription(ctx context.Context, actor models.Actor, side models.Side, teamID, subscriptionID string) error
	ChangePlan(ctx context.Context, actor models.Actor, teamID, subscriptionID string, change models.PlanChange) (models.PlanChanged, error)
	WithdrawPlanChange(ctx context.Context, actor models.Actor, teamID, subscriptionID string) error
	EndSubscription(ctx context.Context, actor models.Actor, teamID, subscriptionID string) error
}

const tagSubscriptions = "Subscriptions"

// Subscription is a team's access to an API under a plan.
type Subscription struct {
	ID               string      `json:"id"`
	API              NamedAPI    `json:"api"`
	State            string      `json:"state" enum:"requested,rejected,withdrawn,active,paused,past_due,suspended,ended"`
	Plan             PlanRef     `json:"plan" doc:"That it has now."`
	NextPlan         *NextPlan   `json:"next_plan,omitempty" doc:"While a change of plan is pending."`
	PausedByTeam     bool        `json:"paused_by_team"`
	PausedByProvider bool        `json:"paused_by_provider"`
	PauseReason      string      `json:"pause_reason" doc:"What the provider says to its pause."`
	Request          *AskedState `json:"request,omitempty" doc:"The last request to the provider, if there was one."`
	CreatedAt        time.Time   `json:"created_at"`
	EndsAt           *time.Time  `json:"ends_at" doc:"When it ends by itself; null if it does not."`
	EndedAt          *time.Time  `json:"ended_at"`
}

// NamedAPI is an API by its names.
type NamedAPI struct {
	Slug  string `json:"slug"`
	Name  string `json:"name"`
	Owner string `json:"owner" doc:"The name of the team that owns it."`
}

// NextPlan is the plan that takes another one's place.
type NextPlan struct {
	Name string     `json:"name"`
	At   *time.Time `json:"at" doc:"When; null while the provider has to answer."`
}

// AskedState is what became of a request.
type AskedState struct {
	State      string     `json:"state" enum:"requested,approved,rejected,withdrawn"`
	Plan       string     `json:"plan" doc:"The name of the plan that was asked for."`
	Comment    string     `json:"comment" doc:"Of who answered it."`
	AnsweredAt *time.Time `json:"answered_at"`
}

func (c *call) showSubscription(s models.SubscriptionListing) Subscription {
	now, sub := c.api.Pages.Clock.Now(), s.Subscription
	state := sub.StateAt(now)
	shown := Subscription{
		ID: sub.ID, API: NamedAPI{s.APISlug, s.APIName, s.OwnerName}, State: string(state), Plan: PlanRef{sub.PlanAt(now), s.PlanName},
		PausedByTeam: sub.PausedBy(models.SubscriberSide), PausedByProvider: sub.PausedBy(models.ProviderSide), PauseReason: sub.PauseReason,
		CreatedAt: sub.CreatedAt, EndsAt: sub.EndsAt, EndedAt: sub.EndedAt,
	}
	if q := s.Latest; q.State != "" {
		shown.Request = &AskedState{string(q.State), q.PlanName, q.Comment, q.ClosedAt}
	}
	at := sub.ChangesAt(now)
	switch {
	case state.Over():
	case at != nil:
		shown.NextPlan = &NextPlan{s.NextPlanName, at}
	case s.Latest.ForPlan && s.Latest.State == models.RequestWaiting:
		shown.NextPlan = &NextPlan{s.Latest.PlanName, nil}
	}
	return shown
}

// OfSubscription is the parameter of operations on one subscription.
type OfSubscription struct {
	InTeam
	Subscription string `path:"subscription" maxLength:"60" doc:"The subscription's id."`
}

var listSubscriptions = operation[teamPage, listed[Subscription]]{
	id: "list-subscriptions", tag: tagSubscriptions, summary: "List subscriptions",
	description: "Of the team to APIs, the newest first, with requests and with those that are over.",
	do: func(ctx context.Context, c *call, in *teamPage) (*listed[Subscription], error) {
		rows, err := c.api.store.TeamSubscriptions(ctx, c.team.ID, in.page())
		return list(c, rows, c.showSubscription), err
	},
}

var showSubscription = operation[OfSubscription, one[Subscription]]{
	id: "show-subscription", tag: tagSubscriptions, summary: "Show a subscription",
	description: "A subscription or a request for one, in whatever state.",
	do: func(ctx context.Context, c *call, in *OfSubscription) (*one[Subscription], error) {
		return c.thisSubscription(ctx, in.Subscription)
	},
}

func (c *call) thisSubscription(ctx context.Context, id string) (*one[Subscription], error) {
	row, err := c.api.store.TeamSubscription(ctx, c.team.ID, id)
	if err != nil {
		return nil, err
	}
	return &one[Subscription]{c.showSubscription(row)}, nil
}

type newSubscription struct {
	InTeam
	Body struct {
		API    string `json:"api" doc:"The short name of the API." example:"quotes"`
		Plan   string `json:"plan,omitempty" doc:"The plan's id. Left out: the only one that is open."`
		Answer string `json:"answer,omitempty" doc:"To the plan's question, if it asks one."`
	}
}

// mayAsk takes an act that others get mails about from what the caller has left of them.
func (c *call) mayAsk() error {
	if wait := c.api.Pages.MayAsk(c.actor); wait > 0 {
		return refusal(problem.TooManyRequests, "Too many things were asked for or done in a row, of which others get mails.").with("Retry-After", whole(wait.Seconds()))
	}
	return nil
}

var subscribe = operation[newSubscription, made[Subscription]]{
	id: "subscribe", tag: tagSubscriptions, summary: "Subscribe to an API",
	description: "Takes one of the API's open plans. A plan that is approved by hand is asked for: the state is “requested” until the provider has answered. A team has at most " +
		"one subscription to an API that is not over.",
	status: http.StatusCreated,
	do: func(ctx context.Context, c *call, in *newSubscription) (*made[Subscription], error) {
		row, err := c.api.store.CatalogueAPI(ctx, c.actor.In(c.team.ID), in.Body.API)
		if errors.Is(err, models.ErrNotFound) {
			return nil, models.Invalid{"api": "There is no such API, or none that this token may know of."}
		}
		if err != nil {
			return nil, err
		}
		if err := c.mayAsk(); err != nil {
			return nil, err
		}
		sub, err := c.api.store.Subscribe(ctx, c.actor, c.team.ID, row.API.ID, models.PlanChoice{PlanID: in.Body.Plan, Answer: in.Body.Answer})
		if errors.Is(err, models.ErrConflict) {
			return nil, refusal(problem.StateConflict, "The team has a subscription to this API that is not over, or a request for one.")
		}
		if err != nil {
			return nil, err
		}
		shown, err := c.thisSubscription(ctx, sub.ID)
		if err != nil {
			return nil, err
		}
		return &made[Subscription]{c.within("subscriptions", sub.ID), shown.Body}, nil
	},
}

// subscriptionAct is an operation that does something with a subscription and answers what it is then.
func subscriptionAct(id, summary, description string, act func(ctx context.Context, c *call, id string) error) operation[OfSubscription, one[Subscription]] {
	return operation[OfSubscription, one[Subscription]]{
		id: id, tag: tagSubscriptions, summary: summary, description: description,
		do: func(ctx context.Context, c *call, in *OfSubscription) (*one[Subscription], error) {
			if err := act(ctx, c, in.Subscription); err != nil {
				return nil, err
			}
			return c.thisSubscription(ctx, in.Subscription)
		},
	}
}

var (
	withdrawRequest = subscriptionAct("withdraw-request", "Withdraw a request for a subscription",
		"Takes back a request that was not answered yet; 409 if it was.",
		func(ctx context.Context, c *call, id string) error {
			return c.api.store.WithdrawRequest(ctx, c.actor, c.team.ID, id)
		})
	pauseSubscription = subscriptionAct("pause-subscription", "Pause a subscription",
		"Calls get 403 from now on, and cost nothing. Plan, keys and what is used of a quota stay. 409 if the team has paused it already, or it cannot be paused.",
		func(ctx context.Context, c *call, id string) error {
			return c.api.store.PauseSubscription(ctx, c.actor, models.SubscriberSide, c.team.ID, id, "")
		})
	resumeSubscription = subscriptionAct("resume-subscription", "Take the team's pause back",
		"Calls go on, unless the provider has paused the subscription, too. 409 if the team has not paused it.",
		func(ctx context.Context, c *call, id string) error {
			return c.api.store.ResumeSubscription(ctx, c.actor, models.SubscriberSide, c.team.ID, id)
		})
	withdrawPlanChange = subscriptionAct("withdraw-plan-change", "Withdraw a change of plan",
		"Takes back a change that waits for the provider or for its time; 409 if none does.",
		func(ctx context.Context, c *call, id string) error {
			return c.api.store.WithdrawPlanChange(ctx, c.actor, c.team.ID, id)
		})
	endSubscription = subscriptionAct("end-subscription", "End a subscription",
		"Ends it for good: calls are refused before this is answered. A request is withdrawn. 409 if it is over.",
		func(ctx context.Context, c *call, id string) error {
			return c.api.store.EndSubscription(ctx, c.actor, c.team.ID, id)
		})
)

type planChange struct {
	OfSubscription
	Body struct {
		Plan   string `json:"plan" doc:"The other plan's id."`
		When   string `json:"when,omitempty" enum:"now,period_end" default:"now" doc:"At once, or at the end of the quota's period."`
		Answer string `json:"answer,omitempty" doc:"To the plan's question, if it asks one."`
	}
}

var changePlan = operation[planChange, one[Subscription]]{
	id: "change-plan", tag: tagSubscriptions, summary: "Change the plan of a subscription",
	description: "Now, or at the end of the quota's period. A plan that is approved by hand is asked for, and the plan that runs goes on until the provider has answered. " +
		"“next_plan” of the answer says what is pending.",
	do: func(ctx context.Context, c *call, in *planChange) (*one[Subscription], error) {
		if _, err := c.api.store.TeamSubscription(ctx, c.team.ID, in.Subscription); err != nil {
			return nil, err
		}
		if err := c.mayAsk(); err != nil {
			return nil, err
		}
		_, err := c.api.store.ChangePlan(ctx, c.actor, c.team.ID, in.Subscription, models.PlanChange{
			PlanChoice: models.PlanChoice{PlanID: in.Body.Plan, Answer: in.Body.Answer}, AtPeriodEnd: in.Body.When == "period_end",
		})
		if err != nil {
			return nil, err
		}
		return c.thisSubscription(ctx, in.Subscription)
	},
}
