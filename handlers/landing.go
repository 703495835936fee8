package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/search"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
)

// landingBest is how many APIs the front page shows.
const landingBest = 3

// Landing says what Faregate is, with an example from the catalogue that everybody can see.
func (h *Handlers) Landing(c echo.Context) error {
	found := h.index.find(ctx(c), search.Query{Sort: search.ByCalls, Limit: landingBest})
	best, err := h.store.CatalogueRows(ctx(c), models.Viewer{}, found.IDs)
	if err != nil {
		return err
	}
	props := pages.LandingProps{Total: found.Total, ExamplePrice: h.amount(0)}
	for _, row := range best {
		props.Best = append(props.Best, h.catalogueCard(row, ""))
		if props.ExampleSlug == "" && row.PriceFrom > 0 && row.State == models.Published && !row.Blocked {
			props.ExampleSlug, props.ExampleVersion, props.ExamplePath = row.Slug, row.VersionName, row.ExamplePath
			props.ExamplePrice, props.ExampleRefusal = h.amount(row.PriceFrom), h.emptyWalletRefusal(row.PriceFrom)
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
