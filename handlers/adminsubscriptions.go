package handlers

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// AdminSubscriptions lists the subscriptions of all teams for administrators.
func (h *Handlers) AdminSubscriptions(c echo.Context) error {
	filter := subscriptionFilter(c)
	list, err := h.store.AllSubscriptions(ctx(c), filter, asked(c))
	if err != nil {
		return err
	}
	props := pages.AdminSubscriptionsProps{State: string(filter.State), Team: filter.TeamSlug, API: filter.APISlug}
	for _, state := range models.SubscriptionStates() {
		props.States = append(props.States, string(state))
	}
	props.Pager = pager(c, props.Self(paths.AdminSubscriptions), list.Next)
	for _, s := range list.Rows {
		props.Subscriptions = append(props.Subscriptions, pages.AdminSubscriptionRow{
			ID: s.Subscription.ID, Team: s.TeamName, TeamSlug: s.TeamSlug, API: s.APIName, APISlug: s.APISlug, Owner: s.OwnerName, Plan: s.PlanName,
			State: string(s.Subscription.StateAt(h.Clock.Now())), Since: s.Subscription.CreatedAt, Ends: timeOr(s.Subscription.EndsAt),
		})
	}
	return page.Render(c, http.StatusOK, pages.AdminSubscriptions(h.site.Request(c), props))
}

// subscriptionFilter reads the filters; one that can name nothing is left out.
func subscriptionFilter(c echo.Context) models.PlatformSubscriptionFilter {
	f := models.PlatformSubscriptionFilter{
		State: models.SubscriptionState(c.QueryParam(paths.QueryState)), TeamSlug: searched(c.QueryParam(paths.QueryTeam)), APISlug: searched(c.QueryParam(paths.QueryAPI)),
	}
	if !slices.Contains(models.SubscriptionStates(), f.State) {
		f.State = ""
	}
	return f
}

// ExportAdminSubscriptions writes the list as CSV.
func (h *Handlers) ExportAdminSubscriptions(c echo.Context) error {
	filter := subscriptionFilter(c)
	columns := []string{"id", "team", "team_name", "api", "api_name", "owner", "plan", "state", "since", "ends_at", "ended_at"}
	return h.sendCSV(c, "subscriptions.csv", columns, func(at models.Page) (rows [][]string, next string, err error) {
		list, err := h.store.AllSubscriptions(ctx(c), filter, at)
		for _, s := range list.Rows {
			sub := s.Subscription
			rows = append(rows, []string{
				sub.ID, s.TeamSlug, s.TeamName, s.APISlug, s.APIName, s.OwnerName, s.PlanName, string(sub.StateAt(h.Clock.Now())),
				stamp(sub.CreatedAt), stampOf(sub.EndsAt), stampOf(sub.EndedAt),
			})
		}
		return rows, list.Next, err
	})
}
