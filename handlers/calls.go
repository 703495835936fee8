package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type callStore interface {
	TeamCalls(ctx context.Context, teamID string, filter models.CallFilter, page models.Page) (models.Searched[models.CallListing], error)
	TeamCall(ctx context.Context, teamID string, id models.CallID) (models.CallListing, error)
}

// Calls lists a team's calls, newest first, narrowed to what the address asks for: ?api=quotes&status=4xx.
func (h *Handlers) Calls(c echo.Context, m models.Membership) error {
	filter, shown := callFilter(c)
	calls, err := h.store.TeamCalls(ctx(c), m.Team.ID, filter, asked(c))
	if err != nil {
		return err
	}
	names, err := h.calledAPIs(c, m, filter.APISlug)
	if err != nil {
		return err
	}
	here := paths.CallsOf(m.Team.Slug, shown.API, shown.Status)
	return page.Render(c, http.StatusOK, pages.Calls(h.site.Request(c), pages.CallsProps{
		Calls: h.callRows(calls.Rows), Filter: shown, APIs: names, Pager: pager(c, here, calls.Next),
	}))
}

// callFilter reads the filters and gives them back in their plain form, for the page and its links. One that means nothing
// is left out.
func callFilter(c echo.Context) (filter models.CallFilter, shown pages.CallsFilter) {
	if slug := c.QueryParam(paths.QueryAPI); models.TeamSlug(slug) == slug && len(slug) <= maxSearch {
		filter.APISlug, shown.API = slug, slug
	}
	class, err := strconv.Atoi(strings.TrimSuffix(c.QueryParam(paths.QueryStatus), "xx"))
	if err == nil && class >= 2 && class <= 5 {
		filter.StatusClass, shown.Status = class, strconv.Itoa(class)+"xx"
	}
	return filter, shown
}

// filterAPIs is how many subscriptions, and how many own APIs, the filter offers.
const filterAPIs = 200

// calledAPIs are the APIs that a team may have called, by name: those it is or was subscribed to, and its own.
func (h *Handlers) calledAPIs(c echo.Context, m models.Membership, chosen string) ([]pages.APIName, error) {
	subscriptions, err := h.store.TeamSubscriptions(ctx(c), m.Team.ID, models.Page{Limit: filterAPIs})
	if err != nil {
		return nil, err
	}
	own := models.Paged[models.APIListing]{}
	if m.Team.Provider {
		if own, err = h.store.TeamAPIs(ctx(c), m.Team.ID, models.Page{Limit: filterAPIs}); err != nil {
			return nil, err
		}
	}
	bySlug := map[string]string{}
	if chosen != "" {
		bySlug[chosen] = chosen // stays chosen, whatever it is
	}
	for _, s := range subscriptions.Rows {
		bySlug[s.APISlug] = s.APIName
	}
	for _, row := range own.Rows {
		bySlug[row.API.Slug] = row.API.Name
	}
	names := make([]pages.APIName, 0, len(bySlug))
	for slug, name := range bySlug {
		names = append(names, pages.APIName{Slug: slug, Name: name})
	}
	slices.SortFunc(names, func(a, b pages.APIName) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Slug, b.Slug))
	})
	return names, nil
}
