package gateway

import (
	"net"
	"net/http"
	"net/textproto"
	"strings"
)

// hopByHop are the fields that belong to one connection and are never passed on (RFC 9110 section 7.6.1), beside those
// that Connection names.
var hopByHop = []string{
	"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization",
	"Te", "Trailer", "Transfer-Encoding", "Upgrade",
}

// removeHopByHop takes them out.
func removeHopByHop(h http.Header) {
	for _, line := range h["Connection"] {
		for name := range strings.SplitSeq(line, ",") {
			if name = textproto.TrimString(name); name != "" {
				h.Del(name)
			}
		}
	}
	for _, name := range hopByHop {
		h.Del(name)
	}
}

// ownPrefix marks the fields that are ours in both directions: neither callers nor upstreams may set them.
const ownPrefix = "Faregate-"

func removeOwn(h http.Header) {
	for name := range h {
		if strings.HasPrefix(name, ownPrefix) {
			delete(h, name)
		}
	}
}

// ownCookie says whether a cookie is the portal's. A browser on the portal's host sends them along, and an upstream must
// neither see nor replace them.
func ownCookie(name string) bool {
	return strings.HasPrefix(name, "faregate") || strings.HasPrefix(name, "__Host-faregate") || strings.HasPrefix(name, "__Secure-faregate")
}

// requestHeader is what of the caller's header goes to the upstream.
func (c *call) requestHeader() http.Header {
	h := c.r.Header.Clone()
	trailers := strings.Contains(strings.ToLower(h.Get("Te")), "trailers")
	removeHopByHop(h)
	removeOwn(h)
	h.Del("X-Api-Key")
	h.Del("Expect") // our server answers 100 when the body is first read
	if c.credential.inAuthorization {
		h.Del("Authorization")
	}
	if trailers {
		h.Set("Te", "trailers")
	}
	removeRequestCookies(h)
	c.setForwarded(h)
	if _, ok := h["User-Agent"]; !ok {
		h["User-Agent"] = nil // or net/http puts in its own
	}
	h.Set("Faregate-Request-Id", c.id.String())
	return h
}

// setForwarded tells the upstream who called, in place of whatever the caller claimed about that.
func (c *call) setForwarded(h http.Header) {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Real-Ip"} {
		h.Del(name)
	}
	if host, _, err := net.SplitHostPort(c.r.RemoteAddr); err == nil {
		h.Set("X-Forwarded-For", host)
	}
	h.Set("X-Forwarded-Host", c.r.Host)
	h.Set("X-Forwarded-Proto", "http")
	if c.r.TLS != nil || strings.HasPrefix(c.g.PublicURL, "https:") {
		h.Set("X-Forwarded-Proto", "https")
	}
	h.Add("Via", "1.1 faregate")
}

func removeRequestCookies(h http.Header) {
	lines := h["Cookie"]
	if len(lines) == 0 || !strings.Contains(strings.Join(lines, ";"), "faregate") {
		return
	}
	var kept []string
	for _, line := range lines {
		for pair := range strings.SplitSeq(line, ";") {
			if name, _, _ := strings.Cut(textproto.TrimString(pair), "="); name != "" && !ownCookie(name) {
				kept = append(kept, textproto.TrimString(pair))
			}
		}
	}
	h.Del("Cookie")
	if len(kept) > 0 {
		h.Set("Cookie", strings.Join(kept, "; "))
	}
}

// dropped are the fields by which an upstream would change how browsers treat the portal's whole origin.
var dropped = []string{"Clear-Site-Data", "Strict-Transport-Security", "Alt-Svc", "Service-Worker-Allowed"}

// copyResponseHeader passes the upstream's header on to the caller, without what is not the upstream's to say.
func (c *call) copyResponseHeader(from http.Header) {
	h := c.w.Header()
	removeHopByHop(from)
	removeOwn(from)
	for _, name := range dropped {
		from.Del(name)
	}
	for name, values := range from {
		if name == "Set-Cookie" {
			values = foreignCookies(values)
		}
		if len(values) > 0 {
			h[name] = values
		}
	}
	h.Set("X-Content-Type-Options", "nosniff")
	if isHTML(h.Get("Content-Type")) {
		h.Set("Content-Security-Policy", "sandbox") // an upstream's page must not act as the portal's
	}
	h["Cache-Control"] = []string{privately(h.Values("Cache-Control"))}
	h.Add("Vary", "Authorization, X-API-Key")
	h.Set("Faregate-Origin", "upstream")
	h.Set("Faregate-Price", nano(c.decision.Price))
}

func isHTML(contentType string) bool {
	contentType = strings.ToLower(contentType)
	return strings.HasPrefix(contentType, "text/html") || strings.HasPrefix(contentType, "application/xhtml")
}

func foreignCookies(lines []string) []string {
	var kept []string
	for _, line := range lines {
		if name, _, _ := strings.Cut(line, "="); !ownCookie(textproto.TrimString(name)) {
			kept = append(kept, line)
		}
	}
	return kept
}

// privately makes sure that no shared cache hands a paid answer to somebody else: the protection that RFC 9111 section
// 3.5 gives to requests with Authorization does not reach those with X-API-Key.
func privately(lines []string) string {
	kept := []string{}
	for _, line := range lines {
		for directive := range strings.SplitSeq(line, ",") {
			directive = textproto.TrimString(directive)
			name, _, _ := strings.Cut(strings.ToLower(directive), "=")
			switch name {
			case "no-store":
				return "no-store"
			case "", "public", "private", "s-maxage":
			default:
				kept = append(kept, directive)
			}
		}
	}
	return strings.Join(append([]string{"private"}, kept...), ", ")
}
