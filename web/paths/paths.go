// Package paths is the one place that knows what the portal's addresses look like. For every page it holds the pattern
// the router registers (echo's ":name" syntax) and a function that builds the address, so that no view and no handler
// spells a URL. Everything here is a path on our own origin; Absolute makes one that can leave the page (mails, curl lines,
// the payment provider), and only --public-url may be its base.
package paths

import (
	"net/url"
	"strings"
)

// Loggable is a path without the token of a link, which nobody should find in a log.
func Loggable(path string) string {
	for _, pattern := range []string{SetupPattern, ResetPasswordPattern, VerifyAddressPattern, InvitationPattern, UnsubscribePattern} {
		if before, _, _ := strings.Cut(pattern, ":"); strings.HasPrefix(path, before) {
			return pattern
		}
	}
	return path
}

// TopUp is the plain top-up form of a team.
func TopUp(team string) string { return with(TopUpRoute, QueryTeam, team) }

// TopUpFor is the top-up form that explains one refused call. ref is opaque: no key and no amount travels in it in clear.
func TopUpFor(ref string) string { return with(TopUpRoute, QueryRef, ref) }

// TopUpDone is the page a payer returns to. checkout is the provider's id of the payment page, or its placeholder.
func TopUpDone(checkout string) string {
	// The provider replaces "{CHECKOUT_SESSION_ID}" literally, so braces must stay as they are.
	if strings.HasPrefix(checkout, "{") {
		return TopUpDoneRoute + "?" + QueryCheckout + "=" + checkout
	}
	return with(TopUpDoneRoute, QueryCheckout, checkout)
}

// Problem explains a refusal code to people; it is also the "type" of the JSON body.
func Problem(code string) string { return "/problems/" + url.PathEscape(code) }

// Invoke is where an API's version is called. rest begins with a slash or is empty.
func Invoke(api, version, rest string) string {
	return InvokePrefix + url.PathEscape(api) + "/" + url.PathEscape(version) + rest
}

// After adds the keyset of the page of older rows.
func After(path, cursor string) string { return with(path, QueryAfter, cursor) }

// AfterTopUp adds the keyset of a wallet's older top-ups.
func AfterTopUp(path, cursor string) string { return with(path, QueryTopUps, cursor) }

// Story is one sample page, in development only.
func Story(name string) string { return Stories + "/" + url.PathEscape(name) }

// Absolute joins a base such as "https://portal.example.com" and a path.
func Absolute(base, path string) string { return strings.TrimRight(base, "/") + path }

// Local returns next if it is a path on this site and fallback otherwise. What a form or a query says about where to go
// next is never trusted: "//host", "/\host", other schemes and control characters would lead away from here.
func Local(next, fallback string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return fallback
	}
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" {
		return fallback
	}
	return next
}

// with adds one query parameter, and leaves it out when its value is empty.
func with(path, name, value string) string {
	if value == "" {
		return path
	}
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return path + sep + name + "=" + url.QueryEscape(value)
}
