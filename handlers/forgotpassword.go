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

// ShowForgotPassword is the form for those who have forgotten their password, or want another one.
func (h *Handlers) ShowForgotPassword(c echo.Context) error {
	return h.forgotForm(c, http.StatusOK, pages.ForgotPasswordProps{Email: page.ViewerOf(c).User.Email})
}

// ForgotPassword promises a mail with a link. The answer, and the work that it takes, are the same whether anybody has the
// address or not.
func (h *Handlers) ForgotPassword(c echo.Context) error {
	form := pages.ForgotPasswordProps{Email: c.FormValue("email")}
	if email := models.NormalizeEmail(form.Email); !models.IsEmail(email) {
		form.Errors = ui.Errors{"email": "Enter the address that you sign in with, like ada@example.com."}
		return h.forgotForm(c, http.StatusUnprocessableEntity, form)
	}
	if wait := h.throttle.mail(form.Email, c.RealIP()); wait > 0 {
		return h.tooMany(c, "Too many mails were asked for, for this address or from your network. Those that were sent have links that work for an hour.", wait)
	}
	if err := h.store.AskForReset(ctx(c), form.Email); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.ForgotPasswordSent)
}

// ForgotPasswordSent says what happens next.
func (h *Handlers) ForgotPasswordSent(c echo.Context) error {
	return page.Render(c, http.StatusOK, pages.ForgotPasswordSent(h.site.Request(c)))
}

func (h *Handlers) forgotForm(c echo.Context, status int, form pages.ForgotPasswordProps) error {
	return page.Render(c, status, pages.ForgotPassword(h.site.Request(c), form))
}
