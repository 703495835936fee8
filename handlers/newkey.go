package handlers

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
)

// ShowNewKey is the form that makes a key.
func (h *Handlers) ShowNewKey(c echo.Context, m models.Membership) error {
	form, err := h.keyForm(c, m, models.KeyRules{})
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.NewKey(h.site.Request(c), pages.NewKeyProps{KeyForm: form}))
}

// NewKey makes a key and shows its secret in this very answer, with no-store: a redirect would need the secret to be kept
// somewhere.
func (h *Handlers) NewKey(c echo.Context, m models.Membership) error {
	label := c.FormValue("label")
	name, wrong := models.ValidateKeyName(label)
	bad := models.Invalid{}
	if invalid, isBad := isInvalid(wrong); isBad {
		bad["label"] = invalid["name"]
	}
	rules, form, err := h.readKeyForm(c, m, nil, bad)
	if err != nil {
		return err
	}
	if len(form.Errors) > 0 {
		return page.Render(c, http.StatusUnprocessableEntity, pages.NewKey(h.site.Request(c), pages.NewKeyProps{Label: label, KeyForm: form}))
	}
	secret := models.NewKeySecret()
	if _, err := h.store.CreateKey(ctx(c), actor(c), m.Team.ID, name, secret, rules); err != nil {
		return err
	}
	return h.showSecret(c, m, rules, pages.KeyCreatedProps{Label: name, Secret: secret})
}

// showSecret shows a new secret for the only time, with a call to try it.
func (h *Handlers) showSecret(c echo.Context, m models.Membership, rules models.KeyRules, props pages.KeyCreatedProps) error {
	if err := h.suggestCall(c, m, rules, &props); err != nil {
		// The secret is in effect, and this answer is the only one that shows it.
		h.Log.ErrorContext(ctx(c), "a new secret is shown without a call to try", "err", err, "request_id", page.MetaOf(c).RequestID)
		props.NoSuggestion = true
	}
	return page.Render(c, http.StatusOK, pages.KeyCreated(h.teamRequest(c, m), props))
}

// suggestCall fills in what the team can call with the key: of the APIs that the key may call, the one it subscribed to last.
func (h *Handlers) suggestCall(c echo.Context, m models.Membership, rules models.KeyRules, props *pages.KeyCreatedProps) error {
	subscriptions, err := h.store.TeamSubscriptions(ctx(c), m.Team.ID, models.Page{})
	if err != nil {
		return err
	}
	for _, s := range subscriptions.Rows {
		allowed := len(rules.APIs) == 0 || slices.Contains(rules.APIs, s.Subscription.APIID)
		if allowed && s.Subscription.State == models.Active && s.VersionState.Callable() {
			props.Slug, props.Version, props.ExamplePath = s.APISlug, s.VersionName, s.ExamplePath
			return nil
		}
	}
	return nil
}
