package stories

import (
	"strings"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/paths"
)

// catalogue is what can be found, and how.
func catalogue(theme layout.Theme) []Story {
	r, member := base(theme), as(theme, prov)
	found := catalogueCards()[:1]
	found[0].Name = pages.Marked{{Text: "Quote", Found: true}, {Text: "s"}}
	many := pages.CatalogueFacet{Name: paths.QueryTeam}
	for _, name := range strings.Fields("Acme Northbank Quotable Tideline Alder Birch Cedar Dogwood Elm Fir") {
		many.Values = append(many.Values, pages.FacetValue{Value: strings.ToLower(name), Label: name, N: 12 - len(many.Values)})
	}
	facets := []pages.CatalogueFacet{
		{Name: paths.QueryCategory, Values: []pages.FacetValue{{Value: "places", Label: "Maps and places", N: 7, Chosen: true}, {Value: "texts", Label: "Texts", N: 5}}},
		{Name: paths.QueryTag, Values: []pages.FacetValue{{Value: "weather", Label: "weather", N: 3}, {Value: "open data", Label: "open data", N: 1_200}}},
		{Name: paths.QueryPrice, Values: []pages.FacetValue{{Value: "free", Label: "free", N: 1}, {Value: "0.001", Label: "up to $0.001", N: 2, Chosen: true}}},
		many,
	}
	chosen := paths.CatalogueQuery{Mine: true, Filters: map[string][]string{paths.QueryCategory: {"places"}, paths.QueryPrice: {"0.001"}}}
	text := func(q string) paths.CatalogueQuery { return paths.CatalogueQuery{Text: q} }
	return []Story{
		{"catalogue", pages.Catalogue(r, pages.CatalogueProps{APIs: catalogueCards(), Total: 1_234, Facets: facets[1:], Pager: ui.Pager{Next: "/apis?after=fx"}})},
		{"catalogue-filtered", pages.Catalogue(member, pages.CatalogueProps{Query: chosen, APIs: catalogueCards(), Total: 5, Facets: facets})},
		{"catalogue-found", pages.Catalogue(member, pages.CatalogueProps{Query: text("quote"), APIs: found, Total: 1})},
		{"catalogue-suggestion", pages.Catalogue(member, pages.CatalogueProps{Query: text("qoutes"), Suggestion: "quotes", APIs: catalogueCards()[:1], Total: 1})},
		{"catalogue-nothing", pages.Catalogue(r, pages.CatalogueProps{Query: text("submarines")})},
		{"catalogue-nothing-left", pages.Catalogue(r, pages.CatalogueProps{Query: chosen, Facets: facets})},
		{"catalogue-no-favourites", pages.Catalogue(member, pages.CatalogueProps{Query: paths.CatalogueQuery{Mine: true}})},
		{"catalogue-empty", pages.Catalogue(member, pages.CatalogueProps{})},
	}
}

func catalogueCards() []pages.CatalogueCard {
	text := func(s string) pages.Marked { return pages.Marked{{Text: s}} }
	return []pages.CatalogueCard{
		{Slug: "quotes", Name: text("Quotes"), Summary: text("A fresh quotation with every call, sorted by mood and century."), Owner: "Quotable", Version: "v1", State: "published", PriceFrom: usd(2 * cent), Calls: 182_344, Category: "Texts", CategorySlug: "texts", Tags: []string{"literature", "random"}, Favourite: true},
		{Slug: "tides", Name: text("Tides"), Summary: text("High and low water for 4,200 harbours, seven days ahead, corrected for wind and air pressure."), Owner: "Tideline", Version: "v2", State: "published", PriceFrom: usd(1_250_000), Calls: 9_120, Category: "Maps and places", CategorySlug: "places", Tags: []string{"harbours", "open data", "sea", "water", "weather"}},
		{Slug: "postcodes", Name: text("Postcodes"), Summary: text("From a postcode to a place and back."), Owner: "Acme Weather", Version: "v1", State: "published"},
		{Slug: "fx", Name: text("Exchange rates"), Summary: text("Mid-market rates of 38 currencies, every minute."), Owner: "Northbank", Version: "v3", State: "deprecated", PriceFrom: usd(400_000), Calls: 1},
		{Slug: "holidays", Name: text("Holidays"), Owner: "Quotable", Version: "v1", State: "blocked", PriceFrom: usd(125)},
	}
}
