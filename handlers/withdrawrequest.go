package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/paths"
)

// WithdrawRequest takes back a request for a subscription. One that was answered meanwhile stays as it is.
func (h *Handlers) WithdrawRequest(c echo.Context, m models.Membership) error {
	sub, err := h.store.TeamSubscription(ctx(c), m.Team.ID, c.Param("id"))
	if err != nil {
		return err
	}
	tone, said := ui.Positive, "The request for "+sub.APIName+" is withdrawn."
	err = h.store.WithdrawRequest(ctx(c), actor(c), m.Team.ID, sub.Subscription.ID)
	if errors.Is(err, models.ErrConflict) {
		tone, said, err = ui.Info, "Nothing was withdrawn: the request for "+sub.APIName+" waits for no answer any more.", nil
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, tone, said); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Subscriptions(m.Team.Slug))
}
