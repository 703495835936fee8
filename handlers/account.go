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

type accountStore interface {
	// AskForVerification is models.ErrConflict if the address is verified already.
	AskForVerification(ctx context.Context, userID string) error
	LinkHolder(ctx context.Context, purpose models.LinkPurpose, token string) (models.User, error)
	VerifyAddress(ctx context.Context, actor models.Actor, token string) (models.User, error)
}

// Account shows somebody their own login.
func (h *Handlers) Account(c echo.Context) error {
	user := page.ViewerOf(c).User
	sessions, err := h.sessionRows(c)
	if err != nil {
		return err
	}
	props := pages.AccountProps{
		Name: user.Name, Email: user.Email, Verified: user.Verified(), Since: user.CreatedAt, OnlyHere: h.KeepsOut(user), Sessions: sessions,
	}
	if props.Passkeys, err = h.passkeyProps(c); err != nil {
		return err
	}
	looks, err := h.store.Impersonations(ctx(c), user.ID, latestActs)
	if err != nil {
		return err
	}
	for _, l := range looks {
		props.SeenBy = append(props.SeenBy, pages.SeenByRow{At: l.At, By: l.By, Reason: l.Reason})
	}
	switch factor, err := h.store.SecondFactor(ctx(c), user.ID); {
	case err == nil:
		props.TwoStepSince = factor.CreatedAt
		if props.CodesLeft, err = h.store.RecoveryCodesLeft(ctx(c), user.ID); err != nil {
			return err
		}
	case !errors.Is(err, models.ErrNotFound):
		return err
	}
	return page.Render(c, http.StatusOK, pages.Account(h.site.Request(c), props))
}

// KeepsOut says whether a user may see nothing but their account yet.
func (h *Handlers) KeepsOut(user models.User) bool {
	return h.RequireVerified && user.ID != "" && !user.Verified()
}

// SendVerification promises another mail with a link.
func (h *Handlers) SendVerification(c echo.Context) error {
	user := page.ViewerOf(c).User
	if wait := h.throttle.mail(user.Email, c.RealIP()); wait > 0 {
		return h.tooMany(c, "Too many mails were asked for, for this address or from your network. Those that were sent have links that work for 24 hours.", wait)
	}
	tone, text := ui.Info, "Another link is on its way to "+user.Email+"."
	err := h.store.AskForVerification(ctx(c), user.ID)
	if errors.Is(err, models.ErrConflict) {
		tone, text, err = ui.Positive, user.Email+" is verified already.", nil
	}
	if err != nil {
		return err
	}
	return h.toAccount(c, tone, text)
}

// ShowVerifyAddress is where the link in the mail leads, whoever is signed in.
func (h *Handlers) ShowVerifyAddress(c echo.Context) error {
	token := c.Param("token")
	user, err := h.store.LinkHolder(ctx(c), models.LinkVerify, token)
	if errors.Is(err, models.ErrNotFound) {
		return h.deadVerifyLink(c)
	}
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.VerifyAddress(h.site.Request(c), pages.VerifyAddressProps{Token: token, Name: user.Name, Email: user.Email}))
}

// VerifyAddress believes that the address is its user's.
func (h *Handlers) VerifyAddress(c echo.Context) error {
	user, err := h.store.VerifyAddress(ctx(c), actor(c), c.Param("token"))
	if errors.Is(err, models.ErrNotFound) {
		return h.deadVerifyLink(c)
	}
	if err != nil {
		return err
	}
	if page.ViewerOf(c).User.ID != user.ID {
		return c.Redirect(http.StatusSeeOther, paths.SignInChanged(paths.ChangedAddress))
	}
	if err := h.site.Flash(c, ui.Positive, user.Email+" is verified."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Start)
}

func (h *Handlers) deadVerifyLink(c echo.Context) error {
	return page.Render(c, http.StatusNotFound, pages.Error(h.site.Request(c), pages.ErrorProps{
		Status: http.StatusNotFound, Title: "This link does not work",
		Text:     "It was used already, or it is older than 24 hours. Your account says whether your address is verified, and sends another link.",
		BackHref: paths.Account, BackLabel: "Open your account",
	}))
}
