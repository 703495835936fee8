package page

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/ui"
)

// Announcements is where administrators' notices are kept. Package store implements it.
type Announcements interface {
	// OpenAnnouncements lists those that are shown and to come, few enough to be remembered.
	OpenAnnouncements(ctx context.Context) ([]models.Announcement, error)
}

// board remembers the open announcements, so that no page reads them from the database. It is safe for concurrent use.
type board struct {
	mu   sync.Mutex
	read bool
	open []models.Announcement // never written to once it is here
}

// announcements returns those that are shown and to come. Without the database there are none: a page is worth more than what
// stands on top of it.
func (s *Site) announcements(ctx context.Context) []models.Announcement {
	// The lock is held while they are read: a change that comes meanwhile forgets them afterwards, and nothing old is kept.
	s.board.mu.Lock()
	defer s.board.mu.Unlock()
	if s.board.read {
		return s.board.open
	}
	open, err := s.Announcements.OpenAnnouncements(ctx)
	if err != nil {
		s.log.WarnContext(ctx, "cannot read the announcements", "err", err)
		return nil
	}
	s.board.open, s.board.read = open, true
	return open
}

// AnnouncementsChanged forgets the announcements that were read; the next page reads them anew.
func (s *Site) AnnouncementsChanged() {
	s.board.mu.Lock()
	defer s.board.mu.Unlock()
	s.board.open, s.board.read = nil, false
}

// announced is what stands on top of a page for its viewer.
func (s *Site) announced(c echo.Context) []layout.Announcement {
	shown := models.ShownAnnouncements(s.announcements(c.Request().Context()), s.Clock.Now(), ViewerOf(c).SignedIn(), putAway(c.Request()))
	banners := make([]layout.Announcement, len(shown))
	for i, a := range shown {
		banners[i] = layout.Announcement{ID: a.ID, Title: a.Title, Text: a.Text, Tone: ToneOf(a.Tone)}
	}
	return banners
}

// ToneOf is how an announcement's tone looks.
func ToneOf(t models.AnnouncementTone) ui.Tone {
	if t == models.AnnouncementAttention {
		return ui.Attention
	}
	return ui.Info
}

// The cookie holds ids with a dot between them, which no id has.
const betweenIDs = "."

// PutAway keeps an announcement from the pages of this browser. What is over is not remembered any longer, and what is no
// announcement is not remembered at all, so the cookie stays small.
func (s *Site) PutAway(c echo.Context, id string) {
	before := putAway(c.Request())
	var ids []string
	for _, a := range s.announcements(c.Request().Context()) {
		if a.Standing(s.Clock.Now()) != models.AnnouncementOver && (a.ID == id || slices.Contains(before, a.ID)) {
			ids = append(ids, a.ID)
		}
	}
	if len(ids) > 0 {
		s.set(c, announcementsCookie, strings.Join(ids, betweenIDs))
	}
}

// putAway are the announcements that this browser does not show any more.
func putAway(r *http.Request) []string {
	kept, err := r.Cookie(announcementsCookie)
	if err != nil {
		return nil
	}
	return strings.Split(kept.Value, betweenIDs)
}
