package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// announcementStore is what administrators do to announcements. What changes one asks once more, in its transaction, whether
// the actor is an administrator.
type announcementStore interface {
	page.Announcements
	PastAnnouncements(ctx context.Context, page models.Page) (models.Paged[models.Announcement], error)
	// OpenAnnouncement, EditAnnouncement and EndAnnouncement are models.ErrNotFound for one that is over.
	OpenAnnouncement(ctx context.Context, id string) (models.Announcement, error)
	Announce(ctx context.Context, actor models.Actor, n models.NewAnnouncement) error
	EditAnnouncement(ctx context.Context, actor models.Actor, id string, n models.NewAnnouncement) error
	EndAnnouncement(ctx context.Context, actor models.Actor, id string) error
}

// Announcements lists what is shown now, what is to come and what is over.
func (h *Handlers) Announcements(c echo.Context) error {
	open, err := h.store.OpenAnnouncements(ctx(c))
	if err != nil {
		return err
	}
	past, err := h.store.PastAnnouncements(ctx(c), asked(c))
	if err != nil {
		return err
	}
	props := pages.AnnouncementsProps{Pager: pager(c, paths.AdminAnnouncements, past.Next)}
	for _, a := range open {
		if a.Standing(h.Clock.Now()) == models.AnnouncementToCome {
			props.ToCome = append(props.ToCome, announcementRow(a))
		} else {
			props.Shown = append(props.Shown, announcementRow(a))
		}
	}
	for _, a := range past.Rows {
		props.Over = append(props.Over, announcementRow(a))
	}
	return page.Render(c, http.StatusOK, pages.Announcements(h.site.Request(c), props))
}

func announcementRow(a models.Announcement) pages.AnnouncementRow {
	return pages.AnnouncementRow{
		ID: a.ID, Title: a.Title, Text: a.Text, Tone: page.ToneOf(a.Tone), SignedInOnly: a.SignedInOnly, From: a.StartsAt, Until: a.EndsAt,
	}
}

// PutAwayAnnouncement keeps an announcement from the pages of one browser, and leads back to where the reader was.
func (h *Handlers) PutAwayAnnouncement(c echo.Context) error {
	h.site.PutAway(c, c.Param("announcement"))
	return c.Redirect(http.StatusSeeOther, paths.Local(c.FormValue(paths.QueryNext), paths.Landing))
}
