package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// ShowEndSubscription says what ending will break, and asks.
func (h *Handlers) ShowEndSubscription(c echo.Context, m models.Membership) error {
	sub, err := h.store.TeamSubscription(ctx(c), m.Team.ID, c.Param("id"))
	if err != nil {
		return err
	}
	return h.askToEnd(c, http.StatusOK, m, sub, "", nil)
}

// EndSubscription ends a subscription once the API's short name was typed. Ending one that is over changes nothing.
func (h *Handlers) EndSubscription(c echo.Context, m models.Membership) error {
	sub, err := h.store.TeamSubscription(ctx(c), m.Team.ID, c.Param("id"))
	if err != nil {
		return err
	}
	if typed := c.FormValue("confirm"); !same(typed, sub.APISlug) {
		return h.askToEnd(c, http.StatusUnprocessableEntity, m, sub, typed, ui.Errors{"confirm": "This is not the API's short name. Type " + sub.APISlug + "."})
	}
	err = h.store.EndSubscription(ctx(c), actor(c), m.Team.ID, sub.Subscription.ID)
	if err != nil && !errors.Is(err, models.ErrConflict) {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "The subscription to "+sub.APIName+" has ended."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Subscriptions(m.Team.Slug))
}

func (h *Handlers) askToEnd(c echo.Context, status int, m models.Membership, sub models.SubscriptionListing, typed string, errors ui.Errors) error {
	keys, err := h.keysCalling(c, m, sub)
	if err != nil {
		return err
	}
	return page.Render(c, status, pages.EndSubscription(h.site.Request(c), pages.EndSubscriptionProps{
		ID: sub.Subscription.ID, API: sub.APIName, APISlug: sub.APISlug, Calling: keys, Confirm: typed, Errors: errors,
	}))
}
