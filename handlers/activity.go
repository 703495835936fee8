package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type activityStore interface {
	// APIActivity is what was done in a team to one of its APIs, its versions and its plans, newest first.
	APIActivity(ctx context.Context, teamID, apiID string, page models.Page) (models.Paged[models.AuditListing], error)
}

// Activity lists what was done to an API, for those who make it. From where is for the audit log alone.
func (h *Handlers) Activity(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	entries, err := h.store.APIActivity(ctx(c), m.Team.ID, row.API.ID, asked(c))
	if err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.Activity(h.teamRequest(c, m), pages.ActivityProps{
		Slug: row.API.Slug, API: row.API.Name, Entries: auditRows(entries.Rows, teamLinks(m)),
		Pager: pager(c, paths.Activity(m.Team.Slug, row.API.Slug), entries.Next),
	}))
}
