package web

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/web/page"
)

// protect sets the headers that tell browsers what our pages never do. Handlers may replace them.
func (p *Portal) protect(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		p.setHeaders(c.Response().Header(), page.MetaOf(c).Nonce)
		return next(c)
	}
}

func (p *Portal) setHeaders(h http.Header, nonce string) {
	h.Set("Content-Security-Policy", policy(nonce))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	if p.https {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// policy is the content security policy of our pages: only our own files, scripts only with this answer's nonce, nobody
// may frame us. It names no other host; a POST that leaves for the payment provider answers a page with a link.
func policy(nonce string) string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'nonce-" + nonce + "'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
		"font-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
	}, "; ")
}

func newNonce() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails: crypto/rand
	return base64.RawURLEncoding.EncodeToString(raw[:])
}
