package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/web/paths"
)

// Theme keeps the reader's choice of light or dark and leads back to where they were.
func (h *Handlers) Theme(c echo.Context) error {
	h.site.SetTheme(c, c.FormValue("theme"))
	return c.Redirect(http.StatusSeeOther, paths.Local(c.FormValue(paths.QueryNext), paths.Landing))
}
