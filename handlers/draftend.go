package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type draftEndStore interface {
	// DeleteAPI and DeleteVersion are models.ErrConflict for what was ever published.
	DeleteAPI(ctx context.Context, actor models.Actor, teamID, apiID string) error
	DeleteVersion(ctx context.Context, actor models.Actor, teamID, versionID string) error
}

// errWasPublished is what people read who delete what others may have called.
const errWasPublished = "It was published, or waits to be, so it stays on record. Retire it instead."

// ShowDeleteAPI asks before a draft is deleted.
func (h *Handlers) ShowDeleteAPI(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	return h.askToDeleteAPI(c, http.StatusOK, m, row, "")
}

// DeleteAPI deletes it.
func (h *Handlers) DeleteAPI(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamAPI(ctx(c), m.Team.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	err = h.store.DeleteAPI(ctx(c), actor(c), m.Team.ID, row.API.ID)
	if errors.Is(err, models.ErrConflict) {
		return h.askToDeleteAPI(c, http.StatusUnprocessableEntity, m, row, errWasPublished)
	}
	if err != nil && !h.NotLive(err) {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "The draft of "+row.API.Name+" is deleted."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.MyAPIs(m.Team.Slug))
}

func (h *Handlers) askToDeleteAPI(c echo.Context, status int, m models.Membership, row models.APIListing, why string) error {
	return page.Render(c, status, pages.Ask(h.site.Request(c), pages.AskProps{
		Section: layout.SectionMyAPIs, Title: "Delete the draft of " + row.API.Name, Lede: "This cannot be undone.",
		What: []string{
			"What you wrote about it is deleted, with its versions, plans and the credential of its upstream.",
			"Nobody outside of the team ever saw it. Its short name " + row.API.Slug + " is free again.",
		},
		Action: paths.DeleteAPI(m.Team.Slug, row.API.Slug), Button: "Delete the draft", Keep: "Keep it",
		Back: row.API.Name, BackHref: paths.Studio(m.Team.Slug, row.API.Slug), Errors: whyErrors(why),
	}))
}

// ShowDeleteVersion asks before the draft of a version is deleted.
func (h *Handlers) ShowDeleteVersion(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	return h.askToDeleteVersion(c, http.StatusOK, m, row, "")
}

// DeleteVersion deletes it.
func (h *Handlers) DeleteVersion(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	err = h.store.DeleteVersion(ctx(c), actor(c), m.Team.ID, row.Version.ID)
	if errors.Is(err, models.ErrConflict) {
		return h.askToDeleteVersion(c, http.StatusUnprocessableEntity, m, row, errWasPublished+" The only version of an API is deleted with the API.")
	}
	if err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "The draft of "+row.Version.Name+" is deleted."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Studio(m.Team.Slug, row.API.Slug))
}

func (h *Handlers) askToDeleteVersion(c echo.Context, status int, m models.Membership, row models.APIListing, why string) error {
	name := row.API.Name + " " + row.Version.Name
	return page.Render(c, status, pages.Ask(h.site.Request(c), pages.AskProps{
		Section: layout.SectionMyAPIs, Title: "Delete the draft of " + name, Lede: "This cannot be undone.",
		What:   []string{"Nobody outside of the team ever saw it. The other versions go on as they are."},
		Action: paths.DeleteVersion(m.Team.Slug, row.API.Slug, row.Version.Name), Button: "Delete the draft", Keep: "Keep it",
		Back: name, BackHref: paths.Version(m.Team.Slug, row.API.Slug, row.Version.Name), Errors: whyErrors(why),
	}))
}

func whyErrors(why string) ui.Errors {
	if why == "" {
		return nil
	}
	return ui.Errors{"": why}
}
