package handlers

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type signInStore interface {
	UserByEmail(ctx context.Context, email string) (models.User, error)
	// SecondFactor is models.ErrNotFound if the user has none.
	SecondFactor(ctx context.Context, userID string) (models.SecondFactor, error)
}

// ShowSignIn is the sign-in form; who is signed in already goes on.
func (h *Handlers) ShowSignIn(c echo.Context) error {
	next := c.QueryParam(paths.QueryNext)
	if page.ViewerOf(c).SignedIn() {
		return h.goOn(c, next)
	}
	return h.signInForm(c, http.StatusOK, pages.SignInProps{Next: next, Changed: c.QueryParam(paths.QueryChanged)})
}

// SignIn checks e-mail and password. One sentence answers a wrong password and an unknown address alike.
func (h *Handlers) SignIn(c echo.Context) error {
	form := pages.SignInProps{Email: c.FormValue("email"), Next: c.FormValue(paths.QueryNext)}
	try, wait := h.throttle.try(passwordTry, form.Email, c.RealIP())
	if wait > 0 {
		return h.tooMany(c, "Too many sign-ins failed for this account or from your network.", wait)
	}
	user, err := h.store.UserByEmail(ctx(c), form.Email)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	matches, err := h.Passwords.Matches(ctx(c), c.FormValue("password"), user.PasswordHash)
	if err != nil {
		return err
	}
	if !matches {
		form.Errors = ui.Errors{"": "E-mail and password do not belong together. Check both and try again."}
		return h.signInForm(c, http.StatusUnprocessableEntity, form)
	}
	switch _, err := h.store.SecondFactor(ctx(c), user.ID); {
	case err == nil:
		try.passed()
		return h.askForCode(c, user, form.Next)
	case !errors.Is(err, models.ErrNotFound):
		return err
	}
	try.succeeded()
	return h.welcome(c, user, form.Next)
}

// SignOut ends the session, and leads on to where the form says: whoever leaves in order to use another account comes back.
func (h *Handlers) SignOut(c echo.Context) error {
	if v := page.ViewerOf(c); v.Impersonated() {
		if err := h.endImpersonation(c, v.Impersonator, "by signing out"); err != nil {
			return err
		}
	}
	if err := h.site.SignOut(c); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Local(c.FormValue(paths.QueryNext), paths.Landing))
}

func (h *Handlers) signInForm(c echo.Context, status int, form pages.SignInProps) error {
	if h.Demo != nil {
		for _, login := range h.Demo.Logins {
			form.Demo = append(form.Demo, demoLogin(login))
		}
	}
	form.Passkeys = h.party != nil
	return page.Render(c, status, pages.SignIn(h.site.Request(c), form))
}

func demoLogin(l DemoLogin) pages.DemoLogin {
	return pages.DemoLogin{Name: l.Label, What: l.What, Email: l.Email, Password: l.Password}
}

// welcome signs a user in and leads them on.
func (h *Handlers) welcome(c echo.Context, user models.User, next string) error {
	if err := h.site.SignIn(c, user); err != nil {
		return err
	}
	return h.goOn(c, next)
}

// goOn leads to a path on this site that the address or a form named, or to the viewer's team.
func (h *Handlers) goOn(c echo.Context, next string) error {
	return c.Redirect(http.StatusSeeOther, paths.Local(next, paths.Start))
}

// span is a time as people say it, rounded up.
func span(seconds int64) string {
	if seconds < 120 {
		return ui.Plural(seconds, "second")
	}
	return ui.Plural((seconds+59)/60, "minute")
}

// tooMany is the page for those who must wait.
func (h *Handlers) tooMany(c echo.Context, why string, wait time.Duration) error {
	seconds := int64(math.Ceil(wait.Seconds()))
	c.Response().Header().Set("Retry-After", strconv.FormatInt(seconds, 10))
	return page.Render(c, http.StatusTooManyRequests, pages.Error(h.site.Request(c), pages.ErrorProps{
		Status: http.StatusTooManyRequests, Text: why + " Try again in " + span(seconds) + ".",
		BackHref: paths.SignIn, BackLabel: "Back to sign-in",
	}))
}
