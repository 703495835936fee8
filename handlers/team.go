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

type teamStore interface {
	Membership(ctx context.Context, userID, teamSlug string) (models.Membership, error)
	MembershipByID(ctx context.Context, userID, teamID string) (models.Membership, error)
	CreateTeam(ctx context.Context, actor models.Actor, name string, provider bool) (models.Team, error)
	// CreateTeamAt is CreateTeam with a slug that was asked for; models.ErrConflict if it is taken.
	CreateTeamAt(ctx context.Context, actor models.Actor, name, slug string, provider bool) (models.Team, error)
}

// ShowNewTeam is the form that makes a team.
func (h *Handlers) ShowNewTeam(c echo.Context) error {
	return h.teamForm(c, http.StatusOK, pages.NewTeamProps{Next: c.QueryParam(paths.QueryNext)})
}

// NewTeam makes a team; in the demo every team may own APIs, elsewhere an administrator decides that.
func (h *Handlers) NewTeam(c echo.Context) error {
	form := pages.NewTeamProps{Name: c.FormValue("name"), Slug: c.FormValue("slug"), Next: c.FormValue(paths.QueryNext)}
	name, err := models.ValidateTeamName(form.Name)
	invalid, _ := isInvalid(err)
	form.Errors = errorsOf(invalid)
	if form.Slug != "" && (models.TeamSlug(form.Slug) != form.Slug || len(form.Slug) > 40) {
		form.Errors["slug"] = "Use small letters, digits and single dashes, at most 40 characters."
	}
	if len(form.Errors) > 0 {
		return h.teamForm(c, http.StatusUnprocessableEntity, form)
	}
	team, err := h.createTeam(c, name, form.Slug)
	if errors.Is(err, models.ErrConflict) {
		form.Errors = ui.Errors{"slug": "Another team has this short name. Choose another one."}
		return h.teamForm(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	h.site.SetTeam(c, models.Membership{Team: team, Role: models.RoleOwner})
	if err := h.site.Flash(c, ui.Positive, team.Name+" is ready. You are its owner."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Local(form.Next, paths.Team(team.Slug)))
}

func (h *Handlers) createTeam(c echo.Context, name, slug string) (models.Team, error) {
	provider := h.Demo != nil
	if slug == "" {
		return h.store.CreateTeam(ctx(c), actor(c), name, provider)
	}
	return h.store.CreateTeamAt(ctx(c), actor(c), name, slug, provider)
}

func (h *Handlers) teamForm(c echo.Context, status int, form pages.NewTeamProps) error {
	viewer := page.ViewerOf(c)
	joinable, err := h.store.JoinableTeams(ctx(c), viewer.User, models.Page{Limit: 1})
	if err != nil {
		return err
	}
	form.First = !viewer.HasTeam()
	if len(joinable.Rows) > 0 {
		form.Joinable = models.DomainOf(viewer.User.Email)
	}
	return page.Render(c, status, pages.NewTeam(h.site.Request(c), form))
}
