package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type webhookStore interface {
	TeamWebhooks(ctx context.Context, teamID string) ([]models.WebhookListing, error)
	TeamWebhook(ctx context.Context, teamID, id string) (models.Webhook, error)
	AddWebhook(ctx context.Context, actor models.Actor, teamID string, form models.WebhookForm, sealedSecret string) (models.Webhook, error)
	EditWebhook(ctx context.Context, actor models.Actor, teamID, id string, form models.WebhookForm) error
	RotateWebhookSecret(ctx context.Context, actor models.Actor, teamID, id, sealedSecret string) error
	EnableWebhook(ctx context.Context, actor models.Actor, teamID, id string) error
	DisableWebhook(ctx context.Context, actor models.Actor, teamID, id string) error
	DeleteWebhook(ctx context.Context, actor models.Actor, teamID, id string) error
	SendTestWebhook(ctx context.Context, actor models.Actor, teamID, id string) error
	WebhookDeliveries(ctx context.Context, teamID, endpointID string, filter models.WebhookDeliveryFilter, page models.Page) (models.Paged[models.WebhookDelivery], error)
	WebhookDelivery(ctx context.Context, teamID, endpointID, id string) (models.DueWebhook, error)
	ResendWebhook(ctx context.Context, actor models.Actor, teamID, endpointID, id string) (string, error)
}

// Webhooks lists where a team wants to hear of events.
func (h *Handlers) Webhooks(c echo.Context, m models.Membership) error {
	list, err := h.store.TeamWebhooks(ctx(c), m.Team.ID)
	if err != nil {
		return err
	}
	props := pages.WebhooksProps{Full: len(list) >= models.MaxWebhooks}
	for _, l := range list {
		row := pages.WebhookRow{ID: l.Webhook.ID, URL: l.Webhook.URL, Hears: hears(l.Webhook), State: webhookState(l.Webhook), Why: webhookWhy(l.Webhook)}
		if l.Last != nil {
			last := webhookDelivery(*l.Last)
			row.Last = &last
		}
		props.Webhooks = append(props.Webhooks, row)
	}
	return page.Render(c, http.StatusOK, pages.Webhooks(h.teamRequest(c, m), props))
}

// hears says what an endpoint hears of, in a few words.
func hears(w models.Webhook) string {
	if len(w.Events) == 0 {
		return "every event"
	}
	return ui.Plural(int64(len(w.Events)), "kind of event", "kinds of events")
}

// webhookState is the word of the badge: one that is enabled and fails is not all right.
func webhookState(w models.Webhook) string {
	if w.State == models.WebhookEnabled && w.FailingSince != nil {
		return pages.WebhookFailing
	}
	return string(w.State)
}

func webhookWhy(w models.Webhook) string {
	switch {
	case w.State == models.WebhookEnabled:
		return ""
	case w.Reason == models.DisabledGone:
		return "It answered 410 Gone, which says that nothing is wanted there any more."
	case w.Reason == models.DisabledFailing:
		return "It failed for 5 days without one success."
	}
	return "A member disabled it."
}

// ShowNewWebhook is the form that adds a webhook.
func (h *Handlers) ShowNewWebhook(c echo.Context, m models.Membership) error {
	return h.newWebhookForm(c, http.StatusOK, h.webhookForm(models.Webhook{}))
}

// NewWebhook adds a webhook and shows its secret in this very answer, with no-store: a redirect would need the secret to be
// kept somewhere in the clear.
func (h *Handlers) NewWebhook(c echo.Context, m models.Membership) error {
	form, shown, err := h.readWebhookForm(c)
	if err != nil {
		return h.newWebhookForm(c, http.StatusUnprocessableEntity, shown)
	}
	w, secret, err := h.AddWebhook(ctx(c), actor(c), m.Team.ID, form)
	if invalid, bad := isInvalid(err); bad {
		shown.Errors = errorsOf(invalid)
		return h.newWebhookForm(c, http.StatusUnprocessableEntity, shown)
	}
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.WebhookSecret(h.site.Request(c), pages.WebhookSecretProps{ID: w.ID, URL: w.URL, Secret: secret, New: true}))
}

// AddWebhook adds a webhook and makes the secret that signs what it is sent. models.Invalid says what is wrong with the form.
func (h *Handlers) AddWebhook(ctx context.Context, actor models.Actor, teamID string, form models.WebhookForm) (w models.Webhook, secret string, err error) {
	if form, err = form.Validate(h.PlainWebhooks); err != nil {
		return w, "", err
	}
	secret = models.NewWebhookSecret()
	w, err = h.store.AddWebhook(ctx, actor, teamID, form, h.WebhookSecrets.Seal([]byte(secret)))
	return w, secret, err
}

