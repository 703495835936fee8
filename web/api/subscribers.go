package api

import (
	"context"
	"net/http"
	"time"

	"github.com/faregate/faregate/models"
)

type subscriberStore interface {
	APISubscribers(ctx context.Context, apiID string, filter models.SubscriberFilter, since time.Time, page models.Page) (models.Paged[models.Subscriber], error)
	APISubscriber(ctx context.Context, apiID, subscriptionID string) (models.Subscriber, error)
	PauseSubscription(ctx context.Context, actor models.Actor, by models.Side, teamID, subscriptionID, reason string) error
	ResumeSubscription(ctx context.Context, actor models.Actor, by models.Side, teamID, subscriptionID string) error
	SetSubscriptionEnd(ctx context.Context, actor models.Actor, teamID, subscriptionID string, at *time.Time) error
}

// Subscriber is a subscription to one of the team's APIs, as its provider sees it.
type Subscriber struct {
	ID               string     `json:"id" doc:"Of the subscription."`
	Team             TeamRef    `json:"team"`
	State            string     `json:"state" enum:"requested,rejected,withdrawn,active,paused,past_due,suspended,ended"`
	Plan             PlanRef    `json:"plan"`
	NextPlan         *string    `json:"next_plan" doc:"The name of the plan that takes its place; null if none does."`
	NextPlanAt       *time.Time `json:"next_plan_at"`
	PausedByProvider bool       `json:"paused_by_provider"`
	PausedByTeam     bool       `json:"paused_by_team"`
	PauseReason      string     `json:"pause_reason" doc:"The provider's; the subscriber reads it."`
	CreatedAt        time.Time  `json:"created_at"`
	EndsAt           *time.Time `json:"ends_at" doc:"When it ends by itself; null: never."`
}

// CountedSubscriber is a subscriber with what it did of late.
type CountedSubscriber struct {
	Subscriber
	Calls int64 `json:"calls" doc:"Of the last 7 days."`
	Gone  int64 `json:"gone" doc:"Of these, calls whose caller did not wait for the answer."`
}

// PlanRef names a plan.
type PlanRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (c *call) subscriber(s models.Subscriber) Subscriber {
	sub, now := s.Subscription, c.api.Pages.Clock.Now()
	shown := Subscriber{
		ID: sub.ID, Team: TeamRef{sub.TeamID, s.TeamName}, State: string(sub.StateAt(now)), Plan: PlanRef{sub.PlanAt(now), s.PlanName}, NextPlanAt: sub.ChangesAt(now),
		PausedByProvider: sub.PausedBy(models.ProviderSide), PausedByTeam: sub.PausedBy(models.SubscriberSide), PauseReason: sub.PauseReason,
		CreatedAt: sub.CreatedAt, EndsAt: sub.EndsAt,
	}
	if shown.NextPlanAt != nil {
		shown.NextPlan = &s.NextPlanName
	}
	return shown
}

type subscriberPage struct {
	OfAPI
	Paging
	State models.SubscriptionState `query:"state" enum:"requested,rejected,withdrawn,active,paused,past_due,suspended,ended" doc:"Left out: those that are not over."`
	Text  string                   `query:"q" maxLength:"100" doc:"Only those with this text in the name of the team or of the plan."`
}

var listSubscribers = operation[subscriberPage, listed[CountedSubscriber]]{
	id: "list-subscribers", tag: tagSubscribers, summary: "List an API's subscribers",
	description: "The newest first. Which keys a subscriber calls with is its own matter.",
	do: func(ctx context.Context, c *call, in *subscriberPage) (*listed[CountedSubscriber], error) {
		row, err := c.provides(ctx, in.API)
		if err != nil {
			return nil, err
		}
		since := c.api.Pages.Clock.Now().AddDate(0, 0, -models.UseDays)
		rows, err := c.api.store.APISubscribers(ctx, row.API.ID, models.SubscriberFilter{State: in.State, Text: in.Text}, since, in.page())
		return list(c, rows, func(s models.Subscriber) CountedSubscriber {
			return CountedSubscriber{c.subscriber(s), s.Calls, s.Gone}
		}), err
	},
}

