package handlers

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// adminListStore is what administrators look up of all teams.
type adminListStore interface {
	AllAPIs(ctx context.Context, filter models.APIFilter, page models.Page) (models.Paged[models.APIListing], error)
	// AnyAPI is an API by its slug, whoever may see it.
	AnyAPI(ctx context.Context, slug string) (models.APIListing, error)
	AllSubscriptions(ctx context.Context, filter models.PlatformSubscriptionFilter, page models.Page) (models.Paged[models.PlatformSubscription], error)
	AllRequests(ctx context.Context, apiSlug string, page models.Page) (models.Paged[models.PlatformRequest], error)
	// CountAllRequests says since when the first waits, too: the zero time if none does.
	CountAllRequests(ctx context.Context) (n int64, since time.Time, err error)
	Deciders(ctx context.Context, teamIDs []string) (map[string]models.Deciders, error)
	// RemindDeciders is models.ErrConflict if the request waits no longer; a models.Sentence says why nobody was reminded.
	RemindDeciders(ctx context.Context, actor models.Actor, requestID string) error
}

// callDays are the days, up to today, whose calls the list of all APIs counts.
const callDays = 30

// AdminAPIs lists the APIs of all teams for administrators.
func (h *Handlers) AdminAPIs(c echo.Context) error {
	filter := apiFilter(c)
	list, err := h.store.AllAPIs(ctx(c), filter, asked(c))
	if err != nil {
		return err
	}
	stats, err := h.store.APIStats(ctx(c), idsOf(list.Rows, apiID), callDays)
	if err != nil {
		return err
	}
	props := pages.AdminAPIsProps{Text: filter.Text, State: string(filter.State), Visibility: string(filter.Visibility)}
	props.Pager = pager(c, props.Self(paths.AdminAPIs), list.Next)
	for _, l := range list.Rows {
		s := stats[l.API.ID]
		props.APIs = append(props.APIs, pages.AdminAPIRow{
			Name: l.API.Name, Slug: l.API.Slug, Team: l.TeamName, State: versionState(l.Version), Visibility: string(l.API.Visibility), HasPage: hasPage(l),
			Price: h.price(l.Plan.Price), Subscribers: s.Subscribers, Calls: callsOf(s), CreatedAt: l.API.CreatedAt,
		})
	}
	return page.Render(c, http.StatusOK, pages.AdminAPIs(h.site.Request(c), props))
}

// apiFilter reads the filters; one that can name nothing is left out.
func apiFilter(c echo.Context) models.APIFilter {
	f := models.APIFilter{Text: searchText(c), State: models.APIState(c.QueryParam(paths.QueryState)), Visibility: models.Visibility(c.QueryParam(paths.QueryWho))}
	if !f.State.Valid() {
		f.State = ""
	}
	if !f.Visibility.Valid() {
		f.Visibility = ""
	}
	return f
}

func apiID(l models.APIListing) string { return l.API.ID }

// hasPage says whether everybody who is signed in can open the API's page in the catalogue.
func hasPage(l models.APIListing) bool {
	return l.API.Visibility != models.Private && (l.Version.State.Callable() || l.Version.State == models.Retired)
}

func callsOf(s models.APIStats) (calls int64) {
	for _, day := range s.Daily {
		calls += day.Calls
	}
	return calls
}

// ExportAdminAPIs writes the list as CSV.
func (h *Handlers) ExportAdminAPIs(c echo.Context) error {
	filter := apiFilter(c)
	columns := []string{"id", "short_name", "name", "team", "version", "state", "visibility", "price_per_call", "currency", "subscribers", "calls_30_days", "created_at"}
	return h.sendCSV(c, "apis.csv", columns, func(at models.Page) (rows [][]string, next string, err error) {
		list, err := h.store.AllAPIs(ctx(c), filter, at)
		if err != nil {
			return nil, "", err
		}
		stats, err := h.store.APIStats(ctx(c), idsOf(list.Rows, apiID), callDays)
		for _, l := range list.Rows {
			s := stats[l.API.ID]
			rows = append(rows, []string{
				l.API.ID, l.API.Slug, l.API.Name, l.TeamName, l.Version.Name, versionState(l.Version), string(l.API.Visibility), l.Plan.Price.Decimal(2), h.Currency.Code(),
				strconv.FormatInt(s.Subscribers, 10), strconv.FormatInt(callsOf(s), 10), stamp(l.API.CreatedAt),
			})
		}
		return rows, list.Next, err
	})
}
