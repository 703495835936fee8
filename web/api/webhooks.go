package api

import (
	"context"
	"net/http"
	"time"

	"github.com/faregate/faregate/models"
)

type webhookStore interface {
	TeamWebhooks(ctx context.Context, teamID string) ([]models.WebhookListing, error)
	TeamWebhook(ctx context.Context, teamID, id string) (models.Webhook, error)
	EditWebhook(ctx context.Context, actor models.Actor, teamID, id string, form models.WebhookForm) error
	EnableWebhook(ctx context.Context, actor models.Actor, teamID, id string) error
	DisableWebhook(ctx context.Context, actor models.Actor, teamID, id string) error
	DeleteWebhook(ctx context.Context, actor models.Actor, teamID, id string) error
	SendTestWebhook(ctx context.Context, actor models.Actor, teamID, id string) error
}

const tagWebhooks = "Webhooks"

// Webhook is where a team wants to hear of events.
type Webhook struct {
	ID                  string               `json:"id"`
	URL                 string               `json:"url"`
	Events              []models.WebhookType `json:"events" nullable:"false" doc:"That it hears of; empty: all, those of later releases too."`
	LowBalance          *Amount              `json:"low_balance,omitempty" doc:"It is told once when the balance falls below; left out: never."`
	State               string               `json:"state" enum:"enabled,disabled"`
	Reason              string               `json:"reason" enum:",by_hand,gone,failing" doc:"Why it is disabled: a member did it, it answered 410, or it failed for 5 days. Empty while it is enabled."`
	FailingSince        *time.Time           `json:"failing_since" doc:"The first failure after the last success; null if the last try succeeded."`
	OldSecretSignsUntil *time.Time           `json:"old_secret_signs_until" doc:"After a rotation: until when the secret before signs, too."`
	CreatedAt           time.Time            `json:"created_at"`
}

// WebhookWithSecret is a webhook in the one answer that has its secret.
type WebhookWithSecret struct {
	Webhook
	Secret string `json:"secret" doc:"That signs what is sent. It is shown in this answer alone."`
}

func (c *call) webhook(w models.Webhook) Webhook {
	shown := Webhook{
		ID: w.ID, URL: w.URL, Events: w.Events, LowBalance: c.amountOrNone(w.LowBalance), State: string(w.State), Reason: string(w.Reason),
		FailingSince: w.FailingSince, CreatedAt: w.CreatedAt,
	}
	if shown.Events == nil {
		shown.Events = []models.WebhookType{}
	}
	if len(w.Secrets(c.api.Pages.Clock.Now())) > 1 {
		shown.OldSecretSignsUntil = w.OldUntil
	}
	return shown
}

// WebhookFields are what people set of a webhook.
type WebhookFields struct {
	URL        string               `json:"url" example:"https://example.com/hooks"`
	Events     []models.WebhookType `json:"events,omitempty" nullable:"false" doc:"That it hears of; empty: all, those of later releases too." example:"[\"key.revoked\"]"`
	LowBalance *Amount              `json:"low_balance,omitempty" doc:"It is told once when the balance falls below."`
}

// webhookForm reads what was sent. What is wrong with the form itself is found where it is saved.
func (c *call) webhookForm(in WebhookFields) (models.WebhookForm, error) {
	bad := models.Invalid{}
	form, err := models.WebhookForm{URL: in.URL, Events: in.Events, LowBalance: c.nanoOrNone(in.LowBalance, "low_balance", bad)}.Validate(c.api.Pages.PlainWebhooks)
	return form, bad.With(err)
}

var listWebhooks = operation[InTeam, listed[Webhook]]{
	id: "list-webhooks", tag: tagWebhooks, summary: "List webhooks",
	description: "The oldest first. A team has at most 10, so this list is one page.",
	do: func(ctx context.Context, c *call, _ *InTeam) (*listed[Webhook], error) {
		rows, err := c.api.store.TeamWebhooks(ctx, c.team.ID)
		return list(c, models.Paged[models.WebhookListing]{Rows: rows}, func(l models.WebhookListing) Webhook { return c.webhook(l.Webhook) }), err
	},
}

type newWebhook struct {
	InTeam
	Body WebhookFields
}

var createWebhook = operation[newWebhook, made[WebhookWithSecret]]{
	id: "create-webhook", tag: tagWebhooks, summary: "Add a webhook",
	description: "It hears of what happens from now on. Its secret is in this answer alone; send an Idempotency-Key, so that an answer that got lost can be asked for again.",
	status:      http.StatusCreated,
	do: func(ctx context.Context, c *call, in *newWebhook) (*made[WebhookWithSecret], error) {
		form, err := c.webhookForm(in.Body)
		if err != nil {
			return nil, err
		}
		w, secret, err := c.api.Pages.AddWebhook(ctx, c.actor, c.team.ID, form)
		return &made[WebhookWithSecret]{c.within("webhooks", w.ID), WebhookWithSecret{c.webhook(w), secret}}, err
	},
}

