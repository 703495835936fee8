package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type favouriteStore interface {
	// SetFavourite keeps an API among a user's favourites, or takes it out. models.ErrNotFound if they may not see it.
	SetFavourite(ctx context.Context, userID, apiID string, kept bool) error
}

// SetFavourite marks an API for the reader, or takes the mark away. htmx is answered with the star alone.
func (h *Handlers) SetFavourite(c echo.Context) error {
	v := page.ViewerOf(c)
	if !v.SignedIn() {
		return toSignIn(c, paths.API(c.Param("slug")))
	}
	row, err := h.store.CatalogueAPI(ctx(c), v.Reader(), c.Param("slug"))
	if err != nil {
		return err
	}
	kept := c.FormValue("kept") == "yes"
	if err := h.store.SetFavourite(ctx(c), v.User.ID, row.API.ID, kept); err != nil {
		return err
	}
	next := paths.Local(c.FormValue(paths.QueryNext), paths.API(row.API.Slug))
	if c.Request().Header.Get("HX-Request") == "true" {
		return page.Render(c, http.StatusOK, pages.Star(pages.StarProps{Slug: row.API.Slug, Name: row.API.Name, Kept: kept, Next: next}))
	}
	return c.Redirect(http.StatusSeeOther, next)
}
