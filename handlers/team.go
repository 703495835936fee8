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

// NewTeam makes a team.
func (h *Handlers) NewTeam(c echo.Context) error {
	form := pages.NewTeamProps{Name: c.FormValue("name"), Slug: c.FormValue("slug"), Next: c.FormValue(paths.QueryNext)}
	team, err := h.CreateTeam(ctx(c), actor(c), models.NewTeam{Name: form.Name, Slug: form.Slug})
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
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

// CreateTeam makes a team of the actor's. models.Invalid says what is wrong with the choice. In the demo every team may own APIs,
// elsewhere an administrator decides that.
func (h *Handlers) CreateTeam(ctx context.Context, actor models.Actor, n models.NewTeam) (models.Team, error) {
	if err := n.Validate(); err != nil {
		return models.Team{}, err
	}
	provider := h.Demo != nil
	if n.Slug == "" {
		return h.store.CreateTeam(ctx, actor, n.Name, provider)
	}
	team, err := h.store.CreateTeamAt(ctx, actor, n.Name, n.Slug, provider)
	if errors.Is(err, models.ErrConflict) {
		return team, models.Invalid{"slug": models.SlugTaken}
	}
	return team, err
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