// OfSubscriber are the parameters of operations on one subscription to an API of the team.
type OfSubscriber struct {
	OfAPI
	Subscriber string `path:"subscriber" maxLength:"60" doc:"The subscription's id."`
}

func (c *call) subscriberOf(ctx context.Context, in OfSubscriber) (models.Subscriber, error) {
	row, err := c.provides(ctx, in.API)
	if err != nil {
		return models.Subscriber{}, err
	}
	return c.api.store.APISubscriber(ctx, row.API.ID, in.Subscriber)
}

var showSubscriber = operation[OfSubscriber, one[Subscriber]]{
	id: "show-subscriber", tag: tagSubscribers, summary: "Show a subscriber",
	description: "A subscription to the API, in whatever state.",
	do: func(ctx context.Context, c *call, in *OfSubscriber) (*one[Subscriber], error) {
		return c.afterwards(ctx, *in, func(models.Subscriber) error { return nil })
	},
}

// afterwards does something with a subscription, and tells how it is then.
func (c *call) afterwards(ctx context.Context, in OfSubscriber, do func(models.Subscriber) error) (*one[Subscriber], error) {
	s, err := c.subscriberOf(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := do(s); err != nil {
		return nil, err
	}
	if s, err = c.subscriberOf(ctx, in); err != nil {
		return nil, err
	}
	return &one[Subscriber]{c.subscriber(s)}, nil
}

type pausing struct {
	OfSubscriber
	Body struct {
		Reason string `json:"reason" doc:"The subscriber reads it, in refusals too. One line of at most 300 characters."`
	}
}

var pauseSubscriber = operation[pausing, one[Subscriber]]{
	id: "pause-subscriber", tag: tagSubscribers, summary: "Pause a subscriber",
	description: "Its calls get 403 until the provider resumes it. A subscription that the provider has paused already, or that is in no state for it, is a 409.",
	do: func(ctx context.Context, c *call, in *pausing) (*one[Subscriber], error) {
		return c.afterwards(ctx, in.OfSubscriber, func(s models.Subscriber) error {
			reason, err := models.CheckPauseReason(in.Body.Reason)
			if err != nil {
				return models.Invalid{"reason": err.Error()}
			}
			if err := c.mayAsk(); err != nil {
				return err
			}
			return c.api.store.PauseSubscription(ctx, c.actor, models.ProviderSide, c.team.ID, s.Subscription.ID, reason)
		})
	},
}

var resumeSubscriber = operation[OfSubscriber, one[Subscriber]]{
	id: "resume-subscriber", tag: tagSubscribers, summary: "Resume a subscriber",
	description: "Takes the provider's pause back. If the subscriber has paused too, it resumes that itself. A subscription that the provider has not paused is a 409.",
	do: func(ctx context.Context, c *call, in *OfSubscriber) (*one[Subscriber], error) {
		return c.afterwards(ctx, *in, func(s models.Subscriber) error {
			if err := c.mayAsk(); err != nil {
				return err
			}
			return c.api.store.ResumeSubscription(ctx, c.actor, models.ProviderSide, c.team.ID, s.Subscription.ID)
		})
	},
}

type subscriberEnd struct {
	OfSubscriber
	Body struct {
		EndsAt *time.Time `json:"ends_at" doc:"Within two years; null: never."`
	}
}

var setSubscriberEnd = operation[subscriberEnd, one[Subscriber]]{
	id: "set-subscriber-end", tag: tagSubscribers, summary: "Set when a subscription ends",
	description: "It ends then by itself. The subscriber is told by mail, now and 7 days before. A subscription that is in no state for it is a 409.",
	refusals:    []int{http.StatusConflict},
	do: func(ctx context.Context, c *call, in *subscriberEnd) (*one[Subscriber], error) {
		return c.afterwards(ctx, in.OfSubscriber, func(s models.Subscriber) error {
			at := instant(in.Body.EndsAt)
			if at != nil {
				if err := models.CheckComing(*at, c.api.Pages.Clock.Now()); err != nil {
					return models.Invalid{"ends_at": err.Error()}
				}
			}
			if err := c.mayAsk(); err != nil {
				return err
			}
			return c.api.store.SetSubscriptionEnd(ctx, c.actor, c.team.ID, s.Subscription.ID, at)
		})
	},
}
