package gateway

import (
	"net/http"
	"strings"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// credentialField is the header field that proves to an upstream who asks. The zero value is none. It is part of a route
// and never changed.
type credentialField struct {
	name   string   // in canonical form
	line   []string // its one value
	secret string   // the part of the value that must not come back
	locked bool     // it could not be opened
}

// shortSecret is the length up to which a value is compared as a whole only: it would be found by chance in others.
const shortSecret = 8

// secretOf is what of a field's value is secret: what follows the scheme, or all of it.
func secretOf(value string) string {
	if scheme, rest, ok := strings.Cut(value, " "); ok && isScheme(scheme) && strings.TrimSpace(rest) != "" {
		return strings.TrimSpace(rest)
	}
	return value
}

func isScheme(text string) bool {
	for _, scheme := range []string{"Bearer", "Basic", "Token", "ApiKey", "Key"} {
		if strings.EqualFold(text, scheme) {
			return true
		}
	}
	return false
}

// send puts the field in the place of whatever the caller sent there.
func (f credentialField) send(h http.Header) {
	if f.name != "" {
		h[f.name] = f.line
	}
}

// removeEcho takes out of an upstream's header what repeats the credential, as some do when they tell of an error.
func (f credentialField) removeEcho(h http.Header) {
	if f.secret == "" {
		return
	}
	for name, values := range h {
		for _, value := range values {
			if value == f.line[0] || value == f.secret || len(f.secret) > shortSecret && strings.Contains(value, f.secret) {
				delete(h, name)
				break
			}
		}
	}
}

// refusesUs says whether an answer tells of the gateway's own standing with the upstream: the caller's key is none of the
// upstream's business there, so 401 would send the caller looking for the wrong mistake, and 402 to the wrong till.
func (c *call) refusesUs(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusProxyAuthRequired:
		return c.route.credential.name != ""
	}
	return false
}

// refusedUs answers in the place of an upstream that did not take the stored credential.
func (c *call) refusedUs(from *http.Response) *refusal {
	c.g.Log.Warn("the upstream refused the stored credential", "call", c.name, "api", c.target.api, "status", from.StatusCode)
	c.w.Header()["Proxy-Status"] = []string{"faregate; received-status=" + from.Status[:min(3, len(from.Status))]}
	unavailable := problem.MustOf(problem.UpstreamUnavailable)
	if _, err := c.settle(outcome{unavailable.Status, models.FromGateway, 0, c.ending(nil, nil)}); err != nil {
		return c.unsettled(err)
	}
	return &refusal{unavailable.Code, "The upstream did not take the credential that its provider has stored here. Nothing was charged."}
}
