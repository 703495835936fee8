package gateway

import (
	"net/url"
	"strings"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/web/paths"
)

// target is a call's path taken apart. Rest is what follows the version as the caller escaped it, "" or beginning with a
// slash: /invoke/quotes/v1/a%2Fb has the rest /a%2Fb.
type target struct{ api, version, rest string }

// parseTarget takes an escaped path under /invoke/ apart. ok is false if it has no version.
func parseTarget(escaped string) (t target, ok bool) {
	path, ok := strings.CutPrefix(escaped, paths.InvokePrefix)
	if !ok {
		return t, false
	}
	t.api, path, ok = strings.Cut(path, "/")
	if !ok {
		return t, false
	}
	if slash := strings.IndexByte(path, '/'); slash >= 0 {
		t.version, t.rest = path[:slash], path[slash:]
	} else {
		t.version = path
	}
	return t, t.api != "" && t.version != ""
}

// match finds the version. A version that does not exist and one that this team may not see answer the same.
func (c *call) match() *refusal {
	t, ok := parseTarget(escapedPath(c.r.URL))
	if !ok {
		return refuse(problem.NotFound)
	}
	c.target = t
	if climbs(t.rest) {
		return &refusal{problem.BadRequest, "The path has a segment that is “.” or “..”. Write the path without them."}
	}
	route := c.g.routes.find(t.api, t.version)
	if route == nil || !route.Terms.MaySee(c.key.TeamID) {
		return refuse(problem.NotFound)
	}
	c.route = route
	return c.withinConsole(route.Terms.APIID)
}

// escapedPath is the path as the caller escaped it, with what should have been escaped and was not escaped byte by byte.
// URL.EscapedPath would in that case begin anew from the decoded path, where %2F and a slash are the same.
func escapedPath(u *url.URL) string {
	raw := u.RawPath
	if raw == "" {
		return u.EscapedPath()
	}
	const hex = "0123456789ABCDEF"
	var out strings.Builder
	for i := range len(raw) {
		if b := raw[i]; mayStand(b) {
			out.WriteByte(b)
		} else {
			out.WriteByte('%')
			out.WriteByte(hex[b>>4])
			out.WriteByte(hex[b&15])
		}
	}
	return out.String()
}

// mayStand says whether a byte may stand in an escaped path (RFC 3986 section 3.3; net/url lets brackets through as well).
func mayStand(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || strings.IndexByte("/%-._~!$&'()*+,;=:@[]", b) >= 0
}

// climbs says whether a path has a segment that means "here" or "up" to an upstream that decodes it up to three times, takes
// backslashes for slashes, or drops what follows a semicolon. Such a path could leave the folder that the owner published.
func climbs(path string) bool {
	for range 4 {
		if dotSegment(path) {
			return true
		}
		plain := billing.Unescape(path)
		if plain == path {
			break
		}
		path = plain
	}
	return false
}

// dotSegment says whether a path has such a segment as it stands.
func dotSegment(path string) bool {
	for path != "" {
		end := strings.IndexAny(path, `/\`)
		segment := path
		if end >= 0 {
			segment, path = path[:end], path[end+1:]
		} else {
			path = ""
		}
		if segment, _, _ = strings.Cut(segment, ";"); segment == "." || segment == ".." {
			return true
		}
	}
	return false
}
