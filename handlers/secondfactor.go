package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type secondFactorStore interface {
	// SecondFactor is models.ErrNotFound if the user has none.
	SecondFactor(ctx context.Context, userID string) (models.SecondFactor, error)
	RecoveryCodesLeft(ctx context.Context, userID string) (int64, error)
	// AddSecondFactor is models.ErrConflict if the user has one. It ends all sessions but the one with the id keep, and so does
	// RemoveSecondFactor.
	AddSecondFactor(ctx context.Context, actor models.Actor, factor models.SecondFactor, codes []models.RecoveryCode, keep string) error
	RemoveSecondFactor(ctx context.Context, actor models.Actor, userID, keep string) error
	// AcceptStep is models.ErrConflict if a code of this step or a later one was taken before.
	AcceptStep(ctx context.Context, userID string, step int64) error
	// UseRecoveryCode is models.ErrNotFound if the user has no such code.
	UseRecoveryCode(ctx context.Context, actor models.Actor, userID string, hash []byte) error
	ReplaceRecoveryCodes(ctx context.Context, actor models.Actor, userID string, codes []models.RecoveryCode) error
}

// hasSecondFactor says whether a user shows a second factor when they sign in.
func (h *Handlers) hasSecondFactor(c echo.Context, user models.User) (bool, error) {
	_, err := h.store.SecondFactor(ctx(c), user.ID)
	if errors.Is(err, models.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// ShowSetUpTwoStep shows a new secret, for the viewer's program to take. Nothing is stored until a code has shown that it did:
// until then the secret travels with the form, sealed.
func (h *Handlers) ShowSetUpTwoStep(c echo.Context) error {
	user := page.ViewerOf(c).User
	switch has, err := h.hasSecondFactor(c, user); {
	case err != nil:
		return err
	case has:
		return c.Redirect(http.StatusSeeOther, paths.Account)
	}
	return h.setUpForm(c, http.StatusOK, freshSecret(), nil)
}

// SetUpTwoStep turns two-step sign-in on if the code comes from the secret that was shown, and shows the recovery codes, for
// the only time.
func (h *Handlers) SetUpTwoStep(c echo.Context) error {
	v := page.ViewerOf(c)
	secret, err := h.openSecret(v.User.ID, c.FormValue("secret"))
	if err != nil {
		return h.setUpForm(c, http.StatusUnprocessableEntity, freshSecret(), ui.Errors{"": "The form is out of date. Scan the new picture, and delete the old entry in your app."})
	}
	step, ok := secret.step(c.FormValue("code"), h.Clock.Now())
	if !ok {
		return h.setUpForm(c, http.StatusUnprocessableEntity, secret, ui.Errors{"code": "This is not the code that your app shows now. If it goes on, check the clock of the device."})
	}
	codes := models.NewRecoveryCodes()
	factor := models.SecondFactor{UserID: v.User.ID, Sealed: h.sealSecret(v.User.ID, secret), LastStep: step}
	err = h.store.AddSecondFactor(ctx(c), actor(c), factor, models.HashRecoveryCodes(v.User.ID, codes), v.Session.ID)
	if errors.Is(err, models.ErrConflict) {
		return h.toAccount(c, ui.Info, "Two-step sign-in is on already.")
	}
	if err != nil {
		return err
	}
	if err := h.site.Proved(c); err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.RecoveryCodes(h.site.Request(c), pages.RecoveryCodesProps{Codes: codes, New: true}))
}

// ShowTurnOffTwoStep asks before the second factor is taken away.
func (h *Handlers) ShowTurnOffTwoStep(c echo.Context) error {
	switch has, err := h.hasSecondFactor(c, page.ViewerOf(c).User); {
	case err != nil:
		return err
	case !has:
		return c.Redirect(http.StatusSeeOther, paths.Account)
	}
	return page.Render(c, http.StatusOK, pages.Ask(h.site.Request(c), pages.AskProps{
		Title: "Turn two-step sign-in off", Back: "Your account", BackHref: paths.Account, Action: paths.TurnOffTwoStep,
		What: []string{
			"From then on your password alone opens your account.", "Your recovery codes are worth nothing any more, and everywhere else you are signed out.",
		},
		Button: "Turn it off", Keep: "Keep it",
	}))
}

// TurnOffTwoStep takes the second factor away.
func (h *Handlers) TurnOffTwoStep(c echo.Context) error {
	v := page.ViewerOf(c)
	err := h.store.RemoveSecondFactor(ctx(c), actor(c), v.User.ID, v.Session.ID)
	if errors.Is(err, models.ErrNotFound) {
		return h.toAccount(c, ui.Info, "Two-step sign-in is off already.")
	}
	if err != nil {
		return err
	}
	if err := h.site.Proved(c); err != nil {
		return err
	}
	return h.toAccount(c, ui.Positive, "Two-step sign-in is off.")
}

func (h *Handlers) setUpForm(c echo.Context, status int, secret totpSecret, errors ui.Errors) error {
	user := page.ViewerOf(c).User
	picture, err := secret.picture(h.issuer(), user.Email)
	if err != nil {
		return err
	}
	return page.Render(c, status, pages.SetUpTwoStep(h.site.Request(c), pages.SetUpTwoStepProps{
		Picture: picture, Secret: secret.grouped(), Sealed: h.sealSecret(user.ID, secret), Errors: errors,
	}))
}

// issuer is what programs list the secret under: the portal by its host.
func (h *Handlers) issuer() string {
	public, err := url.Parse(h.PublicURL)
	if err != nil {
		return "Faregate"
	}
	return "Faregate " + strings.ReplaceAll(public.Hostname(), ":", ".") // a colon would end the name
}

func freshSecret() totpSecret {
	var raw [secretSize]byte
	_, _ = rand.Read(raw[:]) // never fails: crypto/rand
	return newTOTPSecret(raw)
}

// sealSecret seals a secret as the user's: it does not open for another.
func (h *Handlers) sealSecret(userID string, secret totpSecret) string {
	return h.SecondFactors.Seal([]byte(userID + " " + string(secret)))
}

func (h *Handlers) openSecret(userID, sealed string) (totpSecret, error) {
	plain, err := h.SecondFactors.Open(sealed)
	if err != nil {
		return "", err
	}
	secret, ok := strings.CutPrefix(string(plain), userID+" ")
	if !ok {
		return "", seal.ErrBroken
	}
	return totpSecret(secret), nil
}

// lostSecret is told to whoever has an app whose codes the portal cannot check any more.
const lostSecret = models.Sentence("This portal cannot check the codes of apps at present: its own secret is not the one that it had when yours was set up. Use a recovery code, a passkey, or ask whoever runs it.")

const wrongCode = "This code does not work. Each works once, and those of an app only for a moment."

// checkCode says whether a code is one that the user's program shows now, or one of their recovery codes, and uses it up. wait
// is how long to wait before codes are looked at again. The error may be lostSecret.
func (h *Handlers) checkCode(c echo.Context, user models.User, code string) (ok bool, wait time.Duration, err error) {
	try, wait := h.throttle.try(codeTry, user.Email, c.RealIP())
	if wait > 0 {
		return false, wait, nil
	}
	if ok, err = h.useCode(c, user, code); ok {
		try.succeeded()
	}
	return ok, 0, err
}

func (h *Handlers) useCode(c echo.Context, user models.User, code string) (bool, error) {
	if hash, may := models.HashRecoveryCode(user.ID, code); may {
		err := h.store.UseRecoveryCode(ctx(c), actor(c), user.ID, hash)
		if errors.Is(err, models.ErrNotFound) {
			return false, nil
		}
		return err == nil, err
	}
	factor, err := h.store.SecondFactor(ctx(c), user.ID)
	if errors.Is(err, models.ErrNotFound) {
		return false, nil // it was removed a moment ago, and with it every session that asks for its code
	}
	if err != nil {
		return false, err
	}
	secret, err := h.openSecret(user.ID, factor.Sealed)
	if err != nil {
		h.Log.ErrorContext(ctx(c), "cannot open the secret of a second factor; is FAREGATE_SECRET or secret.key another one?", "user_id", user.ID, "err", err)
		return false, lostSecret
	}
	step, ok := secret.step(code, h.Clock.Now())
	if !ok {
		return false, nil
	}
	err = h.store.AcceptStep(ctx(c), user.ID, step)
	if errors.Is(err, models.ErrConflict) {
		return false, nil // used before
	}
	return err == nil, err
}
