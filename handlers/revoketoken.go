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

// ShowRevokePersonalToken says what revoking one of the viewer's tokens will break, and asks.
func (h *Handlers) ShowRevokePersonalToken(c echo.Context) error {
	return h.showRevokeToken(c, ownTokens(c))
}

// RevokePersonalToken ends it for good, once its name was typed.
func (h *Handlers) RevokePersonalToken(c echo.Context) error { return h.revokeToken(c, ownTokens(c)) }

// ShowRevokeTeamToken says what revoking a team's token will break, and asks.
func (h *Handlers) ShowRevokeTeamToken(c echo.Context, m models.Membership) error {
	return h.showRevokeToken(c, teamTokens(m))
}

// RevokeTeamToken ends it for good, once its name was typed.
func (h *Handlers) RevokeTeamToken(c echo.Context, m models.Membership) error {
	return h.revokeToken(c, teamTokens(m))
}

func (h *Handlers) showRevokeToken(c echo.Context, p tokenPlace) error {
	token, err := h.store.Token(ctx(c), p.owner, c.Param("token"))
	if err != nil {
		return err
	}
	return h.askToRevokeToken(c, http.StatusOK, p, token, "", nil)
}

func (h *Handlers) revokeToken(c echo.Context, p tokenPlace) error {
	token, err := h.store.Token(ctx(c), p.owner, c.Param("token"))
	if err != nil {
		return err
	}
	if typed := c.FormValue("confirm"); !same(typed, token.Name) {
		return h.askToRevokeToken(c, http.StatusUnprocessableEntity, p, token, typed, ui.Errors{"confirm": "This is not the token's name. Type " + token.Name + "."})
	}
	if err := h.store.RevokeToken(ctx(c), actor(c), p.owner, token.ID); err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "“"+token.Name+"” is revoked. Requests with it get 401 from now on."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Tokens(p.team.Team.Slug))
}

func (h *Handlers) askToRevokeToken(c echo.Context, status int, p tokenPlace, token models.APIToken, typed string, errors ui.Errors) error {
	return page.Render(c, status, pages.RevokeToken(h.tokenRequest(c, p), pages.RevokeTokenProps{
		TokenPlace: p.props(), ID: token.ID, Name: token.Name, Display: token.Hint, LastUsed: timeOr(token.LastUsedAt), Confirm: typed, Errors: errors,
	}))
}
