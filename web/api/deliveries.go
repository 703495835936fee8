package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/faregate/faregate/models"
)

type deliveryStore interface {
	WebhookDeliveries(ctx context.Context, teamID, endpointID string, filter models.WebhookDeliveryFilter, page models.Page) (models.Paged[models.WebhookDelivery], error)
	WebhookDelivery(ctx context.Context, teamID, endpointID, id string) (models.DueWebhook, error)
	ResendWebhook(ctx context.Context, actor models.Actor, teamID, endpointID, id string) (string, error)
}

// Delivery is one event on its way to one webhook.
type Delivery struct {
	ID        string     `json:"id"`
	Event     string     `json:"event" doc:"The event's id: the webhook-id of what is sent."`
	Type      string     `json:"type" example:"key.revoked"`
	State     string     `json:"state" enum:"pending,failed,delivered,dead" doc:"Not tried yet, failed and to be tried again, answered with 2xx, or given up."`
	Attempts  int        `json:"attempts"`
	Status    int        `json:"status" doc:"Of the last answer; 0 if none came."`
	Failure   string     `json:"failure" doc:"Why the last try failed; empty if it did not."`
	LastAt    *time.Time `json:"last_at" doc:"Of the last try; null before the first."`
	NextAt    *time.Time `json:"next_at" doc:"Of the next try; null if none is to come."`
	CreatedAt time.Time  `json:"created_at"`
}

// DeliveryFacts is a delivery with what was sent and what came back.
type DeliveryFacts struct {
	Delivery
	Body       json.RawMessage `json:"body" doc:"That is sent, the same with every try."`
	Answer     string          `json:"answer" doc:"The beginning of the last answer's body."`
	TookMillis int64           `json:"took_millis" doc:"The last try."`
}

func delivery(d models.WebhookDelivery) Delivery {
	shown := Delivery{
		ID: d.ID, Event: d.EventID, Type: string(d.Type), State: string(d.State), Attempts: d.Attempts, Status: d.Status, Failure: d.Failure,
		LastAt: d.LastAt, CreatedAt: d.CreatedAt,
	}
	if d.State.Waits() {
		shown.NextAt = &d.NextAt
	}
	return shown
}

type deliveryPage struct {
	OfWebhook
	Paging
	State models.WebhookDeliveryState `query:"state" enum:"pending,failed,delivered,dead" doc:"Only those in this state."`
	Type  models.WebhookType          `query:"type" maxLength:"60" doc:"Only events of this type."`
}

var listDeliveries = operation[deliveryPage, listed[Delivery]]{
	id: "list-deliveries", tag: tagWebhooks, summary: "List what was sent to a webhook",
	description: "And what is to be, the newest first. Deliveries are kept for 30 days.",
	do: func(ctx context.Context, c *call, in *deliveryPage) (*listed[Delivery], error) {
		w, err := c.api.store.TeamWebhook(ctx, c.team.ID, in.Webhook)
		if err != nil {
			return nil, err
		}
		rows, err := c.api.store.WebhookDeliveries(ctx, c.team.ID, w.ID, models.WebhookDeliveryFilter{State: in.State, Type: in.Type}, in.page())
		return list(c, rows, delivery), err
	},
}

// OfDelivery are the parameters of operations on one delivery.
type OfDelivery struct {
	OfWebhook
	Delivery string `path:"delivery" maxLength:"60" doc:"The delivery's id."`
}

var showDelivery = operation[OfDelivery, one[DeliveryFacts]]{
	id: "show-delivery", tag: tagWebhooks, summary: "Show a delivery",
	description: "What was sent, what came back, and what comes next.",
	do: func(ctx context.Context, c *call, in *OfDelivery) (*one[DeliveryFacts], error) {
		d, err := c.api.store.WebhookDelivery(ctx, c.team.ID, in.Webhook, in.Delivery)
		return &one[DeliveryFacts]{DeliveryFacts{delivery(d.Delivery), json.RawMessage(d.Message.Payload), d.Delivery.Answer, d.Delivery.Took}}, err
	},
}

var resendDelivery = operation[OfDelivery, made[Delivery]]{
	id: "resend-delivery", tag: tagWebhooks, summary: "Send an event again",
	description: "Under the same id. A delivery that waits is tried now; of one that is over a new one is made, which the answer has. A webhook that is disabled is sent nothing: 409.",
	status:      http.StatusAccepted,
	do: func(ctx context.Context, c *call, in *OfDelivery) (*made[Delivery], error) {
		id, err := c.api.store.ResendWebhook(ctx, c.actor, c.team.ID, in.Webhook, in.Delivery)
		if err != nil {
			return nil, err
		}
		d, err := c.api.store.WebhookDelivery(ctx, c.team.ID, in.Webhook, id)
		return &made[Delivery]{c.within("webhooks", in.Webhook, "deliveries", id), delivery(d.Delivery)}, err
	},
}
