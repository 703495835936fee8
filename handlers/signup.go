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

type signUpStore interface {
	NeedsSetUp(ctx context.Context) (bool, error)
	SignUp(ctx context.Context, actor models.Actor, u models.NewUser, passwordHash string) (models.User, error)
}

// signUpOpen says whether anybody may sign up: never before the portal has an administrator, except in the demo.
func (h *Handlers) signUpOpen(ctx context.Context) bool {
	if !h.SignUpOpen || h.Demo != nil || h.setUp.Load() {
		return h.SignUpOpen
	}
	needed, err := h.store.NeedsSetUp(ctx)
	if err != nil || needed {
		return false // an unreadable store says so itself on the page that needs it
	}
	h.setUp.Store(true)
	return true
}

// ShowSignUp is the sign-up form, or the page that says that it is closed.
func (h *Handlers) ShowSignUp(c echo.Context) error {
	next := c.QueryParam(paths.QueryNext)
	if page.ViewerOf(c).SignedIn() {
		return h.goOn(c, next)
	}
	return h.signUpForm(c, http.StatusOK, pages.SignUpProps{Next: next})
}

// SignUp makes an account and signs it in.
func (h *Handlers) SignUp(c echo.Context) error {
	if !h.signUpOpen(ctx(c)) {
		return h.signUpForm(c, http.StatusForbidden, pages.SignUpProps{})
	}
	form := pages.SignUpProps{Name: c.FormValue("name"), Email: c.FormValue("email"), Next: c.FormValue(paths.QueryNext)}
	account := models.NewUser{Name: form.Name, Email: form.Email, Password: c.FormValue("password")}
	if invalid, bad := isInvalid(account.Validate()); bad {
		form.Errors = errorsOf(invalid)
		return h.signUpForm(c, http.StatusUnprocessableEntity, form)
	}
	if wait := h.throttle.signUp(c.RealIP()); wait > 0 {
		return h.tooMany(c, "Too many accounts were made from your network.", wait)
	}
	hash, err := h.Passwords.Hash(ctx(c), account.Password)
	if err != nil {
		return err
	}
	user, err := h.store.SignUp(ctx(c), actor(c), account, hash)
	if errors.Is(err, models.ErrConflict) {
		form.Errors = ui.Errors{"email": "This address has an account already. Sign in instead."}
		return h.signUpForm(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	return h.welcome(c, user, form.Next)
}

func (h *Handlers) signUpForm(c echo.Context, status int, form pages.SignUpProps) error {
	form.Closed = !h.signUpOpen(ctx(c))
	return page.Render(c, status, pages.SignUp(h.site.Request(c), form))
}
