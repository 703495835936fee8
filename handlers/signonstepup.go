package handlers

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// SignOnStepUp leaves for the provider, which is to ask the viewer who they are even if it knows them.
func (h *Handlers) SignOnStepUp(c echo.Context) error {
	return h.leave(c, signOnTrip{For: toStepUpBy, Next: c.QueryParam(paths.QueryNext)})
}

// steppedUpBy takes the provider's word for a proof of who the viewer is, if it is about the viewer and has asked just now. It
// stands for a password: who has a second factor here shows that.
func (h *Handlers) steppedUpBy(c echo.Context, trip signOnTrip, on models.SignOn) error {
	way, err := h.signOnProof(c)
	if err != nil {
		return err
	}
	all, err := h.store.Identities(ctx(c), page.ViewerOf(c).User.ID)
	if err != nil {
		return err
	}
	theirs := slices.ContainsFunc(all, func(i models.Identity) bool { return i.Issuer == on.Issuer && i.Subject == on.Subject })
	if !theirs {
		return h.explain(c, http.StatusForbidden, "That was somebody else",
			"You signed in at "+h.SignOn.Name+" as somebody who is not linked to this account. Nothing was confirmed.")
	}
	if way.Provider == "" {
		return h.explain(c, http.StatusForbidden, "A second factor is asked of you",
			"Two-step sign-in was turned on for your account while you were at "+h.SignOn.Name+". Nothing was confirmed: go back and confirm with your second factor.")
	}
	if err := h.site.Proved(c); err != nil {
		return err
	}
	if trip.Next == "" {
		return h.toAccount(c, ui.Positive, "Confirmed. If a form waits in another tab, send it now.")
	}
	return h.goOn(c, trip.Next)
}

// signOnProof is how the viewer can prove who they are by single sign-on: not at all if no identity is linked to their account,
// or if a second factor is asked of them.
func (h *Handlers) signOnProof(c echo.Context) (pages.SignOnProof, error) {
	user := page.ViewerOf(c).User
	proof := pages.SignOnProof{NoPassword: user.PasswordHash == ""}
	if h.SignOn == nil {
		return proof, nil
	}
	if has, err := h.hasSecondFactor(c, user); err != nil || has {
		return proof, err
	}
	all, err := h.store.Identities(ctx(c), user.ID)
	if slices.ContainsFunc(all, func(i models.Identity) bool { return i.Issuer == h.SignOn.Provider.Issuer() }) {
		proof.Provider = h.SignOn.Name
	}
	return proof, err
}
