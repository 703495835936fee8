package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

type sessionStore interface {
	SessionsOf(ctx context.Context, userID string) ([]models.Session, error)
	// EndSession is models.ErrNotFound if the user has no session with the id.
	EndSession(ctx context.Context, actor models.Actor, userID, id string) error
	EndOtherSessions(ctx context.Context, actor models.Actor, userID, keep string) (ended int64, err error)
}

// sessionRows are the viewer's sessions as their account lists them.
func (h *Handlers) sessionRows(c echo.Context) ([]pages.SessionRow, error) {
	v := page.ViewerOf(c)
	sessions, err := h.store.SessionsOf(ctx(c), v.User.ID)
	if err != nil {
		return nil, err
	}
	as, err := h.store.UserNames(ctx(c), idsOf(sessions, func(s models.Session) string { return s.ActsAs(h.Clock.Now()) }))
	rows := make([]pages.SessionRow, len(sessions))
	for i, s := range sessions {
		rows[i] = pages.SessionRow{ID: s.ID, Browser: s.Browser, Address: s.Address, Since: s.CreatedAt, Seen: s.SeenAt, This: s.ID == v.Session.ID, As: as[s.ActsAs(h.Clock.Now())]}
	}
	return rows, err
}

// EndSession ends one of the viewer's sessions; what it opens next is the sign-in form.
func (h *Handlers) EndSession(c echo.Context) error {
	tone, text := ui.Positive, "That session is ended."
	err := h.store.EndSession(ctx(c), actor(c), page.ViewerOf(c).User.ID, c.Param("session"))
	if errors.Is(err, models.ErrNotFound) {
		tone, text, err = ui.Info, "That session was over already.", nil
	}
	if err != nil {
		return err
	}
	return h.toAccount(c, tone, text)
}

// EndOtherSessions ends all of the viewer's sessions but this one.
func (h *Handlers) EndOtherSessions(c echo.Context) error {
	v := page.ViewerOf(c)
	ended, err := h.store.EndOtherSessions(ctx(c), actor(c), v.User.ID, v.Session.ID)
	if err != nil {
		return err
	}
	if ended == 0 {
		return h.toAccount(c, ui.Info, "You are signed in nowhere else.")
	}
	return h.toAccount(c, ui.Positive, ui.Plural(ended, "other session")+" ended.")
}

// toAccount leads to the viewer's account with a sentence about what was done.
func (h *Handlers) toAccount(c echo.Context, tone ui.Tone, text string) error {
	if err := h.site.Flash(c, tone, text); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.Account)
}
