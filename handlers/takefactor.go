package handlers

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// ShowTakeSecondFactor says what taking a user's second factor or passkeys away means, and asks which of them.
func (h *Handlers) ShowTakeSecondFactor(c echo.Context) error {
	user, err := h.store.User(ctx(c), c.Param("user"))
	if err != nil {
		return err
	}
	return h.askToTakeFactor(c, http.StatusOK, user, nil)
}

// TakeSecondFactor takes from a user what they have lost, or what somebody else may have: the second factor with its recovery
// codes, their passkeys, or both.
func (h *Handlers) TakeSecondFactor(c echo.Context) error {
	user, err := h.store.User(ctx(c), c.Param("user"))
	if err != nil {
		return err
	}
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	factor, passkeys := slices.Contains(form["take"], "factor"), slices.Contains(form["take"], "passkeys")
	if !factor && !passkeys {
		return h.askToTakeFactor(c, http.StatusUnprocessableEntity, user, ui.Errors{"take": "Choose what to take away."})
	}
	if err := h.store.TakeSecondFactor(ctx(c), actor(c), user.ID, factor, passkeys); err != nil {
		return err
	}
	if user.ID == page.ViewerOf(c).User.ID {
		return c.Redirect(http.StatusSeeOther, paths.SignIn)
	}
	return h.doneWithUser(c, user, "It is done. "+user.Name+" is signed out everywhere.")
}

func (h *Handlers) askToTakeFactor(c echo.Context, status int, user models.User, errors ui.Errors) error {
	facts, err := h.store.UserFacts(ctx(c), user.ID)
	if err != nil {
		return err
	}
	if !facts.SecondFactor && facts.Passkeys == 0 {
		return c.Redirect(http.StatusSeeOther, paths.AdminUser(user.ID))
	}
	return page.Render(c, status, pages.TakeFactor(h.site.Request(c), pages.TakeFactorProps{
		ID: user.ID, Name: user.Name, Email: user.Email, SecondFactor: facts.SecondFactor, Passkeys: int64(facts.Passkeys), Errors: errors,
	}))
}
