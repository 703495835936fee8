package handlers

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/handlers/tryit"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/seal"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// tryPatience is how long the console waits: longer for the header than the gateway waits for an upstream unless its provider
// says otherwise, and from there as long as somebody likes to look at a stream.
var tryPatience = tryit.Patience{Header: 70 * time.Second, Body: 15 * time.Second}

// Try sends any request to a version, and shows what comes back.
func (h *Handlers) Try(c echo.Context) error {
	t, err := h.try(c)
	if err != nil {
		return err
	}
	return h.sendTry(c, t)
}

// TryOperation sends an operation, and shows what comes back.
func (h *Handlers) TryOperation(c echo.Context) error {
	t, err := h.tryOperation(c)
	if err != nil {
		return err
	}
	return h.sendTry(c, t)
}

// sendTry calls the gateway as the chosen key, if the viewer may use that, and draws the console with the answer. That they may
// is asked here and now; the token that says so works for seal.ConsoleLife.
func (h *Handlers) sendTry(c echo.Context, t *try) (err error) {
	if t.typed, err = c.FormParams(); err != nil {
		return err
	}
	if t.build(); !t.sends() {
		return h.tryPage(c, http.StatusOK, t)
	}
	key, err := h.triedKey(c, t.typed.Get("key"))
	if errors.Is(err, models.ErrNotFound) {
		t.errors["key"] = "Choose one of the keys that are listed here."
	} else if err != nil {
		return err
	}
	if len(t.errors) > 0 {
		return h.tryPage(c, http.StatusUnprocessableEntity, t)
	}
	request, err := h.callAs(c, key, t)
	if err != nil {
		return err
	}
	t.answer = h.tryAnswer(c, tryit.Send(h.Gateway, request, tryPatience))
	return h.tryPage(c, http.StatusOK, t)
}

// callAs is the request as the gateway would read it of somebody at the viewer's address who has the key.
func (h *Handlers) callAs(c echo.Context, key models.Key, t *try) (*http.Request, error) {
	base, err := url.Parse(h.PublicURL)
	if err != nil {
		return nil, err
	}
	request, err := t.request.At(ctx(c), base, paths.Invoke(t.row.API.Slug, t.row.Version.Name, ""), net.JoinHostPort(c.RealIP(), "0"))
	if err != nil {
		return nil, err
	}
	grant := seal.ConsoleGrant{KeyID: key.ID, UserID: page.ViewerOf(c).User.ID, APIID: t.row.API.ID}
	request.Header.Set("X-API-Key", h.Console.Mint(grant, h.Clock.Now()))
	return request, nil
}

// triedKey is the key of the viewer's team with the id, if they may call with it from the console: models.ErrNotFound if there
// is none, models.ErrForbidden if they may not.
func (h *Handlers) triedKey(c echo.Context, id string) (models.Key, error) {
	v := page.ViewerOf(c)
	if !v.HasTeam() {
		return models.Key{}, models.ErrForbidden
	}
	key, err := h.store.TeamKey(ctx(c), v.Current.Team.ID, id)
	if err == nil && !v.Current.Role.MayTry(key.UserID == v.User.ID) {
		err = models.ErrForbidden
	}
	return key, err
}
