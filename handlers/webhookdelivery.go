package handlers

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

const webhookSection = layout.SectionWebhooks

// WebhookLog is a webhook with the log of what was sent to it, narrowed to what the address asks for.
func (h *Handlers) WebhookLog(c echo.Context, m models.Membership) error {
	w, err := h.store.TeamWebhook(ctx(c), m.Team.ID, c.Param("webhook"))
	if err != nil {
		return err
	}
	filter := webhookFilter(c)
	list, err := h.store.WebhookDeliveries(ctx(c), m.Team.ID, w.ID, filter, asked(c))
	if err != nil {
		return err
	}
	props := pages.WebhookProps{
		ID: w.ID, URL: w.URL, State: webhookState(w), Why: webhookWhy(w), Enabled: w.State == models.WebhookEnabled,
		Filter: pages.WebhookFilter{State: string(filter.State), Type: string(filter.Type)}, States: stateChoices(filter.State), Types: typeChoices(filter.Type),
		Pager: pager(c, paths.WebhookOf(m.Team.Slug, w.ID, string(filter.State), string(filter.Type)), list.Next),
	}
	for _, kind := range w.Events {
		props.Events = append(props.Events, string(kind))
	}
	if w.LowBalance != nil {
		amount := h.amount(*w.LowBalance)
		props.LowBalance = &amount
	}
	if w.FailingSince != nil {
		props.FailingSince = *w.FailingSince
	}
	if len(w.Secrets(h.Clock.Now())) > 1 {
		props.OldUntil = *w.OldUntil
	}
	for _, d := range list.Rows {
		props.Deliveries = append(props.Deliveries, webhookDelivery(d))
	}
	return page.Render(c, http.StatusOK, pages.Webhook(h.teamRequest(c, m), props))
}

// webhookFilter reads the filters; one that can name nothing is left out.
func webhookFilter(c echo.Context) (filter models.WebhookDeliveryFilter) {
	if state := models.WebhookDeliveryState(c.QueryParam(paths.QueryState)); slices.Contains(models.WebhookDeliveryStates(), state) {
		filter.State = state
	}
	if kind := models.WebhookType(c.QueryParam(paths.QueryType)); slices.Contains(models.WebhookTypes(), kind) {
		filter.Type = kind
	}
	return filter
}

func stateChoices(chosen models.WebhookDeliveryState) []ui.Choice {
	choices := []ui.Choice{{Label: "All states", Selected: chosen == ""}}
	for _, s := range models.WebhookDeliveryStates() {
		choices = append(choices, ui.Choice{Value: string(s), Label: deliveryWords[s], Selected: s == chosen})
	}
	return choices
}

func typeChoices(chosen models.WebhookType) []ui.Choice {
	choices := []ui.Choice{{Label: "All events", Selected: chosen == ""}}
	for _, kind := range models.WebhookTypes() {
		choices = append(choices, ui.Choice{Value: string(kind), Label: string(kind), Selected: kind == chosen})
	}
	return choices
}

// deliveryWords are the states of a delivery as pages show them.
var deliveryWords = map[models.WebhookDeliveryState]string{
	models.WebhookPending: pages.DeliveryWaiting, models.WebhookFailed: pages.DeliveryRetrying,
	models.WebhookDelivered: pages.DeliveryDelivered, models.WebhookDead: pages.DeliveryGivenUp,
}

func webhookDelivery(d models.WebhookDelivery) pages.WebhookDeliveryRow {
	row := pages.WebhookDeliveryRow{
		ID: d.ID, Type: string(d.Type), State: deliveryWords[d.State], At: d.CreatedAt, Attempts: int64(d.Attempts), Status: d.Status, Failure: d.Failure,
	}
	if d.State.Waits() {
		row.NextAt = d.NextAt
	}
	return row
}

// WebhookDelivery is one delivery: what was sent, what came back, and what comes next.
func (h *Handlers) WebhookDelivery(c echo.Context, m models.Membership) error {
	d, err := h.store.WebhookDelivery(ctx(c), m.Team.ID, c.Param("webhook"), c.Param("delivery"))
	if err != nil {
		return err
	}
	props := pages.WebhookDeliveryProps{
		Webhook: d.Endpoint.ID, URL: d.Endpoint.URL, EventID: d.Message.ID, Row: webhookDelivery(d.Delivery), Body: indented(d.Message.Payload),
		Answer: d.Delivery.Answer, Took: time.Duration(d.Delivery.Took) * time.Millisecond, MayResend: d.Endpoint.State == models.WebhookEnabled,
	}
	if at := d.Delivery.LastAt; at != nil {
		props.LastAt = *at
		for _, header := range d.Message.Headers(*at) {
			props.Headers = append(props.Headers, pages.WebhookHeader{Name: header.Name, Value: header.Value})
		}
	}
	return page.Render(c, http.StatusOK, pages.WebhookDelivery(h.teamRequest(c, m), props))
}

// indented is JSON for people; what is no JSON stays as it is.
func indented(payload string) string {
	var out bytes.Buffer
	if json.Indent(&out, []byte(payload), "", "  ") != nil {
		return payload
	}
	return out.String()
}

// ResendWebhook sends an event again under its id.
func (h *Handlers) ResendWebhook(c echo.Context, m models.Membership) error {
	webhook, delivery := c.Param("webhook"), c.Param("delivery")
	again, err := h.store.ResendWebhook(ctx(c), actor(c), m.Team.ID, webhook, delivery)
	tone, said := ui.Positive, "The event is on its way once more, under the same id."
	if errors.Is(err, models.ErrConflict) {
		again, tone, said, err = delivery, ui.Attention, "Nothing was sent: the webhook is disabled. Enable it first.", nil
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, tone, said); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.WebhookDelivery(m.Team.Slug, webhook, again))
}
