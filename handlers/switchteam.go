package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/paths"
)

// SwitchTeam makes another team of the viewer's the present one and leads back to the page, which says what is so for it.
func (h *Handlers) SwitchTeam(c echo.Context) error {
	m, err := h.member(c, c.FormValue(paths.QueryTeam), models.MayView)
	if err != nil {
		return err
	}
	h.site.SetTeam(c, m)
	return c.Redirect(http.StatusSeeOther, paths.Local(c.FormValue(paths.QueryNext), paths.Team(m.Team.Slug)))
}
