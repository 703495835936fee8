package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// ShowRevokeKey says what revoking will break, and asks.
func (h *Handlers) ShowRevokeKey(c echo.Context, m models.Membership) error {
	key, err := h.store.TeamKey(ctx(c), m.Team.ID, c.Param("key"))
	if err != nil {
		return err
	}
	return h.askToRevoke(c, http.StatusOK, m, key, "", nil)
}

// RevokeKey ends a key for good once its label was typed. Calls with it get 401 before the next page is shown.
func (h *Handlers) RevokeKey(c echo.Context, m models.Membership) error {
	key, err := h.store.TeamKey(ctx(c), m.Team.ID, c.Param("key"))
	if err != nil {
		return err
	}
	if typed := c.FormValue("confirm"); !same(typed, key.Name) {
		return h.askToRevoke(c, http.StatusUnprocessableEntity, m, key, typed, ui.Errors{"confirm": "This is not the key's label. Type " + key.Name + "."})
	}
	if err := h.store.RevokeKey(ctx(c), actor(c), m.Team.ID, key.ID); err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "“"+key.Name+"” is revoked. Calls with it get 401 from now on."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Keys(m.Team.Slug))
}

func (h *Handlers) askToRevoke(c echo.Context, status int, m models.Membership, key models.Key, typed string, errors ui.Errors) error {
	today := h.Clock.Now().Truncate(24 * time.Hour)
	use, err := h.store.KeyUse(ctx(c), m.Team.ID, []models.Key{key}, today)
	if err != nil {
		return err
	}
	return page.Render(c, status, pages.RevokeKey(h.site.Request(c), pages.RevokeKeyProps{
		ID: key.ID, Label: key.Name, Display: key.Hint, LastUsed: lastUsed(use[key.ID]), CallsToday: use[key.ID].Calls,
		Confirm: typed, Errors: errors,
	}))
}
