package handlers

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
)

// What a file of calls holds at most, and how many pages are searched for them: a file that would be larger says so in its last
// line.
const (
	exportedCalls = 100_000
	exportedPages = 1000
)

// callColumns are the head of the file. Amounts are in whole units of the portal's currency, times in UTC.
var callColumns = []string{
	"id", "at", "api", "version", "key_id", "key", "method", "path", "status", "refusal", "calls", "origin", "duration_micros",
	"request_bytes", "response_bytes", "charge", "promotional", "currency", "evidence",
}

// ExportCalls writes a team's calls as CSV, narrowed as the list is.
func (h *Handlers) ExportCalls(c echo.Context, m models.Membership) error {
	zone, err := teamZone(m.Team)
	if err != nil {
		return err
	}
	filter, _ := callFilter(c, zone)
	pages, calls := 0, 0
	return h.sendCSV(c, "calls-"+m.Team.Slug+".csv", callColumns, func(at models.Page) ([][]string, string, error) {
		rows, next, err := h.callRecords(c, m.Team.ID, filter, at)
		pages, calls = pages+1, calls+len(rows)
		if next != "" && (calls >= exportedCalls || pages >= exportedPages) {
			end := make([]string, len(callColumns))
			end[0] = "The file ends here, and the list goes on: narrow it to a shorter time."
			rows, next = append(rows, end), ""
		}
		return rows, next, err
	})
}

// callRecords are the rows of one page of calls, or of those that were refused.
func (h *Handlers) callRecords(c echo.Context, teamID string, filter models.CallFilter, at models.Page) (rows [][]string, next string, err error) {
	if filter.Code != "" {
		found, err := h.store.TeamRefusals(ctx(c), teamID, filter, at)
		for i, row := range refusedRows(found.Rows) {
			d := found.Rows[i].Denial
			rows = append(rows, []string{
				d.ID, stamp(d.CreatedAt), found.Rows[i].APISlug, "", d.KeyID, row.KeyLabel, d.Method, d.Path, strconv.Itoa(row.Status), d.Code,
				strconv.FormatInt(d.Count, 10), string(models.FromGateway), "", "", "", models.Nano(0).Decimal(2), models.Nano(0).Decimal(2), h.Currency.Code(), "",
			})
		}
		return rows, found.Next, err
	}
	found, err := h.store.TeamCalls(ctx(c), teamID, filter, at)
	for _, row := range found.Rows {
		call := row.Call
		rows = append(rows, []string{
			call.ID.String(), call.ID.Time().Format(time.RFC3339Nano), row.APISlug, row.VersionName, call.KeyID, row.KeyName, call.Method, call.Path,
			strconv.Itoa(call.Status), "", "1", string(call.Origin), strconv.FormatInt(call.DurationMicros, 10),
			strconv.FormatInt(call.RequestBytes, 10), strconv.FormatInt(call.ResponseBytes, 10), call.Charge.Decimal(2), call.Promo.Decimal(2), h.Currency.Code(),
			string(call.Evidence),
		})
	}
	return rows, found.Next, err
}
