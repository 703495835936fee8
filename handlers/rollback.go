package handlers

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
)

// ShowRollBack says what changes back, and asks.
func (h *Handlers) ShowRollBack(c echo.Context, m models.Membership) error {
	r, err := h.releaseCase(c, m)
	if err != nil {
		return err
	}
	return h.askToRollBack(c, http.StatusOK, m, r, "", nil)
}

// RollBack publishes again what an earlier release served. The next call meets it.
func (h *Handlers) RollBack(c echo.Context, m models.Membership) error {
	r, err := h.releaseCase(c, m)
	if err != nil {
		return err
	}
	typed := c.FormValue("note")
	note, err := models.CheckReleaseNote(typed)
	if err != nil {
		return h.askToRollBack(c, http.StatusUnprocessableEntity, m, r, typed, ui.Errors{"note": err.Error()})
	}
	release, err := h.store.RollBack(ctx(c), actor(c), m.Team.ID, r.row.Version.ID, r.release.Release.Number, note)
	if invalid, bad := isInvalid(err); bad {
		return h.askToRollBack(c, http.StatusUnprocessableEntity, m, r, typed, errorsOf(invalid))
	}
	tone, said := ui.Positive, "Rolled back. The next call meets what release "+strconv.Itoa(r.release.Release.Number)+" served."
	switch {
	case errors.Is(err, models.ErrConflict):
		tone, said = ui.Info, "Nothing was changed: callers get this release now, or never did."
	case h.NotLive(err):
		tone, said = ui.Attention, "Rolled back, but not live yet: the gateway could not take the change. It is tried again at the next change."
	case err != nil:
		return err
	}
	if err := h.site.Flash(c, tone, said); err != nil {
		return err
	}
	if release.ID != "" {
		r.release.Release = release
	}
	return c.Redirect(http.StatusSeeOther, r.path(m))
}

func (h *Handlers) askToRollBack(c echo.Context, status int, m models.Membership, r releaseCase, note string, errs ui.Errors) error {
	if !r.release.Release.Allows(models.ActRollBack) {
		return h.releaseDone(c, m, r, models.ErrConflict, "")
	}
	running, err := h.running(ctx(c), r.row.Version.ID)
	if err != nil {
		return err
	}
	diff, err := h.diff(ctx(c), r.row, running, r.release.Release)
	if err != nil {
		return err
	}
	waiting, err := h.waiting(ctx(c), r.row.Version.ID)
	if err != nil {
		return err
	}
	props := pages.RollBackProps{
		Slug: r.row.API.Slug, API: r.row.API.Name, Version: r.row.Version.Name, Number: r.release.Release.Number, Running: running.Number,
		Diff: diff, Note: note, Errors: errs,
	}
	if waiting.State == models.ReleaseScheduled {
		props.Waiting, props.WaitingAt = waiting.Number, *waiting.PublishAt
	}
	return page.Render(c, status, pages.RollBack(h.teamRequest(c, m), props))
}
