package page

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// Keep has the browser keep a value for a while, which every page of ours is sent with. What others must not read or make up
// is sealed by the caller. Another value of the name takes its place. It is sent, too, when somebody comes back from another site.
func (s *Site) Keep(c echo.Context, name, value string, life time.Duration) {
	c.SetCookie(s.kept(name, value, int(life/time.Second)))
}

// KeepHere is Keep for what our own pages alone send back.
func (s *Site) KeepHere(c echo.Context, name, value string, life time.Duration) {
	kept := s.kept(name, value, int(life/time.Second))
	kept.SameSite = http.SameSiteStrictMode
	c.SetCookie(kept)
}

// Kept is what the browser keeps under a name, "" if it keeps nothing.
func (s *Site) Kept(c echo.Context, name string) string {
	return cookie(c, s.sessions.cookieName(name))
}

// Forget has the browser drop what it keeps under a name.
func (s *Site) Forget(c echo.Context, name string) { c.SetCookie(s.kept(name, "", -1)) }

func (s *Site) kept(name, value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: s.sessions.cookieName(name), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.sessions.secure, SameSite: http.SameSiteLaxMode,
	}
}
