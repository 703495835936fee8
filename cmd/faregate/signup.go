package main

import (
	"errors"
	"fmt"

	"github.com/faregate/faregate/models"
)

// validateSignUp checks who may sign up. A domain is worth nothing while addresses need no proof: anybody could claim one.
func (c *serveCommand) validateSignUp() error {
	byDomain := c.SignUp == string(models.SignUpDomains)
	switch {
	case byDomain && len(c.Domains) == 0:
		return errors.New("--sign-up domains needs --sign-up-domains; name at least one, like example.com")
	case !byDomain && len(c.Domains) > 0:
		return fmt.Errorf("--sign-up-domains has no effect with --sign-up %s; write --sign-up domains, or leave the domains out", c.SignUp)
	case byDomain && !c.RequireVerified:
		return errors.New("--sign-up domains needs --require-verified: without it anybody could claim an address of such a domain")
	}
	for i, text := range c.Domains {
		if c.Domains[i] = models.NormalizeDomain(text); !models.IsDomain(c.Domains[i]) {
			return fmt.Errorf("--sign-up-domains %q is not a mail domain; write it like example.com", text)
		}
	}
	return nil
}

func (c *serveCommand) signUpRule() models.SignUpRule {
	return models.SignUpRule{Mode: models.SignUpMode(c.SignUp), Domains: c.Domains}
}
