package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type callStore interface {
	TeamCalls(ctx context.Context, teamID string, filter models.CallFilter, page models.Page) (models.Paged[models.CallListing], error)
	TeamCall(ctx context.Context, teamID string, id models.CallID) (models.CallListing, error)
}

// Filters of the list of calls, in its address: ?api=quotes&status=4xx.
const (
	queryAPI    = "api"
	queryStatus = "status"
)

// Calls lists a team's calls, newest first.
func (h *Handlers) Calls(c echo.Context, m models.Membership) error {
	filter, query := callFilter(c)
	calls, err := h.store.TeamCalls(ctx(c), m.Team.ID, filter, asked(c))
	if err != nil {
		return err
	}
	here := paths.Calls(m.Team.Slug)
	if len(query) > 0 {
		here += "?" + query.Encode()
	}
	return page.Render(c, http.StatusOK, pages.Calls(h.site.Request(c), pages.CallsProps{
		Calls: h.callRows(calls.Rows), Pager: pager(c, here, calls.Next),
	}))
}

// callFilter reads the filters and gives them back in their plain form, for the addresses of further pages. A filter that
// means nothing is left out.
func callFilter(c echo.Context) (filter models.CallFilter, query url.Values) {
	query = url.Values{}
	if slug := c.QueryParam(queryAPI); slug != "" {
		filter.APISlug = slug
		query.Set(queryAPI, slug)
	}
	class, err := strconv.Atoi(strings.TrimSuffix(c.QueryParam(queryStatus), "xx"))
	if err == nil && class >= 1 && class <= 5 {
		filter.StatusClass = class
		query.Set(queryStatus, strconv.Itoa(class)+"xx")
	}
	return filter, query
}