func (h *Handlers) newWebhookForm(c echo.Context, status int, form pages.WebhookForm) error {
	return page.Render(c, status, pages.NewWebhook(h.site.Request(c), form))
}

// ShowEditWebhook is the form for where a webhook leads and what it hears of.
func (h *Handlers) ShowEditWebhook(c echo.Context, m models.Membership) error {
	w, err := h.store.TeamWebhook(ctx(c), m.Team.ID, c.Param("webhook"))
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.EditWebhook(h.site.Request(c), pages.EditWebhookProps{ID: w.ID, WebhookForm: h.webhookForm(w)}))
}

// EditWebhook changes it.
func (h *Handlers) EditWebhook(c echo.Context, m models.Membership) error {
	w, err := h.store.TeamWebhook(ctx(c), m.Team.ID, c.Param("webhook"))
	if err != nil {
		return err
	}
	form, shown, err := h.readWebhookForm(c)
	if err != nil {
		return page.Render(c, http.StatusUnprocessableEntity, pages.EditWebhook(h.site.Request(c), pages.EditWebhookProps{ID: w.ID, WebhookForm: shown}))
	}
	if err := h.store.EditWebhook(ctx(c), actor(c), m.Team.ID, w.ID, form); err != nil {
		return err
	}
	return h.toWebhook(c, m, w.ID, ui.Positive, "The webhook is saved. What waits for it goes to the address that stands here.")
}

// webhookForm is what the form of a webhook shows.
func (h *Handlers) webhookForm(w models.Webhook) pages.WebhookForm {
	form := pages.WebhookForm{URL: w.URL, Plain: h.PlainWebhooks, Groups: eventGroups(w.Events), LowBalance: h.budgetInput(w.LowBalance), Currency: h.Currency.Code()}
	return form
}

// readWebhookForm reads and checks what was sent. After an error the form that it returns says what has to be mended.
func (h *Handlers) readWebhookForm(c echo.Context) (form models.WebhookForm, shown pages.WebhookForm, err error) {
	sent, err := c.FormParams()
	if err != nil {
		return form, shown, err
	}
	for _, kind := range sent["events"] {
		form.Events = append(form.Events, models.WebhookType(kind))
	}
	form.URL = c.FormValue("url")
	shown = pages.WebhookForm{URL: form.URL, Plain: h.PlainWebhooks, Groups: eventGroups(form.Events), LowBalance: c.FormValue("low_balance"), Currency: h.Currency.Code()}
	bad := models.Invalid{}
	var wrong error
	if form.LowBalance, wrong = models.ParseBudget(shown.LowBalance); wrong != nil {
		bad["low_balance"] = "Write an amount such as 12.50, or leave it empty."
	}
	form, err = form.Validate(h.PlainWebhooks)
	if err := bad.Note(err); err != nil {
		return form, shown, err
	}
	shown.Errors = errorsOf(bad)
	return form, shown, bad.Err()
}

// eventGroups are the boxes of the form, by group.
func eventGroups(chosen []models.WebhookType) (groups []pages.EventGroup) {
	for _, e := range models.WebhookEvents() {
		if len(groups) == 0 || groups[len(groups)-1].Label != e.Group {
			groups = append(groups, pages.EventGroup{Label: e.Group})
		}
		last := &groups[len(groups)-1]
		last.Events = append(last.Events, ui.Choice{Value: string(e.Type), Label: string(e.Type), Hint: e.Words + ".", Selected: slices.Contains(chosen, e.Type)})
	}
	return groups
}

// ShowRotateWebhook says what a new secret means, and asks.
func (h *Handlers) ShowRotateWebhook(c echo.Context, m models.Membership) error {
	w, err := h.store.TeamWebhook(ctx(c), m.Team.ID, c.Param("webhook"))
	if err != nil {
		return err
	}
	what := []string{"The present secret goes on signing for 24 hours besides the new one, so nothing is refused while you change it where it is checked."}
	if len(w.Secrets(h.Clock.Now())) > 1 {
		what = append(what, "Another rotation is not over yet. The secret before the present one ends at once.")
	}
	return page.Render(c, http.StatusOK, pages.Ask(h.site.Request(c), pages.AskProps{
		Section: webhookSection, Title: "Give the webhook a new secret?", Lede: w.URL, What: what, Action: paths.RotateWebhook(m.Team.Slug, w.ID),
		Button: "Make a new secret", Back: "Webhook", BackHref: paths.Webhook(m.Team.Slug, w.ID), Keep: "Keep the present one",
	}))
}

