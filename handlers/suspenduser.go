package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
)

// ShowSuspendUser says what suspending a user means, and asks.
func (h *Handlers) ShowSuspendUser(c echo.Context) error {
	user, err := h.store.User(ctx(c), c.Param("user"))
	if err != nil {
		return err
	}
	return h.askToSuspend(c, http.StatusOK, user, nil)
}

// SuspendUser keeps a user out of the portal.
func (h *Handlers) SuspendUser(c echo.Context) error {
	user, err := h.store.User(ctx(c), c.Param("user"))
	if err != nil {
		return err
	}
	revoke := c.FormValue("keys") == "revoke"
	err = h.store.SuspendUser(ctx(c), actor(c), user.ID, revoke)
	if invalid, bad := isInvalid(err); bad {
		return h.askToSuspend(c, http.StatusUnprocessableEntity, user, errorsOf(invalid))
	}
	if err != nil {
		return err
	}
	text := user.Name + " is suspended and signed out. The keys and tokens that they made for teams go on."
	if revoke {
		text = user.Name + " is suspended and signed out, and the keys and tokens that they made for teams are revoked."
	}
	return h.doneWithUser(c, user, text)
}

// ReactivateUser lets a suspended user in again.
func (h *Handlers) ReactivateUser(c echo.Context) error {
	user, err := h.store.User(ctx(c), c.Param("user"))
	if err != nil {
		return err
	}
	if err := h.store.ReactivateUser(ctx(c), actor(c), user.ID); err != nil {
		return err
	}
	return h.doneWithUser(c, user, user.Name+" can sign in again.")
}

func (h *Handlers) askToSuspend(c echo.Context, status int, user models.User, errors ui.Errors) error {
	facts, err := h.store.UserFacts(ctx(c), user.ID)
	if err != nil {
		return err
	}
	teams, err := h.store.UserTeams(ctx(c), user.ID)
	if err != nil {
		return err
	}
	props := pages.SuspendUserProps{
		ID: user.ID, Name: user.Name, Email: user.Email, Sessions: int64(facts.Sessions), Keys: int64(facts.Keys), Tokens: int64(facts.TeamTokens), Revoke: c.FormValue("keys") == "revoke", Errors: errors,
	}
	for _, t := range teams {
		if onlyOwner(user, t) {
			props.Ownerless = append(props.Ownerless, t.Team.Name)
		}
	}
	return page.Render(c, status, pages.SuspendUser(h.site.Request(c), props))
}
