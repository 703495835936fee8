package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// The fields of a form in which somebody proves who they are: by what they type, or by what their passkey says.
const (
	proofField   = "proof"
	passkeyField = "passkey_proof"
)

// secretFields are never sent back to the browser that sent them; who is asked for a proof in between types them again.
var secretFields = []string{proofField, passkeyField, "password", "code"}

// afterStepUp does what a route is for if it takes no proof, or if the viewer has given one a short while ago; web/stepup.go
// has the table. Otherwise a page is opened only after the proof was given on a page of its own. A form that comes without
// one is answered by a form that asks for it and has all fields of the first, so that sending it does both.
func (h *Handlers) afterStepUp(c echo.Context, do func() error) error {
	if !page.MetaOf(c).NeedsStepUp || page.ViewerOf(c).Session.Proved(h.Clock.Now()) {
		return do()
	}
	here := c.Request().URL.RequestURI()
	if method := c.Request().Method; method == http.MethodGet || method == http.MethodHead {
		return c.Redirect(http.StatusSeeOther, paths.StepUpThen(here))
	}
	if _, err := c.FormParams(); err != nil {
		return err
	}
	fields := c.Request().PostForm //nolint:forbidigo // the form alone, without the query, which stays in the address; it calls nobody
	form := pages.StepUpProps{Action: here, Kept: kept(fields)}
	if !fields.Has(proofField) {
		return h.stepUpForm(c, http.StatusForbidden, form)
	}
	return h.stepUp(c, form, do)
}

// kept are the fields of a form that is to be sent again.
func kept(fields url.Values) (all []pages.KeptField) {
	for name, values := range fields {
		if slices.Contains(secretFields, name) {
			continue
		}
		for _, value := range values {
			all = append(all, pages.KeptField{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(all, func(a, b pages.KeptField) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// ShowStepUp asks somebody who is signed in to prove who they are, and leads on to a page that takes it.
func (h *Handlers) ShowStepUp(c echo.Context) error {
	return h.stepUpForm(c, http.StatusOK, pages.StepUpProps{Action: paths.StepUp, Next: c.QueryParam(paths.QueryNext)})
}

// StepUp takes the proof and leads on.
func (h *Handlers) StepUp(c echo.Context) error {
	next := c.FormValue(paths.QueryNext)
	return h.stepUp(c, pages.StepUpProps{Action: paths.StepUp, Next: next}, func() error { return h.goOn(c, next) })
}

// stepUp checks the proof that a form brings, and does what it was for. Wrong ones count as wrong sign-ins do.
func (h *Handlers) stepUp(c echo.Context, form pages.StepUpProps, do func() error) error {
	if answer := c.FormValue(passkeyField); answer != "" {
		return h.stepUpByPasskey(c, answer, form, do)
	}
	user := page.ViewerOf(c).User
	hasFactor, err := h.hasSecondFactor(c, user)
	if err != nil {
		return err
	}
	check, wrong := h.checkPassword, "This is not your password."
	if hasFactor {
		check, wrong = h.checkCode, wrongCode
	}
	ok, wait, err := check(c, user, c.FormValue(proofField))
	switch {
	case errors.Is(err, lostSecret):
		form.Errors = ui.Errors{proofField: lostSecret.Error()}
		return h.stepUpForm(c, http.StatusUnprocessableEntity, form)
	case err != nil:
		return err
	case wait > 0:
		return h.tooMany(c, "Too many wrong proofs were sent for this account or from your network.", wait)
	case !ok:
		form.Errors = ui.Errors{proofField: wrong}
		return h.stepUpForm(c, http.StatusUnprocessableEntity, form)
	}
	if err := h.site.Proved(c); err != nil {
		return err
	}
	return do()
}

// checkPassword says whether a password is the user's, or how long to wait before it is looked at.
func (h *Handlers) checkPassword(c echo.Context, user models.User, password string) (ok bool, wait time.Duration, err error) {
	try, wait := h.throttle.try(passwordTry, user.Email, c.RealIP())
	if wait > 0 {
		return false, wait, nil
	}
	if ok, err = h.Passwords.Matches(ctx(c), password, user.PasswordHash); ok {
		try.succeeded()
	}
	return ok, 0, err
}

// stepUpByPasskey is stepUp for a form that brings what a passkey said.
func (h *Handlers) stepUpByPasskey(c echo.Context, answer string, form pages.StepUpProps, do func() error) error {
	try, wait := h.throttle.passkey(c.RealIP())
	if wait > 0 {
		return h.tooMany(c, "Too many wrong proofs were sent from your network.", wait)
	}
	_, _, err := h.usePasskey(c, stepUpCeremony, page.ViewerOf(c).Session.ID, answer)
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
		return h.stepUpForm(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	try.undo()
	if err := h.site.Proved(c); err != nil {
		return err
	}
	return do()
}

func (h *Handlers) stepUpForm(c echo.Context, status int, form pages.StepUpProps) (err error) {
	user := page.ViewerOf(c).User
	if form.Code, err = h.hasSecondFactor(c, user); err != nil {
		return err
	}
	if h.party != nil {
		who, err := h.holder(c, user)
		if err != nil {
			return err
		}
		form.Passkeys = len(who.passkeys) > 0
	}
	if !form.Code {
		form.DemoPassword = h.demoPassword(user)
	}
	return page.Render(c, status, pages.StepUp(h.site.Request(c), form))
}

// demoPassword is the password of one of the demo's own logins, which nobody has typed; "" for all others.
func (h *Handlers) demoPassword(user models.User) string {
	if h.Demo == nil {
		return ""
	}
	for _, login := range h.Demo.Logins {
		if login.Email == user.Email {
			return login.Password
		}
	}
	return ""
}
