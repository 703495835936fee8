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

type memberStore interface {
	Members(ctx context.Context, teamID string, page models.Page) (models.Paged[models.MemberListing], error)
	TeamMember(ctx context.Context, teamID, userID string) (models.MemberListing, error)
	SetRole(ctx context.Context, actor models.Actor, teamID, userID string, role models.Role) error
	RemoveMember(ctx context.Context, actor models.Actor, teamID, userID string) error
	LeaveTeam(ctx context.Context, actor models.Actor, teamID string) error
	HandOverTeam(ctx context.Context, actor models.Actor, teamID, userID string) error
}

// Members lists who is in a team and, for those who may invite, who is invited.
func (h *Handlers) Members(c echo.Context, m models.Membership) error {
	list, err := h.store.Members(ctx(c), m.Team.ID, asked(c))
	if err != nil {
		return err
	}
	me := page.ViewerOf(c).User.ID
	props := pages.MembersProps{Pager: pager(c, paths.Members(m.Team.Slug), list.Next)}
	for _, l := range list.Rows {
		props.Members = append(props.Members, pages.MemberRow{
			ID: l.Member.UserID, Name: l.Name, Email: l.Email, Role: string(l.Member.Role), Since: l.Member.CreatedAt,
			Group: l.Member.Source, You: l.Member.UserID == me, MayChange: m.Role.MaySetRole(l.Member.Role, ""),
		})
	}
	if m.Role.May(models.MayManageTeam) && props.Pager.First == "" {
		if props.Invitations, err = h.openInvitations(c, m); err != nil {
			return err
		}
		if props.Requests, err = h.openJoinRequests(c, m); err != nil {
			return err
		}
		for _, choice := range roleChoices(m.Role, "", "") {
			props.Roles = append(props.Roles, choice.Value)
		}
	}
	return page.Render(c, http.StatusOK, pages.Members(h.teamRequest(c, m), props))
}

func (h *Handlers) openInvitations(c echo.Context, m models.Membership) ([]pages.InvitationRow, error) {
	open, err := h.store.OpenInvitations(ctx(c), m.Team.ID)
	rows := make([]pages.InvitationRow, len(open))
	for i, l := range open {
		rows[i] = pages.InvitationRow{
			ID: l.Invitation.ID, Email: l.Invitation.Email, Role: string(l.Invitation.Role), By: l.InviterName,
			SentAt: l.Invitation.CreatedAt, ExpiresAt: l.Invitation.ExpiresAt, Expired: l.Invitation.Expired(h.Clock.Now()),
			MayChange: m.Role.MaySetRole("", l.Invitation.Role),
		}
	}
	return rows, err
}

// Roles shows the permission table in plain words.
func (h *Handlers) Roles(c echo.Context, _ models.Membership) error {
	var props pages.RolesProps
	for _, role := range models.Roles() {
		props.Roles = append(props.Roles, string(role))
	}
	for _, p := range models.PermissionsInWords() {
		row := pages.RoleRow{What: p.Words}
		for _, role := range models.RolesThat(p.Permission) {
			row.May = append(row.May, string(role))
		}
		props.Rows = append(props.Rows, row)
	}
	return page.Render(c, http.StatusOK, pages.Roles(h.site.Request(c), props))
}

// roleHints says in a few words what each role is for; the whole table is a page of its own.
var roleHints = map[models.Role]string{
	models.RoleOwner:     "Everything, the other owners and the end of the team included.",
	models.RoleAdmin:     "Everything but owners and the end of the team.",
	models.RoleDeveloper: "Keys, subscriptions, and the team's own APIs up to their publishing.",
	models.RoleBilling:   "The wallet and the budgets.",
	models.RoleViewer:    "Sees everything and changes nothing.",
}

// roleChoices are the roles that somebody with a role may turn another one into.
func roleChoices(acting, from, chosen models.Role) []ui.Choice {
	var choices []ui.Choice
	for _, role := range models.Roles() {
		if acting.MaySetRole(from, role) {
			choices = append(choices, ui.Choice{Value: string(role), Label: string(role), Hint: roleHints[role], Selected: role == chosen})
		}
	}
	return choices
}
