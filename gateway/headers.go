package gateway

import (
	"net/http"
	"net/textproto"
	"strings"
)

// hopByHop says whether a field belongs to one connection and is never passed on (RFC 9110 section 7.6.1), beside those that
// Connection names.
func hopByHop(name string) bool {
	switch name {
	case "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return true
	}
	return false
}

// removeNamed takes the fields that some lines of Connection name out of a header.
func removeNamed(h http.Header, connection []string) {
	for _, line := range connection {
		for name := range strings.SplitSeq(line, ",") {
			if name = textproto.TrimString(name); name != "" {
				h.Del(name)
			}
		}
	}
}

// ownPrefix marks the fields that are ours in both directions: neither callers nor upstreams may set them.
const ownPrefix = "Faregate-"

func isOwn(name string) bool { return strings.HasPrefix(name, ownPrefix) }

// ownCookie says whether a cookie is the portal's. A browser on the portal's host sends them along, and an upstream must
// neither see nor replace them. Browsers compare the prefixes without regard to case.
func ownCookie(name string) bool {
	name = strings.ToLower(textproto.TrimString(name))
	name = strings.TrimPrefix(strings.TrimPrefix(name, "__host-"), "__secure-")
	return strings.HasPrefix(name, "faregate")
}
