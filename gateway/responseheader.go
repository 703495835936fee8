package gateway

import (
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"github.com/faregate/faregate/models"
)

// notTheirs says whether a field is not an upstream's to say: what belongs to the connection, what is ours, and that by which
// it would change how browsers treat the portal's whole origin, or have a cache keep what Cache-Control forbids it to, such as
// CDN-Cache-Control (RFC 9213).
func notTheirs(name string) bool {
	switch name {
	case "Clear-Site-Data", "Strict-Transport-Security", "Alt-Svc", "Service-Worker-Allowed", "Nel", "Report-To", "Public-Key-Pins",
		"Expect-Ct", "Accept-Ch", "Set-Login", "Surrogate-Control":
		return true
	}
	return hopByHop(name) || isOwn(name) || strings.HasSuffix(name, "-Cache-Control")
}

// clean takes out of an upstream's header or trailer what is not the upstream's to say.
func clean(h http.Header) {
	removeNamed(h, h["Connection"])
	for name := range h {
		if notTheirs(name) {
			delete(h, name)
		}
	}
	if cookies, ok := h["Set-Cookie"]; ok {
		if cookies = foreignCookies(cookies); len(cookies) == 0 {
			delete(h, "Set-Cookie")
		} else {
			h["Set-Cookie"] = cookies
		}
	}
}

// clean is the same for the call's own upstream, whose credential must not come back either, and which does not say when the
// version ends if its provider has.
func (c *call) clean(h http.Header) {
	clean(h)
	c.route.credential.removeEcho(h)
	c.route.lifecycle.clean(h)
}

// copyResponseHeader passes the upstream's header on to the caller. It takes from over.
func (c *call) copyResponseHeader(from http.Header) {
	c.clean(from)
	h := c.w.Header()
	for name, values := range from {
		h[name] = values
	}
	if _, ok := h["Content-Type"]; !ok {
		h["Content-Type"] = nil // or net/http guesses one, and makes a page of what the upstream did not call one
	}
	h["X-Content-Type-Options"] = noSniff
	if runsScripts(h.Get("Content-Type")) {
		h.Add("Content-Security-Policy", "sandbox") // an upstream's page must not act as the portal's
	}
	h["Cache-Control"] = c.lines.of(privately(h["Cache-Control"]))
	if vary := h["Vary"]; len(vary) == 0 {
		h["Vary"] = varyByKey
	} else {
		h["Vary"] = append(slices.Clip(vary), varyByKey...)
	}
	c.servedHeader(h)
}

var noSniff, varyByKey = []string{"nosniff"}, []string{"Authorization, X-API-Key"}

// runsScripts says whether a browser that opens the answer as a page runs scripts in it: HTML, and XML, in which SVG and
// XHTML come. Without a type it is up to the browser.
func runsScripts(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(textproto.TrimString(media))
	return media == "" || media == "text/html" || strings.HasSuffix(media, "/xml") || strings.HasSuffix(media, "+xml")
}

// foreignCookies leaves out the portal's own. A cookie without a name is left out too: browsers send "=faregate_x=1" back
// as "faregate_x=1".
func foreignCookies(lines []string) []string {
	var kept []string
	for _, line := range lines {
		pair, _, _ := strings.Cut(line, ";")
		if name, _, ok := strings.Cut(pair, "="); ok && textproto.TrimString(name) != "" && !ownCookie(name) {
			kept = append(kept, line)
		}
	}
	return kept
}

// privately makes sure that no shared cache hands a paid answer to somebody else: the protection that RFC 9111 section
// 3.5 gives to requests with Authorization does not reach those with X-API-Key.
func privately(lines []string) string {
	if len(lines) == 0 {
		return "private"
	}
	kept := []string{"private"}
	for _, line := range lines {
		for line != "" {
			var directive string
			directive, line = nextDirective(line)
			name, _, _ := strings.Cut(strings.ToLower(directive), "=")
			switch textproto.TrimString(name) {
			case "no-store":
				return "no-store"
			case "", "public", "private", "s-maxage":
			default:
				kept = append(kept, directive)
			}
		}
	}
	return strings.Join(kept, ", ")
}

// nextDirective cuts a line at its first comma that is not inside quotes.
func nextDirective(line string) (directive, rest string) {
	quoted := false
	for i := range len(line) {
		switch {
		case line[i] == '"':
			quoted = !quoted
		case line[i] == ',' && !quoted:
			return textproto.TrimString(line[:i]), line[i+1:]
		}
	}
	return textproto.TrimString(line), ""
}

// announced lists the trailers that an upstream has announced and that go on to the caller.
func (c *call) announced(trailer http.Header) []string {
	c.clean(trailer)
	names := make([]string, 0, len(trailer)+1)
	for name := range trailer {
		names = append(names, name)
	}
	return names
}

// copyTrailer passes the upstream's trailers on, once they have arrived.
func (c *call) copyTrailer(from http.Header) {
	c.clean(from)
	for name, values := range from {
		c.w.Header()[http.TrailerPrefix+name] = values
	}
}

// nano writes an amount as a plain integer of nano-units.
func nano(n models.Nano) string { return strconv.FormatInt(int64(n), 10) }
