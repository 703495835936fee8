package gateway

import (
	"errors"
	"net/http"
	"strings"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

// credential is where the caller put the key, which decides what of the header goes on to the upstream.
type credential struct {
	text            string
	inAuthorization bool
}

// findCredential takes the key from X-API-Key or from Authorization: Bearer. ok is false if two different keys are there.
// An Authorization beside X-API-Key that is not a key of ours is the upstream's business.
func findCredential(h http.Header) (found credential, ok bool) {
	bearer := ""
	if scheme, rest, cut := strings.Cut(h.Get("Authorization"), " "); cut && strings.EqualFold(scheme, "Bearer") {
		bearer = strings.TrimSpace(rest)
	}
	header := h.Get("X-Api-Key")
	switch {
	case len(h["X-Api-Key"]) > 1 || len(h["Authorization"]) > 1:
		return credential{}, false
	case header == "":
		return credential{text: bearer, inAuthorization: bearer != ""}, true
	case !strings.HasPrefix(bearer, "fg_"):
		return credential{text: header}, true
	default:
		return credential{text: header, inAuthorization: true}, bearer == header
	}
}

// identify finds out whose key it is. Without a valid key every path answers 401, so that nobody learns which paths exist.
func (c *call) identify() *refusal {
	found, ok := findCredential(c.r.Header)
	if !ok {
		return &refusal{problem.BadRequest, "The request carries two different keys. Send one, in Authorization or in X-API-Key."}
	}
	if found.text == "" {
		return refuse(problem.MissingAPIKey)
	}
	c.credential = found
	hash, err := models.HashKey(found.text)
	if err != nil {
		return &refusal{problem.InvalidAPIKey, "The key is mistyped: its checksum does not match."}
	}
	terms, err := c.g.keys.get(c.r.Context(), hash)
	switch {
	case errors.Is(err, models.ErrNotFound):
		return refuse(problem.InvalidAPIKey)
	case err != nil:
		return c.unavailable("read the key", err)
	case terms.State == models.KeyRevoked:
		return refuse(problem.KeyRevoked)
	case !terms.ExpiresAt.IsZero() && !c.g.Clock.Now().Before(terms.ExpiresAt):
		return refuse(problem.KeyExpired)
	}
	c.key = terms
	return nil
}
