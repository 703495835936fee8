package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// ShowPauseSubscription says what a pause stops, and asks.
func (h *Handlers) ShowPauseSubscription(c echo.Context, m models.Membership) error {
	sub, err := h.store.TeamSubscription(ctx(c), m.Team.ID, c.Param("id"))
	if err != nil {
		return err
	}
	keys, err := h.keysCalling(c, m, sub)
	if err != nil {
		return err
	}
	what := []string{
		pages.CallingLine(keys),
		"Calls of " + m.Team.Name + " to " + sub.APIName + " get 403 from the moment you confirm, and cost nothing. Plan, keys and what is used of a quota stay as they are.",
		"Any owner, admin or developer of the team resumes it.",
	}
	return page.Render(c, http.StatusOK, pages.Ask(h.site.Request(c), pages.AskProps{
		Section: layout.SectionSubscriptions, Title: "Pause the subscription to " + sub.APIName, What: what,
		Action: paths.PauseSubscription(m.Team.Slug, sub.Subscription.ID), Button: "Pause", Keep: "Keep calling",
		Back: "Subscriptions", BackHref: paths.Subscriptions(m.Team.Slug),
	}))
}

// PauseSubscription stops a team's own calls under a subscription.
func (h *Handlers) PauseSubscription(c echo.Context, m models.Membership) error {
	sub, err := h.store.TeamSubscription(ctx(c), m.Team.ID, c.Param("id"))
	if err != nil {
		return err
	}
	err = h.store.PauseSubscription(ctx(c), actor(c), models.SubscriberSide, m.Team.ID, sub.Subscription.ID, "")
	return h.subscriptionDone(c, m, err, "The subscription to "+sub.APIName+" is paused.")
}

// ResumeSubscription takes a team's own pause back.
func (h *Handlers) ResumeSubscription(c echo.Context, m models.Membership) error {
	sub, err := h.store.TeamSubscription(ctx(c), m.Team.ID, c.Param("id"))
	if err != nil {
		return err
	}
	said := "The subscription to " + sub.APIName + " goes on."
	if sub.Subscription.PausedBy(models.ProviderSide) {
		said = "Your pause is taken back. " + sub.OwnerName + " has paused the subscription too, and resumes it itself."
	}
	err = h.store.ResumeSubscription(ctx(c), actor(c), models.SubscriberSide, m.Team.ID, sub.Subscription.ID)
	return h.subscriptionDone(c, m, err, said)
}

// subscriptionDone leads back to the team's subscriptions and says what was done, or that it cannot be done any more.
func (h *Handlers) subscriptionDone(c echo.Context, m models.Membership, err error, said string) error {
	tone := ui.Positive
	if errors.Is(err, models.ErrConflict) {
		tone, said, err = ui.Info, "Nothing was changed: the subscription is in another state by now.", nil
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, tone, said); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Subscriptions(m.Team.Slug))
}

// callingKeys is how many keys are named that will be refused.
const callingKeys = 20

// keysCalling are the team's keys that called the API of a subscription in the last days.
func (h *Handlers) keysCalling(c echo.Context, m models.Membership, sub models.SubscriptionListing) ([]pages.CallingKey, error) {
	rows, err := h.store.KeysCalling(ctx(c), m.Team.ID, sub.Subscription.APIID, h.Clock.Now().AddDate(0, 0, -models.UseDays), callingKeys)
	keys := make([]pages.CallingKey, len(rows))
	for i, k := range rows {
		keys[i] = pages.CallingKey{ID: k.KeyID, Label: k.Name, Display: k.Hint, Calls: k.Calls, Last: k.LastCall.Time()}
	}
	return keys, err
}