// OfWebhook is the parameter of operations on one webhook.
type OfWebhook struct {
	InTeam
	Webhook string `path:"webhook" maxLength:"60" doc:"The webhook's id."`
}

var showWebhook = operation[OfWebhook, one[Webhook]]{
	id: "show-webhook", tag: tagWebhooks, summary: "Show a webhook",
	description: "A webhook, without its secret.",
	do: func(ctx context.Context, c *call, in *OfWebhook) (*one[Webhook], error) {
		return c.thisWebhook(ctx, in.Webhook)
	},
}

func (c *call) thisWebhook(ctx context.Context, id string) (*one[Webhook], error) {
	w, err := c.api.store.TeamWebhook(ctx, c.team.ID, id)
	return &one[Webhook]{c.webhook(w)}, err
}

type webhookEdit struct {
	OfWebhook
	Body WebhookFields
}

var editWebhook = operation[webhookEdit, one[Webhook]]{
	id: "edit-webhook", tag: tagWebhooks, summary: "Edit a webhook",
	description: "Sets all that people set of it: what is left out is none, or all events. What waits for it goes to the address that is sent.",
	do: func(ctx context.Context, c *call, in *webhookEdit) (*one[Webhook], error) {
		if _, err := c.thisWebhook(ctx, in.Webhook); err != nil {
			return nil, err
		}
		form, err := c.webhookForm(in.Body)
		if err != nil {
			return nil, err
		}
		if err := c.api.store.EditWebhook(ctx, c.actor, c.team.ID, in.Webhook, form); err != nil {
			return nil, err
		}
		return c.thisWebhook(ctx, in.Webhook)
	},
}

var deleteWebhook = operation[OfWebhook, nothing]{
	id: "delete-webhook", tag: tagWebhooks, summary: "Delete a webhook",
	description: "Nothing more is sent there, and its log goes with it.",
	do: func(ctx context.Context, c *call, in *OfWebhook) (*nothing, error) {
		return &nothing{}, c.api.store.DeleteWebhook(ctx, c.actor, c.team.ID, in.Webhook)
	},
}

var rotateWebhook = operation[OfWebhook, one[WebhookWithSecret]]{
	id: "rotate-webhook-secret", tag: tagWebhooks, summary: "Give a webhook a new secret",
	description: "The present secret goes on signing for 24 hours besides the new one; one that still signed from an earlier rotation ends at once. The new one is in this answer alone.",
	do: func(ctx context.Context, c *call, in *OfWebhook) (*one[WebhookWithSecret], error) {
		secret, err := c.api.Pages.RotateWebhookSecret(ctx, c.actor, c.team.ID, in.Webhook)
		if err != nil {
			return nil, err
		}
		w, err := c.thisWebhook(ctx, in.Webhook)
		return &one[WebhookWithSecret]{WebhookWithSecret{w.Body, secret}}, err
	},
}

var enableWebhook = operation[OfWebhook, one[Webhook]]{
	id: "enable-webhook", tag: tagWebhooks, summary: "Enable a webhook",
	description: "It hears of what happens from now on, and what waited for it goes on. One that is enabled already is a 409.",
	do: func(ctx context.Context, c *call, in *OfWebhook) (*one[Webhook], error) {
		if err := c.api.store.EnableWebhook(ctx, c.actor, c.team.ID, in.Webhook); err != nil {
			return nil, err
		}
		return c.thisWebhook(ctx, in.Webhook)
	},
}

var disableWebhook = operation[OfWebhook, one[Webhook]]{
	id: "disable-webhook", tag: tagWebhooks, summary: "Disable a webhook",
	description: "It does not hear of what happens until it is enabled again. One that is disabled already is a 409.",
	do: func(ctx context.Context, c *call, in *OfWebhook) (*one[Webhook], error) {
		if err := c.api.store.DisableWebhook(ctx, c.actor, c.team.ID, in.Webhook); err != nil {
			return nil, err
		}
		return c.thisWebhook(ctx, in.Webhook)
	},
}

var testWebhook = operation[OfWebhook, nothing]{
	id: "test-webhook", tag: tagWebhooks, summary: "Send a test event",
	description: "It says nothing but that it arrives. What came of it stands in the deliveries in a moment. A webhook that is disabled is sent nothing: 409.",
	status:      http.StatusAccepted,
	do: func(ctx context.Context, c *call, in *OfWebhook) (*nothing, error) {
		return &nothing{}, c.api.store.SendTestWebhook(ctx, c.actor, c.team.ID, in.Webhook)
	},
}
