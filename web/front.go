package web

import (
	"net/http"
	"slices"
	"strings"
)

// Front chooses who answers, by the path as it came over the wire and before anything cleans it: a call's path belongs to
// the API behind the gateway, and no middleware of the portal ever sees a call. sandbox is nil unless payments are a
// sandbox; it sees paths without their prefix.
func Front(gateway, portal, sandbox http.Handler) http.Handler {
	if sandbox != nil {
		sandbox = http.StripPrefix(strings.TrimSuffix(sandboxPrefix, "/"), sandbox)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.EscapedPath()
		switch {
		case IsCall(path):
			gateway.ServeHTTP(w, r)
		case sandbox != nil && strings.HasPrefix(path, sandboxPrefix):
			sandbox.ServeHTTP(w, r)
		default:
			portal.ServeHTTP(w, r)
		}
	})
}

// IsCall says whether an escaped path, alone or with a query behind it, is the gateway's.
func IsCall(path string) bool {
	return strings.HasPrefix(path, mcpPath) && (len(path) == len(mcpPath) || path[len(mcpPath)] == '?') ||
		slices.ContainsFunc(gatewayPrefixes, func(p string) bool { return strings.HasPrefix(path, p) })
}
