package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type passwordStore interface {
	AskForReset(ctx context.Context, email string) error
	// LinkHolder is models.ErrNotFound if the link does not work, and so is ResetPassword.
	LinkHolder(ctx context.Context, purpose models.LinkPurpose, token string) (models.User, error)
	ResetPassword(ctx context.Context, actor models.Actor, token, passwordHash string) error
}

// ShowResetPassword is where the link in the mail leads. Looking uses nothing up: programs that check mails look, too.
func (h *Handlers) ShowResetPassword(c echo.Context) error {
	user, err := h.store.LinkHolder(ctx(c), models.LinkReset, c.Param("token"))
	if errors.Is(err, models.ErrNotFound) {
		return h.deadResetLink(c)
	}
	if err != nil {
		return err
	}
	return h.resetForm(c, http.StatusOK, user, nil)
}

// ResetPassword sets the new password and leads to the sign-in form: the link alone signs nobody in. It is checked before
// the costly hash, and again with the change.
func (h *Handlers) ResetPassword(c echo.Context) error {
	token, password := c.Param("token"), c.FormValue("password")
	user, err := h.store.LinkHolder(ctx(c), models.LinkReset, token)
	if errors.Is(err, models.ErrNotFound) {
		return h.deadResetLink(c)
	}
	if err != nil {
		return err
	}
	if wrong := models.CheckPassword(password, user.Email, user.Name); wrong != "" {
		return h.resetForm(c, http.StatusUnprocessableEntity, user, ui.Errors{"password": wrong})
	}
	hash, err := h.Passwords.Hash(ctx(c), password)
	if err != nil {
		return err
	}
	err = h.store.ResetPassword(ctx(c), actor(c), token, hash)
	if errors.Is(err, models.ErrNotFound) {
		return h.deadResetLink(c)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.SignInChanged(paths.ChangedPassword))
}

func (h *Handlers) resetForm(c echo.Context, status int, user models.User, errors ui.Errors) error {
	passkeys, err := h.store.Passkeys(ctx(c), user.ID)
	if err != nil {
		return err
	}
	return page.Render(c, status, pages.ResetPassword(h.site.Request(c), pages.ResetPasswordProps{
		Token: c.Param("token"), Email: user.Email, Passkeys: int64(len(passkeys)), FirstProof: !user.Verified(), Errors: errors,
	}))
}

func (h *Handlers) deadResetLink(c echo.Context) error {
	return page.Render(c, http.StatusNotFound, pages.Error(h.site.Request(c), pages.ErrorProps{
		Status: http.StatusNotFound, Title: "This link does not work",
		Text:     "It was used already, or it is older than an hour. Ask for another one; it comes by mail, too.",
		BackHref: paths.ForgotPassword, BackLabel: "Ask for another link",
	}))
}
