package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type versionCallerStore interface {
	operationCallerStore
	VersionCallers(ctx context.Context, apiID, versionID string, since time.Time, page models.Page) (models.Paged[models.VersionCaller], error)
	CountVersionCallers(ctx context.Context, apiID, versionID string, since time.Time) (teams, keys int64, err error)
	VersionDays(ctx context.Context, apiID, versionID string, days int, zone *time.Location) ([]models.DayCalls, error)
	DeprecationReaders(ctx context.Context, apiID, versionID string, page models.Page) (models.Paged[models.DeprecationReader], error)
	CountAcknowledged(ctx context.Context, apiID, versionID string) (read, all int64, err error)
}

// fewCallers is how many of them a page names that is about something else.
const fewCallers = 10

// callersSince is from when on callers are told of.
func (h *Handlers) callersSince() time.Time { return h.Clock.Now().AddDate(0, 0, -models.CallerDays) }

// VersionCallers lists all who still call a version, or one of its operations.
func (h *Handlers) VersionCallers(c echo.Context, m models.Membership) error {
	row, err := h.teamVersion(c, m)
	if err != nil {
		return err
	}
	if c.QueryParams().Has(paths.QueryOperation) {
		return h.callersOfOperation(c, m, row, c.QueryParam(paths.QueryOperation))
	}
	who, next, err := h.callersPage(c, m, row, asked(c))
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.VersionCallers(h.teamRequest(c, m), pages.VersionCallersProps{
		API: row.API.Name, Slug: row.API.Slug, Version: row.Version.Name, Callers: who,
		Pager: pager(c, paths.VersionCallers(m.Team.Slug, row.API.Slug, row.Version.Name), next),
	}))
}

// callers are the first few, and how many there are.
func (h *Handlers) callers(c echo.Context, m models.Membership, row models.APIListing) (pages.Callers, error) {
	who, _, err := h.callersPage(c, m, row, models.Page{Limit: fewCallers})
	who.All = paths.VersionCallers(m.Team.Slug, row.API.Slug, row.Version.Name)
	return who, err
}

func (h *Handlers) callersPage(c echo.Context, m models.Membership, row models.APIListing, part models.Page) (who pages.Callers, next string, err error) {
	api, version, since := row.API.ID, row.Version.ID, h.callersSince()
	list, err := h.store.VersionCallers(ctx(c), api, version, since, part)
	if err != nil {
		return who, "", err
	}
	if who.Teams, who.Keys, err = h.store.CountVersionCallers(ctx(c), api, version, since); err != nil {
		return who, "", err
	}
	zone, err := teamZone(m.Team)
	if err != nil {
		return who, "", err
	}
	days, err := h.store.VersionDays(ctx(c), api, version, models.CallerDays, zone)
	if err != nil {
		return who, "", err
	}
	for _, d := range days {
		who.Days = append(who.Days, ui.DayCount{Day: d.Day, Count: d.Calls})
	}
	who.Rows = callerRows(row, list.Rows)
	return who, list.Next, nil
}

func callerRows(row models.APIListing, callers []models.VersionCaller) (rows []pages.CallerRow) {
	for _, k := range callers {
		rows = append(rows, pages.CallerRow{
			Team: k.TeamName, Own: k.TeamID == row.API.TeamID, Key: k.KeyName, Display: k.KeyHint, Calls: k.Calls, LastCall: k.LastCall.Time(),
		})
	}
	return rows
}

// DeprecationRead lists which subscribers have acknowledged what is announced of a version.
func (h *Handlers) DeprecationRead(c echo.Context, m models.Membership) error {
	row, err := h.teamVersion(c, m)
	if err != nil {
		return err
	}
	list, err := h.store.DeprecationReaders(ctx(c), row.API.ID, row.Version.ID, asked(c))
	if err != nil {
		return err
	}
	read, all, err := h.store.CountAcknowledged(ctx(c), row.API.ID, row.Version.ID)
	if err != nil {
		return err
	}
	props := pages.DeprecationReadProps{
		API: row.API.Name, Slug: row.API.Slug, Version: row.Version.Name, Read: read, Subscribers: all,
		Pager: pager(c, paths.DeprecationRead(m.Team.Slug, row.API.Slug, row.Version.Name), list.Next),
	}
	for _, reader := range list.Rows {
		props.Rows = append(props.Rows, pages.ReaderRow{SubscriptionID: reader.SubscriptionID, Team: reader.TeamName, At: timeOr(reader.AcknowledgedAt)})
	}
	return page.Render(c, http.StatusOK, pages.DeprecationRead(h.teamRequest(c, m), props))
}
