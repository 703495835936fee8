package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type refusalStore interface {
	DenialGroups(ctx context.Context, teamID string, filter models.DenialFilter, since time.Time, page models.Page) (models.Paged[models.DenialGroup], error)
	DailyDenials(ctx context.Context, teamID string, filter models.DenialFilter, zone *time.Location, days int) ([]models.DayCount, error)
	TeamDenial(ctx context.Context, teamID, id string) (models.DenialListing, error)
	TeamKey(ctx context.Context, teamID, keyID string) (models.Key, error)
	KeyTerms(ctx context.Context, hash models.KeyHash) (billing.KeyTerms, error)
	SubscriptionTerms(ctx context.Context, teamID, apiID string) (billing.SubscriptionTerms, error)
	APIRoutes(ctx context.Context, apiID string) ([]billing.Route, error)
}

const refusalReasons = 200 // that the filter offers

// Refusals lists why a team's calls were refused, by reason, narrowed to what the address asks for.
func (h *Handlers) Refusals(c echo.Context, m models.Membership) error {
	r := h.teamRequest(c, m)
	filter := refusalFilter(c)
	daily, err := h.store.DailyDenials(ctx(c), m.Team.ID, filter, zoneOf(r), models.RefusalDays)
	if err != nil {
		return err
	}
	since := daily[0].Day
	groups, err := h.store.DenialGroups(ctx(c), m.Team.ID, filter, since, asked(c))
	if err != nil {
		return err
	}
	all, err := h.store.DenialGroups(ctx(c), m.Team.ID, models.DenialFilter{}, since, models.Page{Limit: refusalReasons})
	if err != nil {
		return err
	}
	here := paths.RefusalsOf(m.Team.Slug, filter.Code, filter.APISlug, filter.KeyID)
	props := pages.RefusalsProps{
		Groups: refusalGroups(groups.Rows), Filter: pages.RefusalsFilter{Code: filter.Code, API: filter.APISlug, Key: filter.KeyID},
		Pager: pager(c, here, groups.Next),
	}
	for _, d := range daily {
		props.Days = append(props.Days, ui.DayCount{Day: d.Day, Count: d.Count})
	}
	props.Codes = choices("All reasons", filter.Code, all.Rows, func(g models.DenialGroup) (string, string) { return g.Code, problemTitle(g.Code) })
	props.APIs = choices("All APIs", filter.APISlug, all.Rows, func(g models.DenialGroup) (string, string) { return g.APISlug, g.APIName })
	props.KeyLabels = choices("All keys", filter.KeyID, all.Rows, func(g models.DenialGroup) (string, string) { return g.KeyID, g.KeyName })
	return page.Render(c, http.StatusOK, pages.Refusals(r, props))
}

// refusalFilter reads the filters; one that can name nothing is left out.
func refusalFilter(c echo.Context) (filter models.DenialFilter) {
	if _, known := problem.Of(problem.Code(c.QueryParam(paths.QueryCode))); known {
		filter.Code = c.QueryParam(paths.QueryCode)
	}
	filter.APISlug = slugAsked(c)
	if id := c.QueryParam(paths.QueryKey); models.IsID(models.KindKey, id) {
		filter.KeyID = id
	}
	return filter
}

// choices are what a filter offers: all, then each value that the list has, by label. The chosen one stays, whatever it is.
func choices(all, chosen string, groups []models.DenialGroup, of func(models.DenialGroup) (value, label string)) []ui.Choice {
	labels := map[string]string{}
	if chosen != "" {
		labels[chosen] = chosen
	}
	for _, g := range groups {
		if value, label := of(g); value != "" {
			labels[value] = label
		}
	}
	out := make([]ui.Choice, 0, len(labels)+1)
	for value, label := range labels {
		out = append(out, ui.Choice{Value: value, Label: label, Selected: value == chosen})
	}
	slices.SortFunc(out, func(a, b ui.Choice) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)), strings.Compare(a.Value, b.Value))
	})
	return slices.Insert(out, 0, ui.Choice{Label: all, Selected: chosen == ""})
}

func problemTitle(code string) string {
	if kind, known := problem.Of(problem.Code(code)); known {
		return kind.Title
	}
	return code
}

func refusalGroups(rows []models.DenialGroup) []pages.RefusalGroup {
	groups := make([]pages.RefusalGroup, 0, len(rows))
	for _, row := range rows {
		kind, known := problem.Of(problem.Code(row.Code))
		if !known {
			continue // of a later release
		}
		groups = append(groups, pages.RefusalGroup{
			Status: kind.Status, Code: row.Code, Title: kind.Title, API: row.APIName, KeyLabel: row.KeyName,
			Count: row.Count, LastAt: row.LastAt, LastDenial: row.LastID,
		})
	}
	return groups
}
