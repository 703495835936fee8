package sandbox

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

//go:embed checkout.html
var pageFiles embed.FS

//go:embed checkout.css
var stylesheet []byte

// stylesheetPath changes with the content, so that the file can be kept by browsers for good.
var stylesheetPath = "/assets/checkout-" + contentHash(stylesheet) + ".css"

func contentHash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:6])
}

func parsePages() *template.Template {
	return template.Must(template.ParseFS(pageFiles, "checkout.html"))
}

func serveStylesheet(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(stylesheet)
}

// show renders a view that a transaction made, unless the transaction could not be written.
func (s *Sandbox) show(w http.ResponseWriter, v view, failed error) {
	if failed != nil {
		s.cfg.Logger.Error("sandbox: a page failed", "error", failed)
		v = noticeView(http.StatusInternalServerError, noticePage{Title: "The sandbox could not save this",
			Text: "Nothing was paid. Try again in a moment; the log says what is wrong."})
	}
	var body bytes.Buffer
	if v.template != "" {
		err := s.pages.ExecuteTemplate(&body, v.template, struct {
			Title, Stylesheet string
			Page              any
		}{v.title, s.base.Path + stylesheetPath, v.data})
		if err != nil {
			s.cfg.Logger.Error("sandbox: a page cannot be rendered", "template", v.template, "error", err)
			http.Error(w, "The page cannot be shown.", http.StatusInternalServerError)
			return
		}
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", policy(v.seller))
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	if v.redirect != "" {
		h.Set("Location", v.redirect)
	}
	w.WriteHeader(v.status)
	_, _ = w.Write(body.Bytes())
}

// policy allows the stylesheet and the form, and nothing else. The seller's origin stands beside the page's own because
// browsers hold the redirect after the payment against form-action, too.
func policy(seller string) string {
	actions := "'self'"
	if u, err := url.Parse(seller); err == nil && u.Host != "" {
		actions += " " + u.Scheme + "://" + u.Host
	}
	return strings.Join([]string{
		"default-src 'none'", "style-src 'self'", "img-src data:", "form-action " + actions, "frame-ancestors 'none'",
		"base-uri 'none'",
	}, "; ")
}
