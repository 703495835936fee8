package handlers

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// ctx is the context that a request's reads and writes end with.
func ctx(c echo.Context) context.Context { return c.Request().Context() }

func actor(c echo.Context) models.Actor { return page.Actor(c) }

// asked is the page of a list that the address names.
func asked(c echo.Context) models.Page { return models.Page{After: c.QueryParam(paths.QueryAfter)} }

// slugAsked is the API's slug that the address narrows a list to; "" if it names none that there could be.
func slugAsked(c echo.Context) string {
	if slug := c.QueryParam(paths.QueryAPI); slug != "" && models.TeamSlug(slug) == slug && len(slug) <= maxSearch {
		return slug
	}
	return ""
}

// pager leads on to further rows and back to the first. here is the list's address with its filters.
func pager(c echo.Context, here, next string) ui.Pager {
	var p ui.Pager
	if next != "" {
		p.Next = paths.After(here, next)
	}
	if c.QueryParam(paths.QueryAfter) != "" {
		p.First = here
	}
	return p
}

func (h *Handlers) amount(n models.Nano) ui.Amount {
	return ui.Amount{Nano: int64(n), Currency: h.Currency.Code()}
}

func (h *Handlers) price(n models.Nano) pages.Price { return pages.Price{PerCall: h.amount(n)} }

func (h *Handlers) card(row models.APIListing) pages.APICard {
	return pages.APICard{
		Slug: row.API.Slug, Name: row.API.Name, Summary: row.API.Summary, Owner: row.TeamName,
		Version: row.Version.Name, State: versionState(row.Version), Price: h.price(row.Plan.Price),
	}
}

// versionState is the word that a version's badge shows.
func versionState(v models.Version) string {
	if v.Blocked {
		return "blocked"
	}
	return string(v.State)
}

func (h *Handlers) callRow(row models.CallListing) pages.CallRow {
	call := row.Call
	return pages.CallRow{
		ID: call.ID.String(), At: call.ID.Time(), API: row.APIName, APISlug: row.APISlug, Method: call.Method, Path: call.Path,
		Status: call.Status, KeyLabel: row.KeyName, KeyID: call.KeyID, Took: time.Duration(call.DurationMicros) * time.Microsecond,
		Charge: h.amount(call.Charge), Own: call.Evidence == models.EvidenceOwn, ConsoleBy: row.ConsoleName,
	}
}

func (h *Handlers) callRows(rows []models.CallListing) []pages.CallRow {
	out := make([]pages.CallRow, len(rows))
	for i, row := range rows {
		out[i] = h.callRow(row)
	}
	return out
}

func (h *Handlers) daySpend(days []models.DaySpend) []ui.DaySpend {
	out := make([]ui.DaySpend, len(days))
	for i, d := range days {
		out[i] = ui.DaySpend{Day: d.Day, Spent: h.amount(d.Amount), Calls: d.Calls}
	}
	return out
}

// idsOf collects the ids that a list's rows name, each once, for one read of what they are.
func idsOf[T any](rows []T, id func(T) string) []string {
	ids := make([]string, 0, len(rows))
	for _, row := range rows {
		ids = append(ids, id(row))
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// monthStart is the first instant of the month (UTC) that an instant lies in.
func monthStart(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
}

// errorsOf are the sentences of a form, with some fields under the name that the form has for them: pairs of the domain's
// name and the form's.
func errorsOf(invalid models.Invalid, renamed ...string) ui.Errors {
	out := ui.Errors{}
	for field, sentence := range invalid {
		for i := 0; i < len(renamed); i += 2 {
			if field == renamed[i] {
				field = renamed[i+1]
			}
		}
		out[field] = sentence
	}
	return out
}

// same compares what somebody typed to confirm.
func same(typed, wanted string) bool { return strings.TrimSpace(typed) == wanted }
