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

// askForCode begins a half session of somebody whose password was right, and leads to the page that asks for the rest.
func (h *Handlers) askForCode(c echo.Context, user models.User, next string) error {
	if err := h.site.HalfSignIn(c, user); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.SignInCodeThen(next, false))
}

// ShowSignInCode asks for the code of a second factor.
func (h *Handlers) ShowSignInCode(c echo.Context) error {
	next := c.QueryParam(paths.QueryNext)
	if page.ViewerOf(c).Pending.ID == "" {
		return h.noHalfSession(c, next)
	}
	return h.codeForm(c, http.StatusOK, pages.SignInCodeProps{Next: next, Recovery: c.QueryParam(paths.QueryRecovery) != ""})
}

// SignInCode signs in who shows a code after their password. Either form of the page takes either kind of code.
func (h *Handlers) SignInCode(c echo.Context) error {
	form := pages.SignInCodeProps{Next: c.FormValue(paths.QueryNext), Recovery: c.FormValue(paths.QueryRecovery) != ""}
	user := page.ViewerOf(c).Pending
	if user.ID == "" {
		return h.noHalfSession(c, form.Next)
	}
	ok, wait, err := h.checkCode(c, user, c.FormValue("code"))
	switch {
	case errors.Is(err, lostSecret):
		form.Errors = ui.Errors{"code": lostSecret.Error()}
		return h.codeForm(c, http.StatusUnprocessableEntity, form)
	case err != nil:
		return err
	case wait > 0:
		return h.tooMany(c, "Too many wrong codes were sent for this account or from your network.", wait)
	case !ok:
		form.Errors = ui.Errors{"code": wrongCode}
		return h.codeForm(c, http.StatusUnprocessableEntity, form)
	}
	if err := h.site.Proved(c); err != nil {
		return err
	}
	return h.goOn(c, form.Next)
}

// noHalfSession leads on who is signed in already, and the others to where a half session begins.
func (h *Handlers) noHalfSession(c echo.Context, next string) error {
	if page.ViewerOf(c).SignedIn() {
		return h.goOn(c, next)
	}
	return c.Redirect(http.StatusSeeOther, paths.SignInThen(next))
}

func (h *Handlers) codeForm(c echo.Context, status int, form pages.SignInCodeProps) error {
	return page.Render(c, status, pages.SignInCode(h.site.Request(c), form))
}
