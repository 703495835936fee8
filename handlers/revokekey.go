package handlers

import (
	"net/http"

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
	use, err := h.recentUse(c, m, key)
	if err != nil {
		return err
	}
	owners, err := h.store.UserNames(ctx(c), []string{key.UserID})
	if err != nil {
		return err
	}
	return page.Render(c, status, pages.RevokeKey(h.teamRequest(c, m), pages.RevokeKeyProps{
		ID: key.ID, Label: key.Name, Display: key.Hint, Owner: owners[key.UserID], Use: use, Confirm: typed, Errors: errors,
	}))
}
