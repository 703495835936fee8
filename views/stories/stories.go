// Package stories shows every page in its important states, drawn from sample props alone. The same list is what the
// tests read through, what is looked at while a page is made (at /_stories, in development only), and what screenshots
// are taken of.
package stories

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"github.com/faregate/faregate/static"
	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/web/paths"
)

// Story is one page in one state.
type Story struct {
	Name      string // "wallet", "wallet-empty": the page's stem, a dash, the state
	Component templ.Component
}

// All is every story in the reader's own theme.
func All() []Story { return In(layout.ThemeSystem) }

// In is every story in a theme.
func In(theme layout.Theme) []Story {
	var all []Story
	for _, group := range []func(layout.Theme) []Story{public, reference, try, signedIn, teams, limits, money, provider, releases, plansOf, webhooks, notifications, admin, announcements, signOn, health, audit, users, refusals, tokens} {
		all = append(all, group(theme)...)
	}
	return all
}

// Handler serves the list at /_stories and each story below it; ?theme=dark or light chooses a theme. assets serves
// /static/. It sends the policy of the real pages, so that what the policy forbids is seen here first.
func Handler(assets http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+static.Prefix, assets)
	mux.HandleFunc("GET "+paths.Stories, func(w http.ResponseWriter, r *http.Request) {
		serve(w, r, index(base(layout.ThemeSystem), All()))
	})
	mux.HandleFunc("GET "+paths.Stories+"/{name}", func(w http.ResponseWriter, r *http.Request) {
		for _, s := range In(layout.Theme(r.URL.Query().Get("theme"))) {
			if s.Name == r.PathValue("name") {
				serve(w, r, s.Component)
				return
			}
		}
		http.NotFound(w, r)
	})
	return mux
}

// Policy is the content security policy of the portal's pages for one nonce.
func Policy(nonce string) string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'nonce-" + nonce + "'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
		"font-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
	}, "; ")
}

func serve(w http.ResponseWriter, r *http.Request, c templ.Component) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", Policy(nonce))
	if err := c.Render(r.Context(), w); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}
