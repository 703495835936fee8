package handlers

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type requestStore interface {
	ProviderRequests(ctx context.Context, teamID string, filter models.RequestFilter, page models.Page) (models.Paged[models.RequestListing], error)
	ProviderRequest(ctx context.Context, teamID, requestID string) (models.RequestListing, error)
	CountRequests(ctx context.Context, teamID string) (int64, error)
	AnswerRequest(ctx context.Context, actor models.Actor, teamID, requestID string, answer models.RequestAnswer) error
	PastSubscriptions(ctx context.Context, providerID string, teamIDs []string, each int) (map[string][]models.PastSubscription, error)
}

const (
	shownPast   = 5  // of a team's earlier subscriptions, on the queue
	shownPastOf = 50 // of the same, where one request is decided
)

// Requests lists who waits for an answer of a team, the longest waiting first, or those who got one.
func (h *Handlers) Requests(c echo.Context, m models.Membership) error {
	filter := requestFilter(c)
	list, err := h.store.ProviderRequests(ctx(c), m.Team.ID, filter, asked(c))
	if err != nil {
		return err
	}
	past, err := h.pastOf(c, m, list.Rows, shownPast+1) // the request's own subscription is among them
	if err != nil {
		return err
	}
	apis, err := h.store.TeamAPIs(ctx(c), m.Team.ID, models.Page{Limit: filterAPIs})
	if err != nil {
		return err
	}
	props := pages.RequestsProps{
		Filter: pages.RequestsFilter{State: string(filter.State), API: filter.APISlug, Text: filter.Text},
		Pager:  pager(c, paths.RequestsOf(m.Team.Slug, string(filter.State), filter.APISlug, filter.Text), list.Next),
		APIs:   apisToFilterBy(apis.Rows, filter.APISlug),
	}
	for _, q := range list.Rows {
		row := requestRow(q)
		row.Past = pastRows(past[q.Request.TeamID], q.Request.SubscriptionID, shownPast)
		props.Requests = append(props.Requests, row)
	}
	if filter.State == "" && asked(c).After == "" {
		if props.Releases, err = h.releasesToReview(c, m); err != nil {
			return err
		}
	}
	return page.Render(c, http.StatusOK, pages.Requests(h.site.Request(c), props))
}

// shownReviews is how many releases for review stand above the requests. A version has one at most, so few teams have more.
const shownReviews = 100

// releasesToReview are the releases that wait for review, the longest waiting first.
func (h *Handlers) releasesToReview(c echo.Context, m models.Membership) (rows []pages.WaitingRelease, err error) {
	list, err := h.store.ReleasesToReview(ctx(c), m.Team.ID, models.Page{Limit: shownReviews})
	for _, l := range list.Rows {
		rows = append(rows, pages.WaitingRelease{API: l.APIName, APISlug: l.APISlug, Version: l.VersionName, ReleaseRow: releaseRow(l.ReleaseListing)})
	}
	return rows, err
}

// requestFilter reads the filters; one that can name nothing is left out.
func requestFilter(c echo.Context) (f models.RequestFilter) {
	if state := models.RequestState(c.QueryParam(paths.QueryState)); slices.Contains(models.RequestStates(), state) && state != models.RequestWaiting {
		f.State = state
	}
	f.APISlug, f.Text = slugAsked(c), searchText(c)
	return f
}

func (h *Handlers) pastOf(c echo.Context, m models.Membership, rows []models.RequestListing, each int) (map[string][]models.PastSubscription, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	teams := idsOf(rows, func(q models.RequestListing) string { return q.Request.TeamID })
	return h.store.PastSubscriptions(ctx(c), m.Team.ID, teams, each)
}

func requestRow(q models.RequestListing) pages.RequestRow {
	row := pages.RequestRow{
		ID: q.Request.ID, Team: q.TeamName, By: q.UserName, API: q.APIName, APISlug: q.APISlug, Plan: q.PlanName, FromPlan: q.FromPlanName, AtPeriodEnd: q.Request.AtPeriodEnd,
		Question: q.Request.Question, Answer: q.Request.Answer, State: string(q.Request.State), Waiting: q.Request.State == models.RequestWaiting,
		Since: q.Request.CreatedAt, Comment: q.Request.Comment, AnsweredBy: q.AnswererName,
	}
	if q.Request.ClosedAt != nil {
		row.ClosedAt = *q.Request.ClosedAt
	}
	return row
}

// pastRows are a team's subscriptions but for the one that is in question, at most so many.
func pastRows(past []models.PastSubscription, but string, most int) []pages.PastRow {
	var rows []pages.PastRow
	for _, s := range past {
		if s.SubscriptionID == but || len(rows) == most {
			continue
		}
		row := pages.PastRow{API: s.APIName, Plan: s.PlanName, State: string(s.State), Since: s.CreatedAt, Comment: s.Comment}
		if s.EndedAt != nil {
			row.EndedAt = *s.EndedAt
		}
		rows = append(rows, row)
	}
	return rows
}

// apisToFilterBy is what a filter by API offers. The chosen one stays, whatever it is.
func apisToFilterBy(rows []models.APIListing, chosen string) []ui.Choice {
	choices, found := []ui.Choice{{Label: "All APIs", Selected: chosen == ""}}, chosen == ""
	for _, row := range rows {
		choices = append(choices, ui.Choice{Value: row.API.Slug, Label: row.API.Name, Selected: row.API.Slug == chosen})
		found = found || row.API.Slug == chosen
	}
	if !found {
		choices = append(choices, ui.Choice{Value: chosen, Label: chosen, Selected: true})
	}
	return choices
}
