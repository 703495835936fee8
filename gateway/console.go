package gateway

import (
	"errors"
	"strings"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/models/seal"
)

// fromConsole says whether a credential is a token of the portal's console, and no key. A key can never be taken for one, nor
// the other way round: what follows the common "fg_" differs.
func (c credential) fromConsole() bool { return strings.HasPrefix(c.text, seal.ConsolePrefix) }

// identifyConsole finds out which key a console token stands for. From there on the call is one of that key's: its end, its
// networks, its limits and its money. What is known of the key is read anew, for a token is rare and its key may not have
// called for long. Whether the member may use the key was asked when the token was minted and is not asked again.
func (c *call) identifyConsole() *refusal {
	grant, err := c.g.Console.Check(c.credential.text, c.g.Clock.Now())
	switch {
	case errors.Is(err, seal.ErrOver):
		return &refusal{problem.InvalidAPIKey, "The console's token is over: it works for a minute. Send the call from the console again."}
	case err != nil:
		return c.strange()
	}
	c.console = &grant
	terms, err := c.g.Source.KeyTermsByID(c.r.Context(), grant.KeyID)
	if err != nil {
		if errors.Is(err, models.ErrNotFound) {
			return c.strange()
		}
		return c.unavailable("read the key", err)
	}
	return c.use(terms)
}

// withinConsole refuses a console token on any API but its own.
func (c *call) withinConsole(apiID string) *refusal {
	if c.console == nil || c.console.APIID == apiID {
		return nil
	}
	return &refusal{problem.InsufficientScope, "The console's token is for calls of another API alone."}
}

// consoleUser is who sent the call from the console, "" if it came from elsewhere.
func (c *call) consoleUser() string {
	if c.console == nil {
		return ""
	}
	return c.console.UserID
}
