package page

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/layout"
)

// The reader's own settings live in cookies: they matter to one browser, and visitors have them too.
const (
	themeCookie         = "faregate_theme"
	teamCookie          = "faregate_team"          // the slug of the team that was looked at last
	announcementsCookie = "faregate_announcements" // those that were put away
	settingsLife        = 365 * 24 * time.Hour
)

// SetTheme keeps the choice of light or dark; anything else means the system's.
func (s *Site) SetTheme(c echo.Context, theme string) {
	s.set(c, themeCookie, string(themeNamed(theme)))
}

func themeNamed(name string) layout.Theme {
	switch theme := layout.Theme(name); theme {
	case layout.ThemeLight, layout.ThemeDark:
		return theme
	}
	return layout.ThemeSystem
}

// SetTeam makes a team the one that the page is about, and the one to come back to.
func (s *Site) SetTeam(c echo.Context, m models.Membership) {
	ViewerOf(c).Current = m
	if cookie(c, teamCookie) != m.Team.Slug {
		s.set(c, teamCookie, m.Team.Slug)
	}
}

// lastTeam is the team that the viewer looked at last, or else their first.
func lastTeam(c echo.Context, v *Viewer) models.Membership {
	if m, ok := v.MemberOf(cookie(c, teamCookie)); ok {
		return m
	}
	if len(v.Memberships) > 0 {
		return v.Memberships[0]
	}
	return models.Membership{}
}

func (s *Site) set(c echo.Context, name, value string) {
	c.SetCookie(&http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(settingsLife / time.Second),
		HttpOnly: true, Secure: s.sessions.secure, SameSite: http.SameSiteLaxMode,
	})
}

func cookie(c echo.Context, name string) string {
	kept, err := c.Cookie(name)
	if err != nil {
		return ""
	}
	return kept.Value
}
