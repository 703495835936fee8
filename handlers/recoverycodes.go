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

// ShowNewRecoveryCodes asks before the viewer's recovery codes are replaced.
func (h *Handlers) ShowNewRecoveryCodes(c echo.Context) error {
	switch has, err := h.hasSecondFactor(c, page.ViewerOf(c).User); {
	case err != nil:
		return err
	case !has:
		return c.Redirect(http.StatusSeeOther, paths.Account)
	}
	return page.Render(c, http.StatusOK, pages.Ask(h.site.Request(c), pages.AskProps{
		Title: "Make new recovery codes", Back: "Your account", BackHref: paths.Account, Action: paths.NewRecoveryCodes,
		What: []string{"The codes that you have now stop working. The new ones are shown once."}, Button: "Make new codes", Keep: "Keep those I have",
	}))
}

// NewRecoveryCodes replaces the viewer's recovery codes and shows the new ones. The page is the answer to the POST itself: a
// redirect would need the codes to be kept somewhere.
func (h *Handlers) NewRecoveryCodes(c echo.Context) error {
	user, codes := page.ViewerOf(c).User, models.NewRecoveryCodes()
	err := h.store.ReplaceRecoveryCodes(ctx(c), actor(c), user.ID, models.HashRecoveryCodes(user.ID, codes))
	if errors.Is(err, models.ErrNotFound) {
		return h.toAccount(c, ui.Info, "Two-step sign-in is off, so there are no recovery codes.")
	}
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.RecoveryCodes(h.site.Request(c), pages.RecoveryCodesProps{Codes: codes}))
}
