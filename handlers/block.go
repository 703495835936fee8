package handlers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type blockStore interface {
	// BlockVersion and UnblockVersion are models.ErrConflict if that side has done so already. The error may be one that
	// Config.NotLive knows.
	BlockVersion(ctx context.Context, actor models.Actor, by models.Blocker, teamID, versionID, reason string) error
	UnblockVersion(ctx context.Context, actor models.Actor, by models.Blocker, teamID, versionID string) error
	// CallingTeams are the latest callers of a version among other teams, at most limit of total.
	CallingTeams(ctx context.Context, v models.Version, since time.Time, limit int) (callers []models.CallingTeam, total int64, err error)
}

// ShowBlock says who calls a version, and asks before its calls are stopped.
func (h *Handlers) ShowBlock(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	return h.askToBlock(c, http.StatusOK, row, pages.BlockProps{})
}

// Block stops all calls of a version for its team.
func (h *Handlers) Block(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	return h.block(c, row, models.ByTeam, paths.Version(m.Team.Slug, row.API.Slug, row.Version.Name))
}

// Unblock takes back what the team has blocked.
func (h *Handlers) Unblock(c echo.Context, m models.Membership) error {
	row, err := h.store.TeamVersion(ctx(c), m.Team.ID, c.Param("slug"), c.Param("version"))
	if err != nil {
		return err
	}
	return h.unblock(c, row, models.ByTeam, paths.Version(m.Team.Slug, row.API.Slug, row.Version.Name))
}

// block blocks a version for a side, once its name and a reason were typed.
func (h *Handlers) block(c echo.Context, row models.APIListing, by models.Blocker, back string) error {
	form := pages.BlockProps{Admin: by == models.ByOperator, Slug: row.API.Slug, Version: row.Version.Name, Reason: c.FormValue("reason"), Confirm: c.FormValue("confirm"), Errors: ui.Errors{}}
	reason, err := models.CheckBlockReason(form.Reason)
	if err != nil {
		form.Errors["reason"] = err.Error()
	}
	if !same(form.Confirm, form.Confirmed()) {
		form.Errors["confirm"] = "This is not its name. Type " + form.Confirmed() + "."
	}
	if len(form.Errors) > 0 {
		return h.askToBlock(c, http.StatusUnprocessableEntity, row, form)
	}
	err = h.store.BlockVersion(ctx(c), actor(c), by, row.API.TeamID, row.Version.ID, reason)
	if invalid, bad := isInvalid(err); bad {
		form.Errors = errorsOf(invalid)
		return h.askToBlock(c, http.StatusUnprocessableEntity, row, form)
	}
	return h.blockDone(c, err, back, "Blocked. Every call gets 403 from now on, and the subscribers are told.")
}

func (h *Handlers) unblock(c echo.Context, row models.APIListing, by models.Blocker, back string) error {
	said := "Calls go through again, and the subscribers are told."
	if other := map[models.Blocker]models.Blocker{models.ByTeam: models.ByOperator, models.ByOperator: models.ByTeam}[by]; row.Version.BlockBy(other).At != nil {
		said = "Taken back. The other side blocks it, too, so calls still get 403."
	}
	return h.blockDone(c, h.store.UnblockVersion(ctx(c), actor(c), by, row.API.TeamID, row.Version.ID), back, said)
}

// blockDone leads back and says what was done, or that it was done before.
func (h *Handlers) blockDone(c echo.Context, err error, back, said string) error {
	tone := ui.Positive
	switch {
	case errors.Is(err, models.ErrConflict):
		tone, said = ui.Info, "Nothing was changed: it was done already."
	case h.NotLive(err):
		tone, said = ui.Attention, "Saved, but not live yet: the gateway could not take the change. It is tried again at the next change."
	case err != nil:
		return err
	}
	if err := h.site.Flash(c, tone, said); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, back)
}

func (h *Handlers) askToBlock(c echo.Context, status int, row models.APIListing, form pages.BlockProps) error {
	form.Slug, form.API, form.Version = row.API.Slug, row.API.Name, row.Version.Name
	var err error
	if form.Callers, form.Calling, err = h.callingTeams(ctx(c), row.Version); err != nil {
		return err
	}
	return page.Render(c, status, pages.Block(h.site.Request(c), form))
}

func shownBlock(b models.Block) pages.VersionBlock {
	return pages.VersionBlock{At: timeOr(b.At), Reason: b.Reason}
}
