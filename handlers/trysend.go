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
	"github.com/faregate/faregate/views/ui"
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
	if t.typed, err = c.FormParams(); err != nil {
		return err
	}
	var bad tryit.Errors
	t.request, bad = tryit.Free(t.typed)
	return h.send(c, t, bad)
}

// TryOperation sends an operation, and shows what comes back. Another type of body is not sent, but shown with its example.
func (h *Handlers) TryOperation(c echo.Context) error {
	t, err := h.tryOperation(c)
	if err != nil {
		return err
	}
	if t.typed, err = c.FormParams(); err != nil {
		return err
	}
	if t.typed.Get("do") == "type" {
		fresh := begun(t.form, t.typed.Get(tryit.FieldType))
		for _, name := range []string{tryit.FieldType, tryit.FieldBody} {
			t.typed[name] = fresh[name]
		}
		t.request, _ = t.form.Build(t.typed)
		return h.tryPage(c, http.StatusOK, t)
	}
	var bad tryit.Errors
	t.request, bad = t.form.Build(t.typed)
	return h.send(c, t, bad)
}

// send calls the gateway as the chosen key, if the viewer may use that, and draws the console with the answer. That they may is
// asked here and now; the token that says so works for seal.ConsoleLife.
func (h *Handlers) send(c echo.Context, t *try, bad tryit.Errors) error {
	key, err := h.triedKey(c, t.typed.Get("key"))
	if errors.Is(err, models.ErrNotFound) {
		bad["key"] = "Choose one of the keys that are listed here."
	} else if err != nil {
		return err
	}
	if len(bad) > 0 {
		t.errors = ui.Errors(bad)
		return h.tryPage(c, http.StatusUnprocessableEntity, t)
	}
	base, err := url.Parse(h.PublicURL)
	if err != nil {
		return err
	}
	request, err := t.request.At(ctx(c), base, paths.Invoke(t.row.API.Slug, t.row.Version.Name, ""), net.JoinHostPort(c.RealIP(), "0"))
	if err != nil {
		return err
	}
	user := page.ViewerOf(c).User
	request.Header.Set("X-API-Key", h.Console.Mint(seal.ConsoleGrant{KeyID: key.ID, UserID: user.ID, APIID: t.row.API.ID}, h.Clock.Now()))
	t.answer = h.tryAnswer(c, tryit.Send(h.Gateway, request, tryPatience))
	return h.tryPage(c, http.StatusOK, t)
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
