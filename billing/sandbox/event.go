package sandbox

import (
	"encoding/json"
	"slices"
	"time"
)

// eventsKept is how long events can be listed, as with Stripe.
const eventsKept = 30 * 24 * time.Hour

// event is a change that happened, with the object as it was then, and how far its delivery has come.
type event struct {
	record
	Type     string          `json:"type"`
	Body     json.RawMessage `json:"body"` // as delivered
	Pending  bool            `json:"pending"`
	Attempts int             `json:"attempts"`
	Next     time.Time       `json:"next"` // of the next attempt, while pending
}

// emit notes an event about the object as it stands now. It is delivered after the transaction is on disk.
func (t *tx) emit(kind string, about object) {
	e := &event{record: t.newRecord(newID("evt_", idLength)), Type: kind, Pending: t.box.cfg.WebhookURL != "", Next: t.now}
	webhooks := 0
	if e.Pending {
		webhooks = 1
	}
	body, err := json.Marshal(object{
		"id": e.ID, "object": "event", "api_version": apiVersion, "created": e.Created, "livemode": false,
		"type": kind, "data": object{"object": about}, "pending_webhooks": webhooks,
		"request": object{"id": orNull(t.cause.requestID), "idempotency_key": orNull(t.cause.idempotencyKey)},
	})
	if err != nil {
		panic(err) // objects hold strings, numbers, lists and objects only
	}
	e.Body = body
	t.Events[e.ID] = e
	t.emitted = true
}

func (e *event) object() object {
	var o object
	if err := json.Unmarshal(e.Body, &o); err != nil {
		panic(err) // emit wrote it
	}
	if !e.Pending {
		o["pending_webhooks"] = 0
	}
	return o
}

var getEvent = endpoint{
	returns: "event",
	run: func(t *tx, c *call) (object, error) {
		found, ok := t.Events[c.id]
		if !ok {
			return nil, notFound("event", c.id, "id")
		}
		return found.object(), nil
	},
}

var listEvents = endpoint{
	accepts: slices.Concat(listParams, []string{"type", "types[]"}),
	returns: listOf + "event",
	run: func(t *tx, c *call) (object, error) {
		types := c.params.textList("types")
		if one := c.params.text("type"); one != "" {
			types = append(types, one)
		}
		return listing(c, t.Events, func(e *event) bool { return len(types) == 0 || slices.Contains(types, e.Type) })
	},
}

func (t *tx) forgetOldEvents() {
	for id, e := range t.Events {
		if !e.Pending && t.now.Sub(time.Unix(e.Created, 0)) > eventsKept {
			delete(t.Events, id)
			t.changed = true
		}
	}
}
