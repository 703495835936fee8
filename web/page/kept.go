package page

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// Keep has the browser keep a value for a while, which every page of ours is sent with. What others must not read or make up
// is sealed by the caller. Another value of the name takes its place.
func (s *Site) Keep(c echo.Context, name, value string, life time.Duration) {
	c.SetCookie(s.kept(name, value, int(life/time.Second)))
}

// Kept is what the browser keeps under a name, "" if it keeps nothing.
func (s *Site) Kept(c echo.Context, name string) string { return cookie(c, s.keptName(name)) }

// Forget has the browser drop what it keeps under a name.
func (s *Site) Forget(c echo.Context, name string) { c.SetCookie(s.kept(name, "", -1)) }

// kept is the cookie. Lax, not Strict: it has to come back from another site, too.
func (s *Site) kept(name, value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: s.keptName(name), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.sessions.secure, SameSite: http.SameSiteLaxMode,
	}
}

// keptName has the prefix that makes browsers refuse the cookie from anyone but this very host over TLS.
func (s *Site) keptName(name string) string {
	if s.sessions.secure {
		return "__Host-faregate_" + name
	}
	return "faregate_" + name
}
