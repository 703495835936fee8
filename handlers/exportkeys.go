package handlers

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
)

// keyColumns are the head of the file. Amounts are in whole units of the portal's currency, times in UTC.
var keyColumns = []string{
	"id", "label", "key", "owner", "state", "created_at", "expires_at", "old_secret_works_until", "revoked_at", "last_used_at",
	"calls_7_days", "spent_7_days", "spent_total", "budget_day", "budget_month", "budget_total", "currency",
	"rate", "calls_at_the_same_time", "apis", "operations", "networks",
}

// ExportKeys writes a team's keys as CSV, narrowed as the list is, and none of their secrets.
func (h *Handlers) ExportKeys(c echo.Context, m models.Membership) error {
	filter, _ := keyFilter(c)
	return h.sendCSV(c, "keys-"+m.Team.Slug+".csv", keyColumns, func(at models.Page) ([][]string, string, error) {
		keys, err := h.store.TeamKeys(ctx(c), m.Team.ID, filter, at)
		if err != nil {
			return nil, "", err
		}
		rows, err := h.keyRecords(ctx(c), m.Team.ID, keys.Rows)
		return rows, keys.Next, err
	})
}

// keyRecords are the rows of some keys.
func (h *Handlers) keyRecords(ctx context.Context, teamID string, keys []models.Key) ([][]string, error) {
	now := h.Clock.Now()
	use, err := h.store.KeyUse(ctx, teamID, keys, now.AddDate(0, 0, -models.UseDays))
	if err != nil {
		return nil, err
	}
	spent, err := h.store.KeySpends(ctx, keyIDs(keys))
	if err != nil {
		return nil, err
	}
	owners, err := h.store.UserNames(ctx, idsOf(keys, func(k models.Key) string { return k.UserID }))
	if err != nil {
		return nil, err
	}
	apis, err := h.store.APINames(ctx, models.APIsOf(rulesOf(keys)...))
	if err != nil {
		return nil, err
	}
	rows := make([][]string, len(keys))
	for i, k := range keys {
		u := use[k.ID]
		rows[i] = append([]string{
			k.ID, k.Name, k.Hint, owners[k.UserID], string(k.StateAt(now)), stamp(k.CreatedAt), stamp(expiry(k)), stamp(rotatingUntil(k, now)), stampOf(k.RevokedAt), stamp(lastUsed(u)),
			strconv.FormatInt(u.Calls, 10), u.Spent.Decimal(2), spent[k.ID].TotalSpent.Decimal(2),
		}, h.ruleRecord(k.KeyRules, apis)...)
	}
	return rows, nil
}

func (h *Handlers) ruleRecord(r models.KeyRules, apis map[string]models.APIName) []string {
	rate := ""
	if r.Rate.Limited() {
		rate = r.Rate.String()
	}
	slugs, operations := make([]string, len(r.APIs)), make([]string, len(r.Operations))
	for i, id := range r.APIs {
		slugs[i] = apis[id].Slug
	}
	for i, o := range r.Operations {
		operations[i] = o.Line(apis[o.APIID].Slug)
	}
	budget := func(most *models.Nano) string {
		if most == nil {
			return ""
		}
		return most.Decimal(2)
	}
	return []string{
		budget(r.Budgets.Day), budget(r.Budgets.Month), budget(r.Budgets.Total), h.Currency.Code(),
		rate, countInput(r.Concurrency), strings.Join(slugs, " "), strings.Join(operations, "; "), strings.Join(r.Networks, " "),
	}
}

// stamp is an instant for programs, in UTC; nothing for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func stampOf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return stamp(*t)
}
