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

// ShowInvitation is where the link of an invitation leads: it says to what, and which account would join.
func (h *Handlers) ShowInvitation(c echo.Context) error {
	secret := c.Param("secret")
	l, err := h.store.InvitationBySecret(ctx(c), models.HashLinkToken(secret))
	if errors.Is(err, models.ErrNotFound) {
		return h.wrongInvitation(c)
	}
	if err != nil {
		return err
	}
	standing := l.Standing(h.Clock.Now())
	m, member, err := h.memberAlready(c, l)
	switch {
	case err != nil:
		return err
	case member && standing != models.InvitationOpen:
		return h.toTeam(c, m, ui.Info, "You are a member of "+m.Team.Name+".")
	case standing != models.InvitationOpen:
		return h.closedInvitation(c, l, standing)
	}
	gate, err := h.signUpGate(c, h.signUp(ctx(c)), paths.Invitation(secret))
	if err != nil {
		return err
	}
	props := pages.InvitationProps{
		SignUp: gate,
		Secret: secret, Team: l.TeamName, By: l.InviterName, Email: l.Invitation.Email, Role: string(l.Invitation.Role), ExpiresAt: l.Invitation.ExpiresAt,
	}
	if member {
		props.MemberAs, props.TeamSlug = string(m.Role), m.Team.Slug
	}
	return page.Render(c, http.StatusOK, pages.Invitation(h.site.Request(c), props))
}

// memberAlready is the viewer's place in the team that they are invited to, if they have one: their visit uses nothing up.
func (h *Handlers) memberAlready(c echo.Context, l models.InvitationListing) (m models.Membership, member bool, err error) {
	if !page.ViewerOf(c).SignedIn() {
		return m, false, nil
	}
	m, err = h.memberOf(c, l.Invitation.TeamID)
	if errors.Is(err, models.ErrNotFound) {
		return m, false, nil
	}
	return m, err == nil, err
}

// AcceptInvitation makes the viewer a member. If the invitation ended meanwhile, its page says how.
func (h *Handlers) AcceptInvitation(c echo.Context) error {
	m, err := h.store.AcceptInvitation(ctx(c), actor(c), models.HashLinkToken(c.Param("secret")))
	if errors.Is(err, models.ErrConflict) || errors.Is(err, models.ErrNotFound) {
		return h.ShowInvitation(c)
	}
	if err != nil {
		return err
	}
	return h.toTeam(c, m, ui.Positive, "You have joined "+m.Team.Name+" with the role "+string(m.Role)+".")
}

func (h *Handlers) toTeam(c echo.Context, m models.Membership, tone ui.Tone, text string) error {
	h.site.SetTeam(c, m)
	if err := h.site.Flash(c, tone, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Team(m.Team.Slug))
}

func (h *Handlers) wrongInvitation(c echo.Context) error {
	return h.explain(c, http.StatusNotFound, "This invitation link does not work",
		"It is not whole, or not one of this portal. Open the link of the mail again, or copy all of it into the address bar. If that does not help, ask for another invitation.")
}

// closedInvitation says why a link does not work any more, and what to do.
func (h *Handlers) closedInvitation(c echo.Context, l models.InvitationListing, standing models.InvitationState) error {
	again := " Ask " + l.InviterName + " for another one."
	var title, text string
	switch standing {
	case models.InvitationExpired:
		title, text = "This invitation has expired", "Its link worked for 7 days. Ask "+l.InviterName+", or whoever manages "+l.TeamName+", to send it again."
	case models.InvitationAccepted:
		title, text = "This invitation was used", "Somebody joined "+l.TeamName+" with it, which works once. If that was you, sign in with the account that joined."+again
	case models.InvitationReplaced:
		title, text = "There is a newer invitation", "It was sent again, so only the link of the latest mail works. Look for that."
	default:
		title, text = "This invitation was withdrawn", "The team "+l.TeamName+" does not offer it any more. If you think that is a mistake, ask "+l.InviterName+"."
	}
	return h.explain(c, http.StatusGone, title, text)
}
