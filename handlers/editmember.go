package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// ShowEditMember is the form that changes a member's role.
func (h *Handlers) ShowEditMember(c echo.Context, m models.Membership) error {
	member, err := h.changeableMember(c, m)
	if err != nil {
		return err
	}
	return h.editMemberForm(c, http.StatusOK, m, member, member.Member.Role, nil)
}

// EditMember changes a member's role. Whoever changes their own so that they may not see this page is led to the list.
func (h *Handlers) EditMember(c echo.Context, m models.Membership) error {
	member, err := h.changeableMember(c, m)
	if err != nil {
		return err
	}
	role := models.Role(c.FormValue("role"))
	err = h.store.SetRole(ctx(c), actor(c), m.Team.ID, member.Member.UserID, role)
	if invalid, bad := isInvalid(err); bad {
		return h.editMemberForm(c, http.StatusUnprocessableEntity, m, member, role, errorsOf(invalid))
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, member.Name+" has the role "+string(role)+" in "+m.Team.Name+"."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Members(m.Team.Slug))
}

// changeableMember is the member whom the address names, if the viewer may change anything about them.
func (h *Handlers) changeableMember(c echo.Context, m models.Membership) (models.MemberListing, error) {
	member, err := h.store.TeamMember(ctx(c), m.Team.ID, c.Param("user"))
	if err == nil && !m.Role.MaySetRole(member.Member.Role, "") {
		return member, models.ErrForbidden
	}
	return member, err
}

func (h *Handlers) editMemberForm(c echo.Context, status int, m models.Membership, member models.MemberListing, chosen models.Role, errors ui.Errors) error {
	return page.Render(c, status, pages.EditMember(h.site.Request(c), pages.EditMemberProps{
		ID: member.Member.UserID, Name: member.Name, Email: member.Email, Group: member.Member.Source,
		Roles: roleChoices(m.Role, member.Member.Role, chosen), Errors: errors,
	}))
}

// ShowRemoveMember says what removing somebody means, and asks.
func (h *Handlers) ShowRemoveMember(c echo.Context, m models.Membership) error {
	member, err := h.changeableMember(c, m)
	if err != nil {
		return err
	}
	return h.askToRemove(c, http.StatusOK, m, member, nil)
}

// RemoveMember takes a member out of a team.
func (h *Handlers) RemoveMember(c echo.Context, m models.Membership) error {
	member, err := h.changeableMember(c, m)
	if err != nil {
		return err
	}
	if member.Member.UserID == page.ViewerOf(c).User.ID {
		return h.LeaveTeam(c, m)
	}
	err = h.store.RemoveMember(ctx(c), actor(c), m.Team.ID, member.Member.UserID)
	if invalid, bad := isInvalid(err); bad {
		return h.askToRemove(c, http.StatusUnprocessableEntity, m, member, errorsOf(invalid))
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, member.Name+" is no member of "+m.Team.Name+" any more."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Members(m.Team.Slug))
}

func (h *Handlers) askToRemove(c echo.Context, status int, m models.Membership, member models.MemberListing, errors ui.Errors) error {
	what := []string{member.Name + " (" + member.Email + ") loses all pages of " + m.Team.Name + " at once. Open invitations that they sent are withdrawn."}
	if member.Keys > 0 {
		what = append(what, ui.Plural(int64(member.Keys), "key")+" that they made go on working, for keys belong to the team. Revoke those whose secret they should not use any more.")
	}
	if member.Tokens > 0 {
		what = append(what, ui.Plural(int64(member.Tokens), "API token")+" of the team that they made go on working, with all their scopes, for these belong to the team too. Revoke those whose secret they should not use any more.")
	}
	if group := member.Member.Source; group != "" {
		what = append(what, "They came by the group “"+group+"” of single sign-on, and come back with their next sign-in for as long as they are in it.")
	}
	return page.Render(c, status, pages.Ask(h.site.Request(c), pages.AskProps{
		Section: layout.SectionMembers, Title: "Remove " + member.Name, Lede: "They can be invited again.", What: what,
		Action: paths.RemoveMember(m.Team.Slug, member.Member.UserID), Button: "Remove " + member.Name, Keep: "Keep them",
		Back: "Members", BackHref: paths.Members(m.Team.Slug), Errors: errors,
	}))
}

// ShowLeaveTeam says what leaving means, and asks.
func (h *Handlers) ShowLeaveTeam(c echo.Context, m models.Membership) error {
	return h.askToLeave(c, http.StatusOK, m, nil)
}

// LeaveTeam takes the viewer out of a team.
func (h *Handlers) LeaveTeam(c echo.Context, m models.Membership) error {
	err := h.store.LeaveTeam(ctx(c), actor(c), m.Team.ID)
	if invalid, bad := isInvalid(err); bad {
		return h.askToLeave(c, http.StatusUnprocessableEntity, m, errorsOf(invalid))
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "You have left "+m.Team.Name+"."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Start)
}

func (h *Handlers) askToLeave(c echo.Context, status int, m models.Membership, errors ui.Errors) error {
	me, err := h.store.TeamMember(ctx(c), m.Team.ID, page.ViewerOf(c).User.ID)
	if err != nil {
		return err
	}
	what := []string{"You lose all pages of " + m.Team.Name + " at once, and open invitations that you sent are withdrawn. Somebody who manages the team can invite you again."}
	if me.Keys > 0 {
		what = append(what, ui.Plural(int64(me.Keys), "key")+" that you made go on working, for keys belong to the team.")
	}
	props := pages.AskProps{
		Section: layout.SectionMembers, Title: "Leave " + m.Team.Name, Lede: "Your role is " + string(m.Role) + ".", What: what,
		Action: paths.LeaveTeam(m.Team.Slug), Button: "Leave " + m.Team.Name, Keep: "Stay",
		Back: "Members", BackHref: paths.Members(m.Team.Slug), Errors: errors,
	}
	if len(errors) > 0 && m.Role.May(models.MayOwnTeam) {
		props.Instead, props.InsteadHref = "Hand the team over", paths.HandOverTeam(m.Team.Slug)
	}
	return page.Render(c, status, pages.Ask(h.site.Request(c), props))
}
