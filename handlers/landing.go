package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
)

// landingBest is how many APIs the front page shows.
const landingBest = 3

// Landing says what Faregate is, with an example from the catalogue that everybody can see.
func (h *Handlers) Landing(c echo.Context) error {
	anybody := models.Viewer{}
	best, err := h.store.Catalogue(ctx(c), anybody, "", models.Page{Limit: landingBest})
	if err != nil {
		return err
	}
	total, err := h.store.CountCatalogue(ctx(c), anybody, "")
	if err != nil {
		return err
	}
	props := pages.LandingProps{Best: h.cards(best.Rows), Total: total, ExamplePrice: h.amount(0)}
	for _, row := range best.Rows {
		if row.Plan.Price > 0 && row.Version.State == models.Published && !row.Version.Blocked {
			props.ExampleSlug, props.ExampleVersion, props.ExamplePath = row.API.Slug, row.Version.Name, row.API.ExamplePath
			props.ExamplePrice = h.amount(row.Plan.Price)
			break
		}
	}
	return page.Render(c, http.StatusOK, pages.Landing(h.site.Request(c), props))
}
