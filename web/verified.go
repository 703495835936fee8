package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// verified leads those who have to verify their address to their account, whatever page they ask for: what is not named in
// routes.go as open to them is closed, so no page can be forgotten.
func (p *Portal) verified(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if p.openUnverified[c.Path()] || !p.config.Handlers.KeepsOut(page.ViewerOf(c).User) {
			return next(c)
		}
		if prefersJSON(c.Request()) {
			return models.ErrForbidden
		}
		switch r := c.Request(); {
		case r.Header.Get("HX-Request") == "true": // it would put that page into a part of this one
			c.Response().Header().Set("HX-Redirect", paths.Account)
			return c.NoContent(http.StatusNoContent)
		case r.Method == http.MethodGet, r.Method == http.MethodHead:
			return c.Redirect(http.StatusSeeOther, paths.Account)
		}
		return page.Render(c, http.StatusForbidden, pages.Error(p.site.Request(c), pages.ErrorProps{
			Status: http.StatusForbidden, Title: "Verify your address first", Text: "Nothing was done. Open the link that was sent to you, then try again.",
			BackHref: paths.Account, BackLabel: "Open your account",
		}))
	}
}
