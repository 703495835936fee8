package handlers

import (
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type catalogueStore interface {
	// Catalogue lists published APIs that the viewer may see; CountCatalogue counts them over all pages.
	Catalogue(ctx context.Context, viewer models.Viewer, text string, page models.Page) (models.Paged[models.APIListing], error)
	CountCatalogue(ctx context.Context, viewer models.Viewer, text string) (int, error)
}

// Catalogue lists what the viewer may find, or what a search of it finds.
func (h *Handlers) Catalogue(c echo.Context) error {
	text, reader := searchText(c), page.ViewerOf(c).Reader()
	found, err := h.store.Catalogue(ctx(c), reader, text, asked(c))
	if err != nil {
		return err
	}
	total, err := h.store.CountCatalogue(ctx(c), reader, text)
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.Catalogue(h.site.Request(c), pages.CatalogueProps{
		Query: text, APIs: h.cards(found.Rows), Total: total, Pager: pager(c, paths.SearchAPIs(text), found.Next),
	}))
}

// maxSearch bounds a search in characters: each word of it costs the query a condition.
const maxSearch = 100

// searchText is what the address asks to search for, cut to a sensible length.
func searchText(c echo.Context) string {
	return searched(c.QueryParam(paths.QuerySearch))
}

// searched is what somebody typed to search for, in the form that searchText has.
func searched(text string) string {
	text = strings.TrimSpace(strings.ToValidUTF8(text, ""))
	for utf8.RuneCountInString(text) > maxSearch {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return text
}
