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

// Subscribers lists who has a plan of a team's API, how much each called of late, and how often it did not wait for the answer.
// Which keys a subscriber calls with is its own matter; it finds the same figures by key among its keys.
func (h *Handlers) Subscribers(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	filter := subscriberFilter(c)
	list, err := h.store.APISubscribers(ctx(c), row.API.ID, filter, h.Clock.Now().AddDate(0, 0, -models.UseDays), asked(c))
	if err != nil {
		return err
	}
	props := pages.SubscribersProps{
		API: row.API.Name, Slug: row.API.Slug, State: string(filter.State), Text: filter.Text,
		Pager: pager(c, paths.SubscribersOf(m.Team.Slug, row.API.Slug, string(filter.State), filter.Text), list.Next),
	}
	for _, s := range list.Rows {
		props.Subscribers = append(props.Subscribers, pages.SubscriberRow{
			ID: s.Subscription.ID, Team: s.TeamName, Plan: s.PlanName, PlanID: s.Subscription.PlanAt(h.Clock.Now()),
			State: string(s.Subscription.StateAt(h.Clock.Now())), Since: s.Subscription.CreatedAt, Ends: timeOr(s.Subscription.EndsAt),
			Waits: pages.Waits{Calls: s.Calls, Gone: s.Gone},
		})
	}
	return page.Render(c, http.StatusOK, pages.Subscribers(h.site.Request(c), props))
}

// subscriberFilter reads the filters; one that can name nothing is left out.
func subscriberFilter(c echo.Context) (f models.SubscriberFilter) {
	if state := models.SubscriptionState(c.QueryParam(paths.QueryState)); slices.Contains(models.SubscriptionStates(), state) {
		f.State = state
	}
	f.Text = searchText(c)
	return f
}
