package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
)

type changePasswordStore interface {
	// ChangePassword ends all sessions of the user but the one with the id keep.
	ChangePassword(ctx context.Context, actor models.Actor, userID, passwordHash, keep string) error
}

// ShowChangePassword is the form for another password. Who sees it has just proved who they are, so it asks for the new one
// alone.
func (h *Handlers) ShowChangePassword(c echo.Context) error {
	return h.changePasswordForm(c, http.StatusOK, nil)
}

// ChangePassword sets the viewer's new password. They stay signed in here, under a new token, and nowhere else.
func (h *Handlers) ChangePassword(c echo.Context) error {
	v, password := page.ViewerOf(c), c.FormValue("password")
	if wrong := models.CheckPassword(password, v.User.Email, v.User.Name); wrong != "" {
		return h.changePasswordForm(c, http.StatusUnprocessableEntity, ui.Errors{"password": wrong})
	}
	hash, err := h.Passwords.Hash(ctx(c), password)
	if err != nil {
		return err
	}
	if err := h.store.ChangePassword(ctx(c), actor(c), v.User.ID, hash, v.Session.ID); err != nil {
		return err
	}
	if err := h.site.Proved(c); err != nil {
		return err
	}
	return h.toAccount(c, ui.Positive, "Your password is changed. Everywhere else you are signed out.")
}

func (h *Handlers) changePasswordForm(c echo.Context, status int, errors ui.Errors) error {
	return page.Render(c, status, pages.ChangePassword(h.site.Request(c), pages.ChangePasswordProps{Errors: errors}))
}
