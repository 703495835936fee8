package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// ShowAdministrator says what an administrator of the portal may do, and asks.
func (h *Handlers) ShowAdministrator(c echo.Context) error {
	user, err := h.store.User(ctx(c), c.Param("user"))
	if err != nil {
		return err
	}
	return h.askAdministrator(c, http.StatusOK, user, nil)
}

// Administrator makes a user an administrator of the portal, or takes that away, as the form that was shown says. Whoever
// takes it from themselves is led away from pages that they may not see any more.
func (h *Handlers) Administrator(c echo.Context) error {
	user, err := h.store.User(ctx(c), c.Param("user"))
	if err != nil {
		return err
	}
	administrator := c.FormValue("administrator") == "on"
	err = h.store.SetAdministrator(ctx(c), actor(c), user.ID, administrator)
	if invalid, bad := isInvalid(err); bad {
		return h.askAdministrator(c, http.StatusUnprocessableEntity, user, errorsOf(invalid))
	}
	if err != nil {
		return err
	}
	if administrator {
		return h.doneWithUser(c, user, user.Name+" is an administrator of this portal now.")
	}
	if user.ID != page.ViewerOf(c).User.ID {
		return h.doneWithUser(c, user, user.Name+" is no administrator of this portal any more.")
	}
	if err := h.site.Flash(c, ui.Positive, "You are no administrator of this portal any more."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Start)
}

func (h *Handlers) askAdministrator(c echo.Context, status int, user models.User, errors ui.Errors) error {
	props := pages.AskProps{
		Title: "Make " + user.Name + " an administrator", Lede: user.Email + ".", Action: paths.Administrator(user.ID), Button: "Make administrator", Keep: "Leave it as it is",
		What: []string{
			"They see all teams, users and the whole audit log, give and take credit, and decide who may own APIs.",
			"They can suspend users and make and unmake administrators, you included.",
		},
		Field: "administrator", Value: "on", Back: user.Name, BackHref: paths.AdminUser(user.ID), Errors: errors,
	}
	if user.Administrator {
		props.Title, props.Button, props.Value = "Take the administration from "+user.Name, "Take it away", "off"
		props.What = []string{"They lose all pages of the administration at once. Their own teams and roles stay as they are."}
	}
	return page.Render(c, status, pages.Ask(h.site.Request(c), props))
}