// RotateWebhook makes a new secret and shows it, as NewWebhook does.
func (h *Handlers) RotateWebhook(c echo.Context, m models.Membership) error {
	w, err := h.store.TeamWebhook(ctx(c), m.Team.ID, c.Param("webhook"))
	if err != nil {
		return err
	}
	secret, err := h.RotateWebhookSecret(ctx(c), actor(c), m.Team.ID, w.ID)
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.WebhookSecret(h.teamRequest(c, m), pages.WebhookSecretProps{
		ID: w.ID, URL: w.URL, Secret: secret, OldUntil: h.Clock.Now().Add(models.WebhookOverlap),
	}))
}

// RotateWebhookSecret makes a new secret for a webhook, which is told this once.
func (h *Handlers) RotateWebhookSecret(ctx context.Context, actor models.Actor, teamID, id string) (secret string, err error) {
	secret = models.NewWebhookSecret()
	return secret, h.store.RotateWebhookSecret(ctx, actor, teamID, id, h.WebhookSecrets.Seal([]byte(secret)))
}

// ShowDeleteWebhook says what is lost with a webhook, and asks.
func (h *Handlers) ShowDeleteWebhook(c echo.Context, m models.Membership) error {
	return h.askToDeleteWebhook(c, http.StatusOK, m, "", nil)
}

// DeleteWebhook ends a webhook once its host was typed.
func (h *Handlers) DeleteWebhook(c echo.Context, m models.Membership) error {
	w, err := h.store.TeamWebhook(ctx(c), m.Team.ID, c.Param("webhook"))
	if err != nil {
		return err
	}
	if typed := c.FormValue("confirm"); !same(strings.ToLower(typed), strings.ToLower(w.Host)) {
		return h.askToDeleteWebhook(c, http.StatusUnprocessableEntity, m, typed, ui.Errors{"confirm": "This is not the webhook's host. Type " + w.Host + "."})
	}
	if err := h.store.DeleteWebhook(ctx(c), actor(c), m.Team.ID, w.ID); err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "The webhook to "+w.Host+" is deleted. Nothing more is sent there."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Webhooks(m.Team.Slug))
}

func (h *Handlers) askToDeleteWebhook(c echo.Context, status int, m models.Membership, typed string, errs ui.Errors) error {
	w, err := h.store.TeamWebhook(ctx(c), m.Team.ID, c.Param("webhook"))
	if err != nil {
		return err
	}
	return page.Render(c, status, pages.DeleteWebhook(h.site.Request(c), pages.DeleteWebhookProps{ID: w.ID, URL: w.URL, Host: w.Host, Confirm: typed, Errors: errs}))
}

// EnableWebhook has a webhook hear of what happens from now on.
func (h *Handlers) EnableWebhook(c echo.Context, m models.Membership) error {
	return h.switchWebhook(c, m, h.store.EnableWebhook, "The webhook is enabled. It hears of what happens from now on, and what waited for it goes on.")
}

// DisableWebhook stops what is sent to a webhook.
func (h *Handlers) DisableWebhook(c echo.Context, m models.Membership) error {
	return h.switchWebhook(c, m, h.store.DisableWebhook, "The webhook is disabled. It will not hear of what happens until you enable it again.")
}

func (h *Handlers) switchWebhook(c echo.Context, m models.Membership, do func(context.Context, models.Actor, string, string) error, said string) error {
	tone, id := ui.Positive, c.Param("webhook")
	err := do(ctx(c), actor(c), m.Team.ID, id)
	if errors.Is(err, models.ErrConflict) {
		tone, said, err = ui.Info, "Nothing was changed: somebody else did it meanwhile.", nil
	}
	if err != nil {
		return err
	}
	return h.toWebhook(c, m, id, tone, said)
}

// TestWebhook sends an event that says nothing but that it arrives.
func (h *Handlers) TestWebhook(c echo.Context, m models.Membership) error {
	id := c.Param("webhook")
	tone, said := ui.Positive, "A test event is on its way. What came of it stands in the log in a moment."
	err := h.store.SendTestWebhook(ctx(c), actor(c), m.Team.ID, id)
	if errors.Is(err, models.ErrConflict) {
		tone, said, err = ui.Attention, "Nothing was sent: the webhook is disabled. Enable it first.", nil
	}
	if err != nil {
		return err
	}
	return h.toWebhook(c, m, id, tone, said)
}

func (h *Handlers) toWebhook(c echo.Context, m models.Membership, id string, tone ui.Tone, said string) error {
	if err := h.site.Flash(c, tone, said); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Webhook(m.Team.Slug, id))
}
