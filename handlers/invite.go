package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type invitationStore interface {
	Invite(ctx context.Context, actor models.Actor, teamID string, n models.NewInvitation, secret models.InvitationSecret) (models.Invitation, error)
	ResendInvitation(ctx context.Context, actor models.Actor, teamID, id string, secret models.InvitationSecret) (models.Invitation, error)
	WithdrawInvitation(ctx context.Context, actor models.Actor, teamID, id string) error
	OpenInvitations(ctx context.Context, teamID string) ([]models.InvitationListing, error)
	InvitationBySecret(ctx context.Context, secretHash []byte) (models.InvitationListing, error)
	AcceptInvitation(ctx context.Context, actor models.Actor, secretHash []byte) (models.Membership, error)
}

// ShowInvite is the form that invites somebody.
func (h *Handlers) ShowInvite(c echo.Context, m models.Membership) error {
	return h.inviteForm(c, http.StatusOK, m, models.NewInvitation{Role: models.RoleDeveloper}, nil)
}

// Invite promises the mail of an invitation. The answer is the same whether the address has an account or not.
func (h *Handlers) Invite(c echo.Context, m models.Membership) error {
	n := models.NewInvitation{Email: c.FormValue("email"), Role: models.Role(c.FormValue("role"))}
	err := n.Validate()
	if err == nil {
		_, err = h.store.Invite(ctx(c), actor(c), m.Team.ID, n, h.NewInvitationSecret())
	}
	if invalid, bad := isInvalid(err); bad {
		return h.inviteForm(c, http.StatusUnprocessableEntity, m, n, errorsOf(invalid))
	}
	if err != nil {
		return err
	}
	return h.toMembers(c, m, ui.Positive, "An invitation is on its way to "+n.Email+".")
}

// NewInvitationSecret makes the secret of an invitation's link: its hash to be found by, and itself sealed for the mail.
func (h *Handlers) NewInvitationSecret() models.InvitationSecret {
	secret := models.NewLinkToken()
	return models.InvitationSecret{Hash: models.HashLinkToken(secret), Sealed: h.Links.Seal([]byte(secret))}
}

func (h *Handlers) inviteForm(c echo.Context, status int, m models.Membership, n models.NewInvitation, errors ui.Errors) error {
	return page.Render(c, status, pages.Invite(h.site.Request(c), pages.InviteProps{
		Email: n.Email, Roles: roleChoices(m.Role, "", n.Role), Errors: errors,
	}))
}

// ResendInvite sends an invitation again with a new link; the older link ends.
func (h *Handlers) ResendInvite(c echo.Context, m models.Membership) error {
	_, err := h.store.ResendInvitation(ctx(c), actor(c), m.Team.ID, c.Param("invitation"), h.NewInvitationSecret())
	if invalid, bad := isInvalid(err); bad {
		return h.toMembers(c, m, ui.Attention, invalid[""])
	}
	if errors.Is(err, models.ErrNotFound) {
		return h.notOpen(c, m)
	}
	if err != nil {
		return err
	}
	return h.toMembers(c, m, ui.Positive, "The invitation is on its way again, for another 7 days. The link of the older mail has ended.")
}

// ShowWithdrawInvite asks before an invitation's link ends.
func (h *Handlers) ShowWithdrawInvite(c echo.Context, m models.Membership) error {
	open, err := h.store.OpenInvitations(ctx(c), m.Team.ID)
	if err != nil {
		return err
	}
	for _, l := range open {
		if l.Invitation.ID == c.Param("invitation") {
			return page.Render(c, http.StatusOK, pages.Ask(h.site.Request(c), pages.AskProps{
				Section: layout.SectionMembers, Title: "Withdraw the invitation", Lede: "To " + l.Invitation.Email + ", as " + string(l.Invitation.Role) + ".",
				What:   []string{"The link of the mail stops working at once, and says that the invitation was withdrawn. You can invite the address again."},
				Action: paths.WithdrawInvite(m.Team.Slug, l.Invitation.ID), Button: "Withdraw", Keep: "Keep it",
				Back: "Members", BackHref: paths.Members(m.Team.Slug),
			}))
		}
	}
	return h.notOpen(c, m)
}

// WithdrawInvite ends an invitation's link.
func (h *Handlers) WithdrawInvite(c echo.Context, m models.Membership) error {
	err := h.store.WithdrawInvitation(ctx(c), actor(c), m.Team.ID, c.Param("invitation"))
	if errors.Is(err, models.ErrNotFound) {
		return h.notOpen(c, m)
	}
	if err != nil {
		return err
	}
	return h.toMembers(c, m, ui.Positive, "The invitation is withdrawn. Its link does not work any more.")
}

// notOpen is told where an invitation was taken or withdrawn meanwhile, or is another team's.
func (h *Handlers) notOpen(c echo.Context, m models.Membership) error {
	return h.toMembers(c, m, ui.Info, "This invitation is not open any more: it was taken, sent again or withdrawn.")
}

func (h *Handlers) toMembers(c echo.Context, m models.Membership, tone ui.Tone, text string) error {
	if err := h.site.Flash(c, tone, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Members(m.Team.Slug))
}
