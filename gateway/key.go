package gateway

import (
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// credential is where the caller put the key, which decides what of the header goes on to the upstream.
type credential struct {
	text            string
	inAuthorization bool
}

// keyPrefix is what every key of ours begins with, so that a token of the upstream's is not taken for one.
const keyPrefix = "fg_"

// findCredential takes the key from X-API-Key or from Authorization: Bearer. An Authorization beside X-API-Key that is not
// a key of ours is the upstream's business. The refusal is a header that could be read in two ways.
func findCredential(h http.Header) (credential, *refusal) {
	keys, authorizations := h["X-Api-Key"], h["Authorization"]
	if len(keys) > 1 || len(authorizations) > 1 {
		return credential{}, &refusal{problem.BadRequest, "The request carries X-API-Key or Authorization more than once. Send each at most once."}
	}
	authorization, header := only(authorizations), strings.TrimSpace(only(keys))
	bearer := bearerToken(authorization)
	if header == "" {
		return credential{text: bearer, inAuthorization: bearer != ""}, nil
	}
	if strings.HasPrefix(bearer, keyPrefix) && bearer != header {
		return credential{}, &refusal{problem.BadRequest, "The request carries two different keys. Send one, in Authorization or in X-API-Key."}
	}
	// In whatever form the key stands there, it must not reach the upstream.
	return credential{text: header, inAuthorization: strings.Contains(authorization, header)}, nil
}

// only is the value of a field that has one line at most.
func only(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return lines[0]
}

// bearerToken is the token of an Authorization field, or "" if that has another scheme.
func bearerToken(authorization string) string {
	const scheme = "Bearer"
	if len(authorization) <= len(scheme) || !strings.EqualFold(authorization[:len(scheme)], scheme) {
		return ""
	}
	if gap := authorization[len(scheme)]; gap != ' ' && gap != '\t' {
		return ""
	}
	return strings.TrimSpace(authorization[len(scheme):])
}

// identify finds out whose key it is. Without a valid key every path answers 401, so that nobody learns which paths exist.
func (c *call) identify() *refusal {
	found, no := findCredential(c.r.Header)
	if no != nil {
		return no
	}
	if found.text == "" {
		return refuse(problem.MissingAPIKey)
	}
	c.credential = found
	if found.fromConsole() {
		return c.identifyConsole()
	}
	hash, err := models.HashKey(found.text)
	if err != nil {
		return &refusal{problem.InvalidAPIKey, "The key is mistyped: its checksum does not match."}
	}
	terms, err := c.g.keys.get(c.r.Context(), hash)
	switch {
	case errors.Is(err, models.ErrNotFound):
		return c.strange()
	case err != nil:
		return c.unavailable("read the key", err)
	}
	return c.use(terms)
}

// use takes a key that was found, if it is still one and may be used from where the call came.
func (c *call) use(terms billing.KeyTerms) *refusal {
	switch {
	case terms.State == models.KeyRevoked:
		return c.over(terms, problem.KeyRevoked, "The key was revoked and is not taken any more.")
	case c.past(terms.ExpiresAt):
		return c.over(terms, problem.KeyExpired, "")
	case c.past(terms.ReplacedUntil):
		return c.over(terms, problem.KeyRevoked,
			"This secret of the key was replaced by a new one and worked until "+terms.ReplacedUntil.Format(time.RFC3339)+". Use the new secret.")
	}
	c.key = terms
	if !c.fromAllowedNetwork() {
		return refuse(problem.IPNotAllowed)
	}
	return nil
}

// past says whether an end has come. It is judged by the clock with every call: what is remembered of a key has its ends in it,
// so nothing has to be read again when one comes. The zero value is no end.
func (c *call) past(end time.Time) bool { return !end.IsZero() && !c.g.Clock.Now().Before(end) }

// over refuses a key that was one. Its team is to see the refusal, so the call carries whose key it was, and nothing of what
// the key could do or know.
func (c *call) over(terms billing.KeyTerms, code problem.Code, detail string) *refusal {
	c.key = billing.KeyTerms{ID: terms.ID, Name: terms.Name, TeamID: terms.TeamID}
	return &refusal{code, detail}
}

// strange refuses an unknown key: as invalid, or, from an address that has tried too many, as too many.
func (c *call) strange() *refusal {
	if c.g.strangers.tooMany(c.g.clientAddr(c.r), c.g.Clock.Now()) {
		c.decision.RetryAfter = 1
		return &refusal{problem.RateLimited, "Too many unknown keys came from this address. A valid key is taken at any time."}
	}
	return refuse(problem.InvalidAPIKey)
}

// fromAllowedNetwork says whether the key works from where the call came.
func (c *call) fromAllowedNetwork() bool {
	if len(c.key.Networks) == 0 {
		return true
	}
	address, err := netip.ParseAddr(c.g.clientAddr(c.r))
	return err == nil && slices.ContainsFunc(c.key.Networks, func(n netip.Prefix) bool { return n.Contains(address.Unmap().WithZone("")) })
}
