package handlers

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
)

// ShowRetire says who still calls a version, and asks before it is retired.
func (h *Handlers) ShowRetire(c echo.Context, m models.Membership) error {
	return h.askOfEnd(c, http.StatusOK, m, models.ActRetire, pages.Retire, "", nil)
}

// Retire retires a version before its time, once its name was typed.
func (h *Handlers) Retire(c echo.Context, m models.Membership) error {
	row, err := h.teamVersion(c, m)
	if err != nil {
		return err
	}
	if typed := c.FormValue("confirm"); !same(typed, versionName(row)) {
		return h.askOfEnd(c, http.StatusUnprocessableEntity, m, models.ActRetire, pages.Retire, typed, ui.Errors{"confirm": "Type " + versionName(row) + "."})
	}
	err = h.store.RetireVersion(ctx(c), actor(c), m.Team.ID, row.Version.ID)
	return h.lifecycleDone(c, m, row, err, "Retired. Calls get 410 from now on, and subscribers are told.")
}

// ShowUndoDeprecation asks before the announced end of a version is taken back.
func (h *Handlers) ShowUndoDeprecation(c echo.Context, m models.Membership) error {
	return h.askOfEnd(c, http.StatusOK, m, models.ActUndo, pages.UndoDeprecation, "", nil)
}

// UndoDeprecation takes it back.
func (h *Handlers) UndoDeprecation(c echo.Context, m models.Membership) error {
	row, err := h.teamVersion(c, m)
	if err != nil {
		return err
	}
	err = h.store.UndoDeprecation(ctx(c), actor(c), m.Team.ID, row.Version.ID)
	return h.lifecycleDone(c, m, row, err, "Taken back. Subscribers are told, and the version takes new ones.")
}

// ShowBringBack asks before a retired version is brought back.
func (h *Handlers) ShowBringBack(c echo.Context, m models.Membership) error {
	return h.askOfEnd(c, http.StatusOK, m, models.ActBringBack, pages.BringBack, "", nil)
}

// BringBack brings it back.
func (h *Handlers) BringBack(c echo.Context, m models.Membership) error {
	row, err := h.teamVersion(c, m)
	if err != nil {
		return err
	}
	err = h.store.BringBackVersion(ctx(c), actor(c), m.Team.ID, row.Version.ID)
	return h.lifecycleDone(c, m, row, err, "Brought back. Calls are served again, and subscribers are told.")
}

// askOfEnd shows the page that asks before an act, or what holds if the act is not possible now.
func (h *Handlers) askOfEnd(c echo.Context, status int, m models.Membership, act models.LifecycleAct,
	ask func(layout.Request, pages.EndVersionProps) templ.Component, typed string, errs ui.Errors) error {
	row, err := h.teamVersion(c, m)
	if err != nil {
		return err
	}
	if !row.Version.Allows(act, h.Clock.Now()) {
		return h.lifecycleDone(c, m, row, models.ErrConflict, "")
	}
	l, err := h.lifecycle(c, row)
	if err != nil {
		return err
	}
	who, err := h.callers(c, m, row)
	if err != nil {
		return err
	}
	_, all, err := h.store.CountAcknowledged(ctx(c), row.API.ID, row.Version.ID)
	if err != nil {
		return err
	}
	return page.Render(c, status, ask(h.teamRequest(c, m), pages.EndVersionProps{
		Lifecycle: l, Callers: who, Subscribers: all, Confirm: typed, Errors: errs,
	}))
}
