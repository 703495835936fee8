package api

import (
	"context"
	"net/http"
	"time"

	"github.com/faregate/faregate/models"
)

type invitationStore interface {
	Invite(ctx context.Context, actor models.Actor, teamID string, n models.NewInvitation, secret models.InvitationSecret) (models.Invitation, error)
	ResendInvitation(ctx context.Context, actor models.Actor, teamID, id string, secret models.InvitationSecret) (models.Invitation, error)
	WithdrawInvitation(ctx context.Context, actor models.Actor, teamID, id string) error
	OpenInvitations(ctx context.Context, teamID string) ([]models.InvitationListing, error)
}

// Invitation offers somebody a place in a team. Its link stands in the mail alone.
type Invitation struct {
	ID        string    `json:"id"`
	Email     string    `json:"email"`
	Role      string    `json:"role"`
	State     string    `json:"state" enum:"open,expired"`
	InvitedBy string    `json:"invited_by" doc:"The id of the member who sent it."`
	SentAt    time.Time `json:"sent_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

func (c *call) showInvitation(i models.Invitation) Invitation {
	state := models.InvitationOpen
	if i.Expired(c.api.Pages.Clock.Now()) {
		state = models.InvitationExpired
	}
	return Invitation{i.ID, i.Email, string(i.Role), string(state), i.InvitedBy, i.CreatedAt, i.ExpiresAt}
}

var listInvitations = operation[InTeam, listed[Invitation]]{
	id: "list-invitations", tag: tagMembers, summary: "List open invitations",
	description: "Those that were neither taken nor withdrawn, newest first. A team has at most 50, so there is one page.",
	do: func(ctx context.Context, c *call, _ *InTeam) (*listed[Invitation], error) {
		open, err := c.api.store.OpenInvitations(ctx, c.team.ID)
		return list(c, models.Paged[models.InvitationListing]{Rows: open}, func(l models.InvitationListing) Invitation {
			return c.showInvitation(l.Invitation)
		}), err
	},
}

type newInvitation struct {
	InTeam
	Body struct {
		Email string `json:"email" example:"ada@example.com"`
		RoleChoice
	}
}

// inSomebodysName is why a team's token does not invite.
const inSomebodysName = "The mail says who invites, and a team's token is nobody."

var invite = operation[newInvitation, made[Invitation]]{
	id: "invite", tag: tagMembers, summary: "Invite somebody",
	description: "Sends a mail with a link that works once, for 7 days. The answer is the same whether the address has an account or not. The mail says who invites, so this " +
		"takes a personal token. To invite an owner takes the scope “own_team”. At most 50 are open, and 20 are sent in an hour.",
	status: http.StatusCreated,
	do: func(ctx context.Context, c *call, in *newInvitation) (*made[Invitation], error) {
		n := models.NewInvitation{Email: in.Body.Email, Role: in.Body.Role}
		if err := c.person(inSomebodysName); err != nil {
			return nil, err
		}
		if err := n.Validate(); err != nil {
			return nil, err
		}
		i, err := c.api.store.Invite(ctx, c.actor, c.team.ID, n, c.api.Pages.NewInvitationSecret())
		return &made[Invitation]{c.within("invitations"), c.showInvitation(i)}, err
	},
}

// OfInvitation is the parameter of operations on one invitation.
type OfInvitation struct {
	InTeam
	Invitation string `path:"invitation" maxLength:"60" doc:"The invitation's id."`
}

var resendInvitation = operation[OfInvitation, made[Invitation]]{
	id: "resend-invitation", tag: tagMembers, summary: "Send an invitation again",
	description: "Sends another mail with a new link and new 7 days, which works for an expired one, too. The older link ends, and so does its id: the answer has the new one. " +
		"Takes a personal token, as inviting does.",
	status: http.StatusCreated,
	do: func(ctx context.Context, c *call, in *OfInvitation) (*made[Invitation], error) {
		if err := c.person(inSomebodysName); err != nil {
			return nil, err
		}
		i, err := c.api.store.ResendInvitation(ctx, c.actor, c.team.ID, in.Invitation, c.api.Pages.NewInvitationSecret())
		return &made[Invitation]{c.within("invitations"), c.showInvitation(i)}, err
	},
}

var withdrawInvitation = operation[OfInvitation, nothing]{
	id: "withdraw-invitation", tag: tagMembers, summary: "Withdraw an invitation",
	description: "Its link stops working at once.",
	do: func(ctx context.Context, c *call, in *OfInvitation) (*nothing, error) {
		return &nothing{}, c.api.store.WithdrawInvitation(ctx, c.actor, c.team.ID, in.Invitation)
	},
}
