package handlers

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/billing"
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
	rules, form, err := h.readKeyForm(c, m, models.KeyRules{}, bad)
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

// suggestCall fills in what the team can call with the key: the example of the API that it subscribed to last, of those whose
// example the key may call.
func (h *Handlers) suggestCall(c echo.Context, m models.Membership, rules models.KeyRules, props *pages.KeyCreatedProps) error {
	subscriptions, err := h.store.TeamSubscriptions(ctx(c), m.Team.ID, models.Page{})
	if err != nil {
		return err
	}
	for _, s := range subscriptions.Rows {
		if s.Subscription.State != models.Active || !s.VersionState.Callable() {
			continue
		}
		if may := (&billing.KeyTerms{Operations: rules.Operations}).MayCall(s.Subscription.APIID, http.MethodGet, s.ExamplePath); may &&
			(len(rules.APIs) == 0 || slices.Contains(rules.APIs, s.Subscription.APIID)) {
			props.Slug, props.Version, props.ExamplePath, props.NoSuggestion = s.APISlug, s.VersionName, s.ExamplePath, false
			return nil
		}
		props.NoSuggestion = true // there is something to call, and this page does not know what
	}
	return nil
}
