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

type teamEndStore interface {
	RenameTeam(ctx context.Context, actor models.Actor, teamID, name string) error
	TeamRemains(ctx context.Context, teamID string) (models.TeamRemains, error)
	DeleteTeam(ctx context.Context, actor models.Actor, teamID string) error
}

// ShowTeamSettings is where a team is renamed, handed over and deleted.
func (h *Handlers) ShowTeamSettings(c echo.Context, m models.Membership) error {
	return h.teamSettings(c, http.StatusOK, pages.TeamSettingsProps{Name: m.Team.Name, JoinDomain: m.Team.JoinDomain, Review: m.Team.ReviewReleases})
}

func (h *Handlers) teamSettings(c echo.Context, status int, props pages.TeamSettingsProps) error {
	props.OwnDomain = models.DomainOf(page.ViewerOf(c).User.Email)
	return page.Render(c, status, pages.TeamSettings(h.site.Request(c), props))
}

// RenameTeam gives a team another name; its address stays.
func (h *Handlers) RenameTeam(c echo.Context, m models.Membership) error {
	name, err := models.ValidateTeamName(c.FormValue("name"))
	if invalid, bad := isInvalid(err); bad {
		return h.teamSettings(c, http.StatusUnprocessableEntity, pages.TeamSettingsProps{
			Name: c.FormValue("name"), JoinDomain: m.Team.JoinDomain, Review: m.Team.ReviewReleases, Errors: errorsOf(invalid),
		})
	}
	if err := h.store.RenameTeam(ctx(c), actor(c), m.Team.ID, name); err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "The team is called "+name+" now."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.TeamSettings(m.Team.Slug))
}

// SetReleaseReview says whether releases of the team are reviewed before they are published.
func (h *Handlers) SetReleaseReview(c echo.Context, m models.Membership) error {
	wanted := c.FormValue("review") == "wanted"
	if err := h.store.SetReleaseReview(ctx(c), actor(c), m.Team.ID, wanted); err != nil {
		return err
	}
	said := "Releases are published without a review."
	if wanted {
		said = "Releases are reviewed before they are published. What is scheduled already stays scheduled."
	}
	if err := h.site.Flash(c, ui.Positive, said); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.TeamSettings(m.Team.Slug))
}

// ShowHandOverTeam asks to whom a team is handed over.
func (h *Handlers) ShowHandOverTeam(c echo.Context, m models.Membership) error {
	return h.handOverForm(c, http.StatusOK, m, pages.HandOverTeamProps{})
}

// HandOverTeam makes another member the owner, and the viewer an admin, once the team's name was typed.
func (h *Handlers) HandOverTeam(c echo.Context, m models.Membership) error {
	form := pages.HandOverTeamProps{Member: c.FormValue("member"), Confirm: c.FormValue("confirm"), Errors: ui.Errors{}}
	member, err := h.memberByEmail(c, m, form.Member)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	if err != nil || member.Member.UserID == page.ViewerOf(c).User.ID {
		form.Errors["member"] = "Enter the address of another member. Others can be invited first."
	}
	if !same(form.Confirm, m.Team.Name) {
		form.Errors["confirm"] = "This is not the team's name. Type " + m.Team.Name + "."
	}
	if len(form.Errors) > 0 {
		return h.handOverForm(c, http.StatusUnprocessableEntity, m, form)
	}
	if err := h.store.HandOverTeam(ctx(c), actor(c), m.Team.ID, member.Member.UserID); err != nil {
		return err
	}
	return h.toMembers(c, m, ui.Positive, member.Name+" is an owner of "+m.Team.Name+" now, and you are an admin.")
}

// memberByEmail finds a member of a team by address; an account outside of it is as unknown as none.
func (h *Handlers) memberByEmail(c echo.Context, m models.Membership, email string) (models.MemberListing, error) {
	user, err := h.store.UserByEmail(ctx(c), email)
	if err != nil {
		return models.MemberListing{}, err
	}
	return h.store.TeamMember(ctx(c), m.Team.ID, user.ID)
}

// offeredMembers is how many members the form offers while one types; the others can be typed all the same.
const offeredMembers = 200

func (h *Handlers) handOverForm(c echo.Context, status int, m models.Membership, form pages.HandOverTeamProps) error {
	list, err := h.store.Members(ctx(c), m.Team.ID, models.Page{Limit: offeredMembers})
	if err != nil {
		return err
	}
	for _, l := range list.Rows {
		if l.Member.UserID != page.ViewerOf(c).User.ID {
			form.Members = append(form.Members, l.Email)
		}
	}
	form.Alone = len(form.Members) == 0
	return page.Render(c, status, pages.HandOverTeam(h.site.Request(c), form))
}

// ShowDeleteTeam says what deleting a team means and what is in the way, and asks.
func (h *Handlers) ShowDeleteTeam(c echo.Context, m models.Membership) error {
	return h.askToDelete(c, http.StatusOK, m, pages.DeleteTeamProps{})
}

// DeleteTeam ends a team for good once its name was typed. Calls with its keys get 401 before the next page is shown.
func (h *Handlers) DeleteTeam(c echo.Context, m models.Membership) error {
	form := pages.DeleteTeamProps{Confirm: c.FormValue("confirm")}
	if !same(form.Confirm, m.Team.Name) {
		form.Errors = ui.Errors{"confirm": "This is not the team's name. Type " + m.Team.Name + "."}
		return h.askToDelete(c, http.StatusUnprocessableEntity, m, form)
	}
	err := h.store.DeleteTeam(ctx(c), actor(c), m.Team.ID)
	if errors.Is(err, models.ErrConflict) {
		return h.askToDelete(c, http.StatusUnprocessableEntity, m, form)
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, m.Team.Name+" is deleted. Its keys are refused from now on."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Start)
}

func (h *Handlers) askToDelete(c echo.Context, status int, m models.Membership, form pages.DeleteTeamProps) error {
	left, err := h.store.TeamRemains(ctx(c), m.Team.ID)
	if err != nil {
		return err
	}
	funds, err := h.Funds(ctx(c), m.Team.ID)
	if err != nil {
		return err
	}
	form.Keys, form.Subscriptions, form.Members = left.Keys, left.Subscriptions, left.Members
	form.Balance, form.Held, form.OpenTopups, form.LiveAPIs = h.amount(left.Balance), h.amount(funds.Held), left.OpenTopups, left.LiveAPIs
	return page.Render(c, status, pages.DeleteTeam(h.site.Request(c), form))
}
