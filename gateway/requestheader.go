package gateway

import (
	"net"
	"net/http"
	"net/netip"
	"net/textproto"
	"slices"
	"strings"
)

// keptBack says whether a field of the caller's does not go on: what belongs to the connection, what is ours to say, such as
// who called, what upgrades and expectations have rules of their own for, and what would ask for another operation.
// An underscore counts as a hyphen, for upstreams behind CGI or WSGI cannot tell one from the other.
func keptBack(name string) bool {
	name = hyphened(name)
	switch name {
	case "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Real-Ip",
		"X-Api-Key", "Expect", "Http2-Settings":
		return true
	case "X-Http-Method-Override", "X-Http-Method", "X-Method-Override", "X-Original-Url", "X-Rewrite-Url":
		// These lead an upstream that heeds them to another operation than the one in the request line, which was priced.
		return true
	}
	return hopByHop(name) || isOwn(name)
}

// hyphened is a field's name as an upstream behind CGI or WSGI reads it: there underscore and hyphen are the same, and
// X_Forwarded_For would be joined with the X-Forwarded-For that is ours.
func hyphened(name string) string {
	if strings.IndexByte(name, '_') < 0 {
		return name
	}
	return http.CanonicalHeaderKey(strings.ReplaceAll(name, "_", "-"))
}

// requestHeader is what of the caller's header goes to the upstream. Its lines are the caller's own: nobody changes them.
func (c *call) requestHeader() http.Header {
	from := c.r.Header
	h := make(http.Header, len(from)+8)
	for name, values := range from {
		if !keptBack(name) && hyphened(name) != c.route.credential.name {
			h[name] = values
		}
	}
	removeNamed(h, from["Connection"])
	if c.credential.inAuthorization {
		delete(h, "Authorization")
	}
	if te := from["Te"]; len(te) > 0 && strings.Contains(strings.ToLower(te[0]), "trailers") {
		h["Te"] = []string{"trailers"}
	}
	removeRequestCookies(h)
	c.setForwarded(h)
	if _, ok := h["User-Agent"]; !ok {
		h["User-Agent"] = nil // or net/http puts in its own
	}
	h["Faregate-Request-Id"] = c.lines.of(c.name)
	c.route.credential.send(h)
	return h
}

// setForwarded tells the upstream who called.
func (c *call) setForwarded(h http.Header) {
	if address := c.g.clientAddr(c.r); address != "" {
		h["X-Forwarded-For"] = c.lines.of(address)
	}
	h["X-Forwarded-Host"] = c.lines.of(c.r.Host)
	h["X-Forwarded-Proto"] = overHTTP
	if c.r.TLS != nil || strings.HasPrefix(c.g.PublicURL, "https:") {
		h["X-Forwarded-Proto"] = overHTTPS
	}
	if via := h["Via"]; len(via) == 0 {
		h["Via"] = c.lines.of(received(c.r))
	} else {
		h["Via"] = append(slices.Clip(via), received(c.r))
	}
}

var overHTTP, overHTTPS = []string{"http"}, []string{"https"}

// clientAddr is the address that a call came from, or nothing if it has none.
func (g *Gateway) clientAddr(r *http.Request) string {
	if g.ClientAddr != nil {
		return g.ClientAddr(r)
	}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		return host
	}
	if _, err := netip.ParseAddr(r.RemoteAddr); err == nil {
		return r.RemoteAddr
	}
	return ""
}

// received is what Via says of a request: the version of HTTP that it came in, and to whom.
func received(r *http.Request) string {
	switch {
	case r.ProtoMajor == 2:
		return "2 faregate"
	case r.ProtoAtLeast(1, 1):
		return "1.1 faregate"
	}
	return "1.0 faregate"
}

func removeRequestCookies(h http.Header) {
	lines := h["Cookie"]
	if len(lines) == 0 {
		return
	}
	var kept []string
	for _, line := range lines {
		for pair := range strings.SplitSeq(line, ";") {
			if name, _, _ := strings.Cut(pair, "="); textproto.TrimString(pair) != "" && !ownCookie(name) {
				kept = append(kept, textproto.TrimString(pair))
			}
		}
	}
	delete(h, "Cookie")
	if len(kept) > 0 {
		h["Cookie"] = []string{strings.Join(kept, "; ")}
	}
}

// forwardedTrailer is the announcement of those of the caller's trailers that go on to the upstream, their values still
// to come. credential is the field that ours is sent in.
func forwardedTrailer(from http.Header, credential string) http.Header {
	if len(from) == 0 {
		return nil
	}
	into := make(http.Header, len(from))
	for name := range from {
		if !keptBack(name) {
			into[name] = nil
		}
	}
	for _, name := range []string{"X-Api-Key", "Authorization", "Cookie", credential} {
		delete(into, name)
	}
	return into
}
