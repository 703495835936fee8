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
			props.ExamplePrice, props.ExampleRefusal = h.amount(row.Plan.Price), h.emptyWalletRefusal(row.Plan.Price)
			break
		}
	}
	if h.Demo != nil && len(h.Demo.Logins) == 2 {
		provider, consumer := demoLogin(h.Demo.Logins[0]), demoLogin(h.Demo.Logins[1])
		props.Provider, props.Consumer = &provider, &consumer
	}
	return page.Render(c, http.StatusOK, pages.Landing(h.site.Request(c), props))
}

// emptyWalletRefusal is the detail of the 402 that a call of a price gets from an empty wallet, as the gateway writes it.
func (h *Handlers) emptyWalletRefusal(price models.Nano) string {
	code := h.Currency.Code()
	return "This call needs " + price.Decimal(4) + " " + code + "; " + models.Nano(0).Decimal(4) + " " + code + " is available."
}
