package gateway

import (
	"net/url"
	"strings"

	"github.com/faregate/faregate/models"
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

// climbs says whether a path has a segment that means "here" or "up" in any escaping. Such a path could leave the folder
// of the upstream that the owner published.
func climbs(escaped string) bool {
	for segment := range strings.SplitSeq(escaped, "/") {
		if len(segment) > 6 || !strings.ContainsAny(segment, ".%") {
			continue
		}
		if plain, err := url.PathUnescape(segment); err != nil || plain == "." || plain == ".." {
			return true
		}
	}
	return false
}

// match finds the version. A version that does not exist and one that this team may not see answer the same.
func (c *call) match() *refusal {
	t, ok := parseTarget(c.r.URL.EscapedPath())
	if !ok {
		return refuse(problem.NotFound)
	}
	c.target = t
	if climbs(t.rest) {
		return &refusal{problem.BadRequest, "The path has a segment that is “.” or “..”. Write the path without them."}
	}
	route := c.g.routes.find(t.api, t.version)
	if route == nil || route.Terms.Visibility == models.Private && route.Terms.OwnerTeamID != c.key.TeamID {
		return refuse(problem.NotFound)
	}
	c.route = route
	return nil
}
