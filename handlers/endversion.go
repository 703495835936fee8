package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
)

// ShowRetire says who still calls a version, and asks before it is retired.
func (h *Handlers) ShowRetire(c echo.Context, m models.Membership) error {
	return h.askToRetire(c, http.StatusOK, m, "", nil)
}

// Retire retires a version before its time, once its name was typed.
func (h *Handlers) Retire(c echo.Context, m models.Membership) error {
	row, err := h.teamVersion(c, m)
	if err != nil {
		return err
	}
	if typed := c.FormValue("confirm"); !same(typed, versionName(row)) {
		return h.askToRetire(c, http.StatusUnprocessableEntity, m, typed, ui.Errors{"confirm": "Type " + versionName(row) + "."})
	}
	err = h.store.RetireVersion(ctx(c), actor(c), m.Team.ID, row.Version.ID)
	return h.lifecycleDone(c, m, err, "Retired. Calls get 410 from now on, and subscribers are told.")
}

func (h *Handlers) askToRetire(c echo.Context, status int, m models.Membership, typed string, errs ui.Errors) error {
	p, err := h.endVersion(c, m, models.ActRetire)
	if err != nil {
		return h.lifecycleDone(c, m, err, "")
	}
	p.Confirm, p.Errors = typed, errs
	return page.Render(c, status, pages.Retire(h.teamRequest(c, m), p))
}

// ShowUndoDeprecation asks before the announced end of a version is taken back.
func (h *Handlers) ShowUndoDeprecation(c echo.Context, m models.Membership) error {
	p, err := h.endVersion(c, m, models.ActUndo)
	if err != nil {
		return h.lifecycleDone(c, m, err, "")
	}
	return page.Render(c, http.StatusOK, pages.UndoDeprecation(h.teamRequest(c, m), p))
}

// UndoDeprecation takes it back.
func (h *Handlers) UndoDeprecation(c echo.Context, m models.Membership) error {
	row, err := h.teamVersion(c, m)
	if err != nil {
		return err
	}
	err = h.store.UndoDeprecation(ctx(c), actor(c), m.Team.ID, row.Version.ID)
	return h.lifecycleDone(c, m, err, "Taken back. Subscribers are told, and the version takes new ones.")
}

// ShowBringBack asks before a retired version is brought back.
func (h *Handlers) ShowBringBack(c echo.Context, m models.Membership) error {
	p, err := h.endVersion(c, m, models.ActBringBack)
	if err != nil {
		return h.lifecycleDone(c, m, err, "")
	}
	return page.Render(c, http.StatusOK, pages.BringBack(h.teamRequest(c, m), p))
}

// BringBack brings it back.
func (h *Handlers) BringBack(c echo.Context, m models.Membership) error {
	row, err := h.teamVersion(c, m)
	if err != nil {
		return err
	}
	err = h.store.BringBackVersion(ctx(c), actor(c), m.Team.ID, row.Version.ID)
	return h.lifecycleDone(c, m, err, "Brought back. Calls are served again, and subscribers are told.")
}

// endVersion is what the pages show that ask before an act; models.ErrConflict if the act is not possible now.
func (h *Handlers) endVersion(c echo.Context, m models.Membership, act models.LifecycleAct) (p pages.EndVersionProps, err error) {
	row, err := h.teamVersion(c, m)
	if err != nil {
		return p, err
	}
	if !row.Version.Allows(act, h.Clock.Now()) {
		return p, models.ErrConflict
	}
	if p.Lifecycle, err = h.lifecycle(c, row); err != nil {
		return p, err
	}
	if p.Callers, err = h.callers(c, m, row); err != nil {
		return p, err
	}
	_, p.Subscribers, err = h.store.CountAcknowledged(ctx(c), row.API.ID, row.Version.ID)
	return p, err
}
