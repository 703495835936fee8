package handlers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/handlers/signon"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type signOnStore interface {
	// SignOn is models.ErrNotFound if no account is linked to the identity.
	SignOn(ctx context.Context, actor models.Actor, on models.SignOn) (models.User, error)
	SignUpBySignOn(ctx context.Context, actor models.Actor, on models.SignOn, invitationHash []byte) (models.User, error)
}

// SignOnConfig is single sign-on as the operator has set it up.
type SignOnConfig struct {
	Provider *signon.Provider
	Name     string // what people call the provider
	SignsUp  bool   // whoever the provider signs in gets an account, whatever the rule of sign-up
}

// BeginSignOn leaves for the provider of single sign-on. It is a link and no form: what a form may lead to is bound by our
// policy, and all that it begins is bound to this browser.
func (h *Handlers) BeginSignOn(c echo.Context) error {
	next := c.QueryParam(paths.QueryNext)
	if page.ViewerOf(c).SignedIn() {
		return h.goOn(c, next)
	}
	return h.leave(c, signOnTrip{For: toSignInBy, Next: next})
}

// leave sends the browser to the provider with what it has to bring back.
func (h *Handlers) leave(c echo.Context, trip signOnTrip) error {
	if h.SignOn == nil {
		return models.ErrNotFound
	}
	trip.Next = paths.Local(trip.Next, "")
	if len(trip.Next) > maxNext {
		trip.Next = ""
	}
	to, attempt, err := h.SignOn.Provider.Begin(ctx(c), trip.For == toStepUpBy)
	if err != nil {
		return h.signOnFailed(c, trip, err)
	}
	trip.Attempt, trip.Session = attempt, page.ViewerOf(c).Session.ID
	if err := h.keep(c, tripCookie, trip, signon.Life); err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.Redirect(http.StatusSeeOther, to)
}

// maxNext is how long the path to go on to may be, in bytes: it travels in a cookie.
const maxNext = 1500

// SignOnReturn is where the provider sends people back to.
func (h *Handlers) SignOnReturn(c echo.Context) error {
	if h.SignOn == nil {
		return models.ErrNotFound
	}
	var trip signOnTrip
	if !h.unseal(c, tripCookie, &trip) {
		if page.ViewerOf(c).SignedIn() { // who goes back to this page has arrived already
			return h.goOn(c, "")
		}
		return h.signOnFailed(c, trip, signon.ErrStale)
	}
	h.site.Forget(c, tripCookie)
	if wait := h.throttle.signOn(c.RealIP()); wait > 0 {
		return h.tooMany(c, "Too many sign-ins came from your network.", wait)
	}
	on, err := h.SignOn.Provider.Finish(ctx(c), trip.Attempt, c.QueryParams())
	if err == nil && trip.Session != page.ViewerOf(c).Session.ID {
		err = signon.ErrStale // somebody else has signed in or out meanwhile
	}
	if err != nil {
		return h.signOnFailed(c, trip, err)
	}
	switch trip.For {
	case toStepUpBy:
		return h.steppedUpBy(c, trip, on)
	case toLinkBy:
		return h.offerLink(c, on, "")
	}
	user, err := h.store.SignOn(ctx(c), actor(c), on)
	if errors.Is(err, models.ErrNotFound) {
		return h.firstSignOn(c, on, trip.Next)
	}
	if err != nil {
		return err
	}
	return h.welcomeBy(c, user, on, trip.Next)
}

// firstSignOn is for whoever has no account yet, or one that does not know the provider.
func (h *Handlers) firstSignOn(c echo.Context, on models.SignOn, next string) error {
	if on.Email == "" {
		return h.explain(c, http.StatusForbidden, h.SignOn.Name+" did not say your address",
			"An account here needs an e-mail address. Whoever runs this portal has to ask "+h.SignOn.Name+" for it, by the scope “email”.")
	}
	switch _, err := h.store.UserByEmail(ctx(c), on.Email); {
	case err == nil:
		return h.offerLink(c, on, next)
	case !errors.Is(err, models.ErrNotFound):
		return err
	}
	rule := h.signOnRule(ctx(c))
	gate, err := h.signUpGate(c, rule, next)
	if err != nil {
		return err
	}
	if gate != pages.SignUpOpen || !rule.Admits(on.Email) {
		return h.noAccountFor(c, rule, on)
	}
	if wait := h.throttle.signUp(c.RealIP()); wait > 0 {
		return h.tooMany(c, "Too many accounts were made from your network.", wait)
	}
	var invitation []byte
	if rule.Mode == models.SignUpInvited {
		invitation = models.HashLinkToken(paths.InvitationSecret(next))
	}
	user, err := h.store.SignUpBySignOn(ctx(c), actor(c), on, invitation)
	switch {
	case errors.Is(err, models.ErrInvitationUsed):
		return h.noAccountFor(c, rule, on)
	case errors.Is(err, models.ErrConflict): // an account was made a moment ago
		return h.signOnFailed(c, signOnTrip{Next: next}, signon.ErrStale)
	case err != nil:
		return err
	}
	return h.welcomeBy(c, user, on, next)
}

