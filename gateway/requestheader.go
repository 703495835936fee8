package gateway

import (
	"net"
	"net/http"
	"net/netip"
	"net/textproto"
	"strings"
)

// forwardedBy are the fields in which proxies say who called. What the caller claims there is replaced.
var forwardedBy = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Real-Ip"}

// requestHeader is what of the caller's header goes to the upstream.
func (c *call) requestHeader() http.Header {
	h := c.r.Header.Clone()
	trailers := strings.Contains(strings.ToLower(h.Get("Te")), "trailers")
	removeHopByHop(h)
	removeOwn(h)
	delete(h, "X-Api-Key")
	delete(h, "Expect")         // see forwardExpect
	delete(h, "Http2-Settings") // belongs to an upgrade that is not passed on
	if c.credential.inAuthorization {
		delete(h, "Authorization")
	}
	if trailers {
		h["Te"] = []string{"trailers"}
	}
	removeRequestCookies(h)
	c.setForwarded(h)
	if _, ok := h["User-Agent"]; !ok {
		h["User-Agent"] = nil // or net/http puts in its own
	}
	h["Faregate-Request-Id"] = []string{c.name}
	c.route.credential.send(h)
	return h
}

// setForwarded tells the upstream who called, in place of whatever the caller claimed about that.
func (c *call) setForwarded(h http.Header) {
	for _, name := range forwardedBy {
		delete(h, name)
	}
	if address := c.g.clientAddr(c.r); address != "" {
		h["X-Forwarded-For"] = []string{address}
	}
	h["X-Forwarded-Host"] = []string{c.r.Host}
	proto := "http"
	if c.r.TLS != nil || strings.HasPrefix(c.g.PublicURL, "https:") {
		proto = "https"
	}
	h["X-Forwarded-Proto"] = []string{proto}
	h.Add("Via", received(c.r)+" faregate")
}

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

// received is the version of HTTP that a request came in, as Via writes it.
func received(r *http.Request) string {
	switch {
	case r.ProtoMajor == 2:
		return "2"
	case r.ProtoAtLeast(1, 1):
		return "1.1"
	}
	return "1.0"
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
		into[name] = nil
	}
	removeHopByHop(into)
	removeOwn(into)
	for _, name := range forwardedBy {
		delete(into, name)
	}
	for _, name := range []string{"X-Api-Key", "Authorization", "Cookie", credential} {
		delete(into, name)
	}
	return into
}
