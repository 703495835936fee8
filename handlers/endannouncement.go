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

// ShowEndAnnouncement asks before an announcement is ended or called off.
func (h *Handlers) ShowEndAnnouncement(c echo.Context) error {
	a, err := h.store.OpenAnnouncement(ctx(c), c.Param("announcement"))
	if err != nil {
		return err
	}
	toCome := a.Standing(h.Clock.Now()) == models.AnnouncementToCome
	return page.Render(c, http.StatusOK, pages.EndAnnouncement(h.site.Request(c), pages.EndAnnouncementProps{ID: a.ID, Title: a.Title, ToCome: toCome}))
}

// EndAnnouncement ends one now.
func (h *Handlers) EndAnnouncement(c echo.Context) error {
	a, err := h.store.OpenAnnouncement(ctx(c), c.Param("announcement"))
	if err != nil {
		return err
	}
	if err := h.store.EndAnnouncement(ctx(c), actor(c), a.ID); err != nil {
		return err
	}
	if err := h.site.Flash(c, ui.Positive, "“"+a.Title+"” is over."); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.AdminAnnouncements)
}
