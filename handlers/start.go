package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// Start is where signing in leads: to the team that was looked at last, or to the form that makes the first one.
func (h *Handlers) Start(c echo.Context) error {
	if v := page.ViewerOf(c); v.HasTeam() {
		return c.Redirect(http.StatusSeeOther, paths.Team(v.Current.Team.Slug))
	}
	return h.teamForm(c, http.StatusOK, pages.NewTeamProps{})
}
