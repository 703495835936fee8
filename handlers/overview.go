package handlers

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
)

type overviewStore interface {
	DailySpend(ctx context.Context, teamID string, days int) ([]models.DaySpend, error)
	TeamDenials(ctx context.Context, teamID string, limit int) ([]models.DenialListing, error)
	TeamCalls(ctx context.Context, teamID string, filter models.CallFilter, page models.Page) (models.Searched[models.CallListing], error)
	TeamCounts(ctx context.Context, teamID string) (keys, subscriptions int, err error)
}

const (
	overviewDays   = 30
	rateDays       = 7 // the days whose spend says how long the balance lasts
	lowDays        = 3 // fewer deserve attention
	overviewLatest = 5
)

// Overview answers whether all is well with a team.
func (h *Handlers) Overview(c echo.Context, m models.Membership) error {
	funds, err := h.Funds(ctx(c), m.Team.ID)
	if err != nil {
		return err
	}
	days, err := h.store.DailySpend(ctx(c), m.Team.ID, overviewDays)
	if err != nil {
		return err
	}
	denials, err := h.store.TeamDenials(ctx(c), m.Team.ID, overviewLatest)
	if err != nil {
		return err
	}
	calls, err := h.store.TeamCalls(ctx(c), m.Team.ID, models.CallFilter{}, models.Page{Limit: overviewLatest})
	if err != nil {
		return err
	}
	keys, subscriptions, err := h.store.TeamCounts(ctx(c), m.Team.ID)
	if err != nil {
		return err
	}
	ending, err := h.affected(ctx(c), m.Team.ID)
	if err != nil {
		return err
	}
	ending = slices.DeleteFunc(ending, func(a pages.Affected) bool { return !a.AcknowledgedAt.IsZero() })
	left := daysLeft(funds.Available(), days)
	return page.Render(c, http.StatusOK, pages.Overview(h.site.Request(c), pages.OverviewProps{
		Balance: h.amount(funds.Available()), Held: h.amount(funds.Held), DaysLeft: left, Low: left >= 0 && left < lowDays,
		Spend: h.daySpend(days), Refusals: h.refusals(denials, funds), Calls: h.callRows(calls.Rows),
		Keys: keys, Subscriptions: subscriptions, Affected: ending,
	}))
}

// daysLeft is for how many whole days the money lasts at the rate of the last days; -1 if nothing was spent.
func daysLeft(available models.Nano, days []models.DaySpend) int {
	var spent models.Nano
	for _, d := range days[max(0, len(days)-rateDays):] {
		spent += d.Amount
	}
	if spent <= 0 {
		return -1
	}
	perDay := max(spent/rateDays, 1)
	return int(min(max(available, 0)/perDay, 10_000))
}

// refusals tells of the latest refusals. Those that paying clears get a link of their own, made as the gateway makes it,
// unless somebody has paid meanwhile.
func (h *Handlers) refusals(denials []models.DenialListing, funds billing.Funds) []pages.Refusal {
	rows := make([]pages.Refusal, 0, len(denials))
	for _, d := range denials {
		kind, known := problem.Of(problem.Code(d.Denial.Code))
		if !known {
			continue // of a later release
		}
		row := pages.Refusal{
			ID: d.Denial.ID, At: d.Denial.CreatedAt, Operation: d.Denial.Method + " " + d.Denial.Path, API: d.APIName, Status: kind.Status,
			Code: d.Denial.Code, Title: kind.Title, Fix: kind.Remedy, KeyLabel: d.KeyName, Count: d.Denial.Count,
		}
		if kind.Status == http.StatusPaymentRequired {
			row.Fix = "There is enough credit now: the same call goes through."
		}
		if kind.Status == http.StatusPaymentRequired && funds.Available() < d.Denial.Required {
			row.Ref = h.sealed(d.Denial)
			row.Fix = "It needed " + h.amount(d.Denial.Required).Exact() + ", and the wallet has " + h.amount(funds.Available()).Exact() + "."
		}
		rows = append(rows, row)
	}
	return rows
}
