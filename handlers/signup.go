package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"

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
	SignUpInvited(ctx context.Context, actor models.Actor, u models.NewUser, passwordHash string, invitationHash []byte) (models.User, error)
}

// signUp is the rule at present: nobody may sign up before the portal has an administrator, except in the demo.
func (h *Handlers) signUp(ctx context.Context) models.SignUpRule {
	if h.WhoSignsUp.Mode == models.SignUpClosed || h.isSetUp(ctx) {
		return h.WhoSignsUp
	}
	return models.SignUpRule{Mode: models.SignUpClosed}
}

// isSetUp says whether the portal has had an administrator, or is the demo, which needs none.
func (h *Handlers) isSetUp(ctx context.Context) bool {
	if h.Demo != nil || h.setUp.Load() {
		return true
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
	form := pages.SignUpProps{Name: c.FormValue("name"), Email: c.FormValue("email"), Next: c.FormValue(paths.QueryNext)}
	rule := h.signUp(ctx(c))
	gate, err := h.signUpGate(c, rule, form.Next)
	if err != nil {
		return err
	}
	if gate != pages.SignUpOpen {
		return h.signUpForm(c, http.StatusForbidden, pages.SignUpProps{Next: form.Next})
	}
	account := models.NewUser{Name: form.Name, Email: form.Email, Password: c.FormValue("password")}
	invalid, bad := isInvalid(account.Validate())
	if bad || !rule.Admits(account.Email) {
		form.Errors = errorsOf(invalid)
		if form.Errors["email"] == "" && !rule.Admits(account.Email) {
			form.Errors["email"] = "Use your address " + ofDomains(rule.Domains) + "."
		}
		return h.signUpForm(c, http.StatusUnprocessableEntity, form)
	}
	if wait := h.throttle.signUp(c.RealIP()); wait > 0 {
		return h.tooMany(c, "Too many accounts were made from your network.", wait)
	}
	hash, err := h.Passwords.Hash(ctx(c), account.Password)
	if err != nil {
		return err
	}
	user, err := h.addUser(c, rule, account, hash, form.Next)
	if errors.Is(err, models.ErrInvitationUsed) { // between the form and its coming back
		return h.signUpForm(c, http.StatusForbidden, form)
	}
	if errors.Is(err, models.ErrConflict) {
		form.Errors = ui.Errors{"email": "This address has an account already. Sign in instead."}
		return h.signUpForm(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	return h.welcome(c, user, form.Next)
}

// addUser makes the login, by the invitation that the form leads back to where sign-up takes one.
func (h *Handlers) addUser(c echo.Context, rule models.SignUpRule, account models.NewUser, hash, next string) (models.User, error) {
	if rule.Mode == models.SignUpInvited {
		return h.store.SignUpInvited(ctx(c), actor(c), account, hash, models.HashLinkToken(paths.InvitationSecret(next)))
	}
	return h.store.SignUp(ctx(c), actor(c), account, hash)
}

// signUpGate says what whoever came here meets. Where sign-up takes an invitation, it is the one whose page they come from and
// are led back to.
func (h *Handlers) signUpGate(c echo.Context, rule models.SignUpRule, next string) (pages.SignUpGate, error) {
	switch rule.Mode {
	case models.SignUpOpen, models.SignUpDomains:
		return pages.SignUpOpen, nil
	case models.SignUpInvited:
		l, err := h.store.InvitationBySecret(ctx(c), models.HashLinkToken(paths.InvitationSecret(next)))
		switch {
		case errors.Is(err, models.ErrNotFound):
			return pages.SignUpInvited, nil
		case err != nil:
			return "", err
		case l.Standing(h.Clock.Now()) != models.InvitationOpen:
			return pages.SignUpInvited, nil
		case l.Invitation.SignedUp != "":
			return pages.SignUpUsed, nil
		}
		return pages.SignUpOpen, nil
	}
	return pages.SignUpClosed, nil
}

func (h *Handlers) signUpForm(c echo.Context, status int, form pages.SignUpProps) error {
	rule := h.signUp(ctx(c))
	gate, err := h.signUpGate(c, rule, form.Next)
	if err != nil {
		return err
	}
	form.Gate, form.Domains = gate, ""
	if rule.Mode == models.SignUpDomains {
		form.Domains = ofDomains(rule.Domains)
	}
	return page.Render(c, status, pages.SignUp(h.site.Request(c), form))
}

// ofDomains reads "at example.com or example.org".
func ofDomains(domains []string) string {
	last := len(domains) - 1
	if last == 0 {
		return "at " + domains[0]
	}
	return "at " + strings.Join(domains[:last], ", ") + " or " + domains[last]
}
