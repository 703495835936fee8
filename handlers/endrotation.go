package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// ShowEndRotation says what ending the old secret's time will break, and asks.
func (h *Handlers) ShowEndRotation(c echo.Context, m models.Membership) error {
	key, old, over, err := h.rotatingKey(c, m)
	if over || err != nil {
		return err
	}
	return page.Render(c, http.StatusOK, pages.EndRotation(h.teamRequest(c, m), pages.EndRotationProps{
		ID: key.ID, Label: key.Name, Display: key.Hint, Old: old.Hint, OldUntil: old.WorksUntil,
	}))
}

// EndRotation ends the old secret's time. Calls with it get 401 before the next page is shown.
func (h *Handlers) EndRotation(c echo.Context, m models.Membership) error {
	key, _, over, err := h.rotatingKey(c, m)
	if over || err != nil {
		return err
	}
	if err := h.store.EndRotation(ctx(c), actor(c), m.Team.ID, key.ID); err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "The old secret of “"+key.Name+"” is over. Calls with it get 401 from now on."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Keys(m.Team.Slug))
}

// rotatingKey finds the key that the address names, and its old secret. over says that only one secret works, or none, which
// was answered.
func (h *Handlers) rotatingKey(c echo.Context, m models.Membership) (key models.Key, old models.ReplacedSecret, over bool, err error) {
	if key, over, err = h.workingKey(c, m, "no secret of it works"); over || err != nil {
		return key, old, over, err
	}
	old, err = h.store.OldSecret(ctx(c), m.Team.ID, key.ID)
	if errors.Is(err, models.ErrNotFound) {
		return key, old, true, h.explain(c, http.StatusConflict, "“"+key.Name+"” is not rotating", "Only its present secret works. There is nothing to end.")
	}
	return key, old, false, err
}
