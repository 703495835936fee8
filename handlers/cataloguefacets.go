package handlers

import (
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/search"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/paths"
)

// maxOffered is how many values of a facet a page offers. Beyond them a search by words is quicker.
const maxOffered = 40

// catalogueFacets are the choices that the page offers: what is chosen, and what would find anything. A facet is left out if
// nothing in it can be chosen that would make a difference.
func (h *Handlers) catalogueFacets(c echo.Context, asked paths.CatalogueQuery, counts map[string][]search.Count) ([]pages.CatalogueFacet, error) {
	var facets []pages.CatalogueFacet
	for _, name := range paths.CatalogueFacets {
		chosen, facet := asked.Filters[name], pages.CatalogueFacet{Name: name}
		for _, count := range counts[name] {
			facet.Values = append(facet.Values, pages.FacetValue{Value: count.Value, N: count.N, Chosen: slices.Contains(chosen, count.Value)})
		}
		for _, value := range chosen {
			if !slices.ContainsFunc(facet.Values, func(v pages.FacetValue) bool { return v.Value == value }) {
				facet.Values = append(facet.Values, pages.FacetValue{Value: value, Chosen: true})
			}
		}
		if len(chosen) == 0 && len(facet.Values) < 2 {
			continue
		}
		slices.SortStableFunc(facet.Values, func(a, b pages.FacetValue) int { return chosenFirst(a.Chosen) - chosenFirst(b.Chosen) })
		facet.Values = facet.Values[:min(len(facet.Values), max(maxOffered, len(chosen)))]
		if name == paths.QueryPrice {
			bands := models.PriceBands()
			slices.SortFunc(facet.Values, func(a, b pages.FacetValue) int { return slices.Index(bands, a.Value) - slices.Index(bands, b.Value) })
		}
		facets = append(facets, facet)
	}
	return facets, h.labelFacets(c, facets)
}

func chosenFirst(chosen bool) int {
	if chosen {
		return 0
	}
	return 1
}

// labelFacets gives the values the names that people know them by. What has none goes by its value.
func (h *Handlers) labelFacets(c echo.Context, facets []pages.CatalogueFacet) error {
	for _, facet := range facets {
		labels := map[string]string{}
		switch facet.Name {
		case paths.QueryCategory:
			categories, err := h.store.Categories(ctx(c))
			if err != nil {
				return err
			}
			for _, category := range categories {
				labels[category.Slug] = category.Name
			}
		case paths.QueryTeam:
			slugs := make([]string, len(facet.Values))
			for i, v := range facet.Values {
				slugs[i] = v.Value
			}
			teams, err := h.store.TeamsBySlug(ctx(c), slugs)
			if err != nil {
				return err
			}
			for i, v := range facet.Values {
				if v.N > 0 { // of a team that provides nothing which the reader sees the name is not theirs to see
					labels[slugs[i]] = teams[slugs[i]].Name
				}
			}
		case paths.QueryKind:
			labels[string(models.HTTPAPI)] = "REST"
		case paths.QueryPrice:
			for _, band := range models.PriceBands() {
				labels[band] = h.priceBand(band)
			}
		}
		for i, v := range facet.Values {
			facet.Values[i].Label = v.Value
			if label := labels[v.Value]; label != "" {
				facet.Values[i].Label = label
			}
		}
	}
	return nil
}

// priceBand is a band in words.
func (h *Handlers) priceBand(name string) string {
	from, most, _ := models.PriceBandBounds(name)
	switch {
	case most > 0:
		return "up to " + h.amount(most).Exact()
	case from > 0:
		return "above " + h.amount(from).Exact()
	}
	return "free"
}
