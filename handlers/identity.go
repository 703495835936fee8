package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type identityStore interface {
	Identities(ctx context.Context, userID string) ([]models.Identity, error)
	LinkIdentity(ctx context.Context, actor models.Actor, on models.SignOn) error
	// UnlinkIdentity is models.ErrOnlyWayIn if nobody could sign in to the account any more.
	UnlinkIdentity(ctx context.Context, actor models.Actor, id, keep string) error
}

// identities is the part of the viewer's account that is about single sign-on.
func (h *Handlers) identities(c echo.Context) (pages.IdentitiesProps, error) {
	user := page.ViewerOf(c).User
	all, err := h.store.Identities(ctx(c), user.ID)
	props := pages.IdentitiesProps{HasPassword: user.PasswordHash != ""}
	if h.SignOn != nil {
		props.Provider = h.SignOn.Name
	}
	for _, i := range all {
		row := pages.IdentityRow{ID: i.ID, Label: i.Label(), Provider: i.Issuer, LinkedAt: i.CreatedAt, UsedAt: i.UsedAt}
		if h.SignOn != nil && i.Issuer == h.SignOn.Provider.Issuer() {
			row.Provider = h.SignOn.Name
		}
		props.Rows = append(props.Rows, row)
	}
	return props, err
}

// BeginLink leaves for the provider, to link who the viewer is there.
func (h *Handlers) BeginLink(c echo.Context) error {
	return h.leave(c, signOnTrip{For: toLinkBy})
}

// offerLink keeps an identity until somebody has said which account it belongs to. Whoever is not signed in has to be first, by
// whatever way their account has: an address that the provider names opens nothing here.
func (h *Handlers) offerLink(c echo.Context, on models.SignOn, next string) error {
	pending := pendingLink{Issuer: on.Issuer, Subject: on.Subject, Email: on.Email, Next: next, Until: h.Clock.Now().Add(pendingLinkLife)}
	if err := h.keep(c, linkCookie, pending, pendingLinkLife); err != nil {
		return err
	}
	if page.ViewerOf(c).SignedIn() {
		return c.Redirect(http.StatusSeeOther, paths.LinkIdentity)
	}
	return c.Redirect(http.StatusSeeOther, paths.SignInToLink())
}

// ShowLinkIdentity asks before who has signed in at the provider is linked to the viewer's account. Nothing is linked by a mere
// link: somebody else may have made it.
func (h *Handlers) ShowLinkIdentity(c echo.Context) error {
	pending, ok := h.pendingLink(c)
	if !ok || h.SignOn == nil {
		return h.nothingToLink(c)
	}
	return page.Render(c, http.StatusOK, pages.LinkIdentity(h.site.Request(c), pages.LinkIdentityProps{
		Provider: h.SignOn.Name, Identity: pending.label(), Email: page.ViewerOf(c).User.Email,
	}))
}

// LinkIdentity links it.
func (h *Handlers) LinkIdentity(c echo.Context) error {
	pending, ok := h.pendingLink(c)
	if !ok || h.SignOn == nil {
		return h.nothingToLink(c)
	}
	h.site.Forget(c, linkCookie)
	if err := h.store.LinkIdentity(ctx(c), actor(c), pending.signOn()); err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, h.SignOn.Name+" is linked: from now on it signs you in."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Local(pending.Next, paths.Account))
}

func (h *Handlers) nothingToLink(c echo.Context) error {
	return h.toAccount(c, ui.Info, "Nothing waits to be linked any more. Begin again from here.")
}

// ShowUnlinkIdentity asks before an identity is taken from the viewer's account.
func (h *Handlers) ShowUnlinkIdentity(c echo.Context) error {
	return h.askToUnlink(c, http.StatusOK, nil)
}

// UnlinkIdentity takes it away.
func (h *Handlers) UnlinkIdentity(c echo.Context) error {
	err := h.store.UnlinkIdentity(ctx(c), actor(c), c.Param("identity"), page.ViewerOf(c).Session.ID)
	if invalid, bad := isInvalid(err); bad {
		return h.askToUnlink(c, http.StatusUnprocessableEntity, errorsOf(invalid))
	}
	if err != nil {
		return err
	}
	if err := h.site.Proved(c); err != nil {
		return err
	}
	return h.toAccount(c, ui.Positive, "It is unlinked, and does not sign you in any more. Everywhere else you are signed out.")
}

func (h *Handlers) askToUnlink(c echo.Context, status int, errors ui.Errors) error {
	props, err := h.identities(c)
	if err != nil {
		return err
	}
	for _, row := range props.Rows {
		if row.ID != c.Param("identity") {
			continue
		}
		ask := pages.AskProps{
			Title: "Unlink " + row.Provider, Lede: row.Label, Back: "Your account", BackHref: paths.Account, Action: paths.UnlinkIdentity(row.ID),
			What:   []string{row.Provider + " does not sign you in any more, and everywhere else you are signed out.", "You leave the teams that its groups have led you to."},
			Button: "Unlink it", Keep: "Keep it", Errors: errors,
		}
		if !props.HasPassword {
			ask.Instead, ask.InsteadHref = "Choose a password first", paths.ChangePassword
		}
		return page.Render(c, status, pages.Ask(h.site.Request(c), ask))
	}
	return models.ErrNotFound
}
