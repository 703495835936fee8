package gateway

import (
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
		delete(h, name)
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
// neither see nor replace them. Browsers compare the prefixes without regard to case.
func ownCookie(name string) bool {
	name = strings.ToLower(textproto.TrimString(name))
	name = strings.TrimPrefix(strings.TrimPrefix(name, "__host-"), "__secure-")
	return strings.HasPrefix(name, "faregate")
}
