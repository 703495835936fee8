package handlers

import (
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// The values of the field "for".
const (
	forEverybody = "everybody"
	forSignedIn  = "signed-in"
)

// ShowNewAnnouncement is the form for a new announcement.
func (h *Handlers) ShowNewAnnouncement(c echo.Context) error {
	form := pages.AnnouncementForm{Tone: string(models.AnnouncementInfo), For: forEverybody}
	return page.Render(c, http.StatusOK, pages.NewAnnouncement(h.site.Request(c), form))
}

// NewAnnouncement announces something.
func (h *Handlers) NewAnnouncement(c echo.Context) error {
	n, form := h.announcementForm(c)
	if len(form.Errors) == 0 {
		err := h.store.Announce(ctx(c), actor(c), n)
		invalid, bad := isInvalid(err)
		switch {
		case err == nil:
			return h.announced(c, n)
		case !bad:
			return err
		}
		form.Errors = errorsOf(invalid)
	}
	return page.Render(c, http.StatusUnprocessableEntity, pages.NewAnnouncement(h.site.Request(c), form))
}

// ShowEditAnnouncement is the form for an announcement that is shown or to come.
func (h *Handlers) ShowEditAnnouncement(c echo.Context) error {
	a, err := h.store.OpenAnnouncement(ctx(c), c.Param("announcement"))
	if err != nil {
		return err
	}
	form := pages.AnnouncementForm{
		ID: a.ID, Title: a.Title, Text: a.Text, Tone: string(a.Tone), For: forEverybody,
		From: a.StartsAt.UTC().Format(localTime), Until: a.EndsAt.UTC().Format(localTime),
	}
	if a.SignedInOnly {
		form.For = forSignedIn
	}
	return page.Render(c, http.StatusOK, pages.EditAnnouncement(h.site.Request(c), form))
}

// EditAnnouncement changes one.
func (h *Handlers) EditAnnouncement(c echo.Context) error {
	a, err := h.store.OpenAnnouncement(ctx(c), c.Param("announcement"))
	if err != nil {
		return err
	}
	n, form := h.announcementForm(c)
	form.ID = a.ID
	if len(form.Errors) == 0 {
		err := h.store.EditAnnouncement(ctx(c), actor(c), a.ID, n)
		invalid, bad := isInvalid(err)
		switch {
		case err == nil:
			return h.announced(c, n)
		case !bad:
			return err
		}
		form.Errors = errorsOf(invalid)
	}
	return page.Render(c, http.StatusUnprocessableEntity, pages.EditAnnouncement(h.site.Request(c), form))
}

// announcementForm reads what somebody typed, with everything that is wrong with it.
func (h *Handlers) announcementForm(c echo.Context) (models.NewAnnouncement, pages.AnnouncementForm) {
	form := pages.AnnouncementForm{
		Title: c.FormValue("title"), Text: c.FormValue("text"), Tone: c.FormValue("tone"), For: c.FormValue("for"),
		From: c.FormValue("from"), Until: c.FormValue("until"),
	}
	n := models.NewAnnouncement{Title: form.Title, Text: form.Text, Tone: models.AnnouncementTone(form.Tone), SignedInOnly: form.For == forSignedIn}
	unread := models.Invalid{}
	n.From, n.Until = minuteOf(form.From, "from", unread), minuteOf(form.Until, "until", unread)
	unread.Check(form.For == forEverybody || form.For == forSignedIn, "for", "Choose whom it is for.")
	invalid, _ := isInvalid(n.Validate(h.Clock.Now()))
	if invalid == nil {
		invalid = models.Invalid{}
	}
	maps.Copy(invalid, unread)
	form.Errors = errorsOf(invalid)
	return n, form
}

// minuteOf reads a date and time in UTC. The zero value is an empty field, or one that cannot be read, which is noted.
func minuteOf(text, field string, bad models.Invalid) time.Time {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(localTime, text)
	bad.Check(err == nil, field, "Write date and time like 2027-01-31T09:00.")
	return at
}

func (h *Handlers) announced(c echo.Context, n models.NewAnnouncement) error {
	said := "“" + n.Title + "” is shown now."
	if n.From.After(h.Clock.Now()) {
		said = "“" + n.Title + "” is shown from " + ui.Clock{}.Exact(n.From) + "."
	}
	if err := h.site.Flash(c, ui.Positive, said); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, paths.AdminAnnouncements)
}