// signOnRule is who may have an account by single sign-on. Nobody may before the portal has an administrator.
func (h *Handlers) signOnRule(ctx context.Context) models.SignUpRule {
	if h.SignOn.SignsUp && h.isSetUp(ctx) {
		return models.SignUpRule{Mode: models.SignUpOpen}
	}
	return h.signUp(ctx)
}

// welcomeBy signs in whom the provider has named. Who has a second factor here is still asked for it.
func (h *Handlers) welcomeBy(c echo.Context, user models.User, on models.SignOn, next string) error {
	switch has, err := h.hasSecondFactor(c, user); {
	case err != nil:
		return err
	case has:
		return h.askForCode(c, user, next)
	}
	if err := h.site.SignInProved(c, user, h.provedBy(on)); err != nil {
		return err
	}
	return h.goOn(c, next)
}

// provedBy is when somebody proved who they are: the provider may have known them for days. One that does not say has them
// prove it again before anything dangerous.
func (h *Handlers) provedBy(on models.SignOn) time.Time {
	if now := h.Clock.Now(); on.AuthTime.After(now) {
		return now
	}
	if on.AuthTime.IsZero() {
		return time.Unix(0, 0).UTC()
	}
	return on.AuthTime
}

// noAccountFor says why somebody whom the provider has signed in has no account here.
func (h *Handlers) noAccountFor(c echo.Context, rule models.SignUpRule, on models.SignOn) error {
	text := "Sign-up is closed. Ask whoever runs this portal for an account with that address."
	switch rule.Mode {
	case models.SignUpInvited:
		text = "An account takes an invitation. Open the link of yours, and choose " + h.SignOn.Name + " from there."
	case models.SignUpDomains:
		text = "Accounts are for people with an address " + ofDomains(rule.Domains) + "."
	}
	return h.explain(c, http.StatusForbidden, "There is no account for "+on.Email, text)
}

// signOnFailed says in words why nobody was signed in; what the provider said is for the log.
func (h *Handlers) signOnFailed(c echo.Context, trip signOnTrip, err error) error {
	name := h.SignOn.Name
	p := pages.ErrorProps{BackHref: paths.SignInThen(trip.Next), BackLabel: "Back to sign-in"}
	if trip.Session != "" {
		p.BackHref, p.BackLabel = paths.Account, "Back to your account"
	}
	switch {
	case errors.Is(err, signon.ErrStale):
		p.Status, p.Title = http.StatusBadRequest, "This sign-in is out of date"
		p.Text = "It was begun in another browser or more than ten minutes ago, or it was finished already. Begin again."
	case errors.Is(err, signon.ErrRefused):
		p.Status, p.Title = http.StatusForbidden, name+" did not sign you in"
		p.Text = "You broke it off there, or " + name + " does not let you in here. Try again, or ask whoever runs " + name + "."
	case errors.Is(err, signon.ErrNotFresh):
		p.Status, p.Title = http.StatusForbidden, name+" did not ask who you are"
		p.Text = "It does not say that you signed in there just now, so it proves nothing. Choose a password for this account by mail, and confirm with that."
		p.BackHref, p.BackLabel = paths.ForgotPassword, "Choose a password"
	case errors.Is(err, signon.ErrBadAnswer):
		p.Status, p.Title = http.StatusBadGateway, "The answer of "+name+" cannot be trusted"
		p.Text = "Nobody was signed in. Try again; if it stays so, tell whoever runs this portal. The log says what is wrong."
	case errors.Is(err, signon.ErrUnreachable):
		p.Status, p.Title = http.StatusServiceUnavailable, name+" does not answer"
		p.Text = "Try again in a moment. If your account has a password, sign in with that."
	default:
		return err
	}
	h.Log.WarnContext(ctx(c), "single sign-on failed", "err", err, "request_id", page.MetaOf(c).RequestID)
	return page.Render(c, p.Status, pages.Error(h.site.Request(c), p))
}

// signOnButton is the way to the provider on the sign-in page.
func (h *Handlers) signOnButton() pages.SignOnButton {
	if h.SignOn == nil {
		return pages.SignOnButton{}
	}
	return pages.SignOnButton{Name: h.SignOn.Name, Down: h.SignOn.Provider.Failure() != nil}
}
