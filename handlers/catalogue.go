package handlers

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/search"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type catalogueStore interface {
	// CatalogueRows are the APIs of these ids that the catalogue shows to the viewer, in the order of the ids.
	CatalogueRows(ctx context.Context, viewer models.Viewer, ids []string) ([]models.CatalogueRow, error)
	Favourites(ctx context.Context, userID string) (ids []string, err error)
	// TeamIDs are the teams that a user is in, all of them.
	TeamIDs(ctx context.Context, userID string) (ids []string, err error)
	Categories(ctx context.Context) ([]models.Category, error)
	TeamsBySlug(ctx context.Context, slugs []string) (map[string]models.Team, error)
}

// Catalogue lists what the viewer may find, or what a search of it finds.
func (h *Handlers) Catalogue(c echo.Context) error {
	asked, v := catalogueAsked(c), page.ViewerOf(c)
	q := search.Query{Text: asked.Text, Filters: asked.Filters, Sort: search.Sort(asked.Sort), After: c.QueryParam(paths.QueryAfter), Limit: catalogueRows}
	props := pages.CatalogueProps{Query: asked}
	var favourites []string
	if v.SignedIn() {
		var err error
		if q.Reader.Teams, err = h.store.TeamIDs(ctx(c), v.User.ID); err != nil {
			return err
		}
		if favourites, err = h.store.Favourites(ctx(c), v.User.ID); err != nil {
			return err
		}
		q.Reader.SignedIn = true
	}
	if asked.Mine {
		q.Only = append([]string{}, favourites...)
	}
	found := h.index.find(ctx(c), q)
	rows, err := h.store.CatalogueRows(ctx(c), v.Reader(), found.IDs)
	if err != nil {
		return err
	}
	for _, row := range rows {
		card := h.catalogueCard(row, asked.Text)
		card.Favourite = slices.Contains(favourites, row.ID)
		props.APIs = append(props.APIs, card)
	}
	if props.Facets, err = h.catalogueFacets(c, asked, found.Facets); err != nil {
		return err
	}
	props.Total, props.Suggestion, props.Pager = found.Total, found.Suggestion, pager(c, asked.Path(), found.Next)
	tellHistory(c, asked.Path())
	return page.Render(c, http.StatusOK, pages.Catalogue(h.site.Request(c), props))
}

// catalogueRows is how many APIs a page of the catalogue shows: full rows of two and of three.
const catalogueRows = 24

// tellHistory has htmx write the address that the page would have had without it: a new one for a choice, and the same one again
// for each letter that is typed.
func tellHistory(c echo.Context, path string) {
	header := c.Request().Header
	switch {
	case header.Get("HX-Request") != "true" || header.Get("HX-History-Restore-Request") == "true":
	case header.Get("HX-Trigger") == pages.CatalogueSearchID:
		c.Response().Header().Set("HX-Replace-Url", path)
	default:
		c.Response().Header().Set("HX-Push-Url", path)
	}
}

// Bounds of what an address may ask for: more than a page offers.
const (
	maxChosen = 20 // values of one facet
	maxValue  = 80 // bytes of one
)

// catalogueAsked is what the address asks the catalogue for. What cannot be meant is left out.
func catalogueAsked(c echo.Context) paths.CatalogueQuery {
	q := paths.CatalogueQuery{
		Text: searchText(c), Filters: map[string][]string{},
		Mine: c.QueryParam(paths.QueryMine) != "" && page.ViewerOf(c).SignedIn(),
	}
	if by := c.QueryParam(paths.QuerySort); slices.Contains(pages.CatalogueSorts(), by) {
		q.Sort = by
	}
	for _, name := range paths.CatalogueFacets {
		for _, value := range c.QueryParams()[name] {
			if value != "" && len(value) <= maxValue && utf8.ValidString(value) && len(q.Filters[name]) < maxChosen && !slices.Contains(q.Filters[name], value) {
				q.Filters[name] = append(q.Filters[name], value)
			}
		}
	}
	return q
}

// catalogueCard is a row as a card shows it, with what a search found in it marked.
func (h *Handlers) catalogueCard(row models.CatalogueRow, text string) pages.CatalogueCard {
	return pages.CatalogueCard{
		Slug: row.Slug, Name: marked(text, row.Name), Summary: marked(text, row.Summary), Owner: row.TeamName, Version: row.VersionName, State: rowState(row),
		PriceFrom: h.amount(row.PriceFrom), Calls: row.Calls, Category: row.CategoryName, CategorySlug: row.CategorySlug, Tags: row.Tags, Logo: row.Logo,
	}
}

// marked parts a text into what a search found and what is between.
func marked(query, text string) pages.Marked {
	var parts pages.Marked
	end := 0
	for _, mark := range search.Marks(query, text) {
		parts = append(parts, pages.MarkedPart{Text: text[end:mark.Start]}, pages.MarkedPart{Text: text[mark.Start:mark.End], Found: true})
		end = mark.End
	}
	return append(parts, pages.MarkedPart{Text: text[end:]})
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
