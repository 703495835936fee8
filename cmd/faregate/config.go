package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
)

type configCommand struct {
	serveCommand `embed:""`
}

// Run prints every setting with its value; of a secret only whether it is set.
func (c *configCommand) Run(stdout io.Writer) error {
	dir, err := dataFolder(c.Data)
	if err != nil {
		return err
	}
	for _, line := range [][2]string{
		{"addr", c.Addr},
		{"public-url", orWords(c.PublicURL, "(made from addr)")},
		{"data", dir},
		{"sign-up", c.SignUp},
		{"sign-up-domains", orWords(strings.Join(c.Domains, ","), "(none)")},
		{"trusted-proxies", fmt.Sprint(c.TrustedProxies)},
		{"allow-upstreams", fmt.Sprint(c.AllowUpstreams)},
		{"stripe-secret-key", redacted(c.StripeSecretKey)},
		{"stripe-webhook-secret", redacted(c.StripeWebhookSecret)},
		{"smtp-url", c.mailServer()},
		{"mail-from", orWords(c.MailFrom, "(not set)")},
		{"oidc-issuer", orWords(c.OIDCIssuer, "(none: single sign-on is off)")},
		{"oidc-client-id", orWords(c.OIDCClientID, "(not set)")},
		{"oidc-client-secret", redacted(c.OIDCClientSecret)},
		{"oidc-name", c.OIDCName},
		{"oidc-scopes", strings.Join(c.OIDCScopes, ",")},
		{"oidc-group-claim", orWords(c.OIDCGroupClaim, "(none: groups are not read)")},
		{"oidc-sign-up", strconv.FormatBool(c.OIDCSignUp)},
		{"oidc-provider", c.provider(context.Background())},
		{"require-verified", strconv.FormatBool(c.RequireVerified)},
		{"secret", redacted(c.Secret)},
		{"tls-cert", orWords(c.TLSCert, "(none: HTTP)")},
		{"tls-key", redacted(c.TLSKey)},
		{"durability", c.Durability},
		{"key-attempts", attempts(c.KeyAttempts)},
		{"address-attempts", attempts(c.AddressAttempts)},
		{"metrics-addr", orWords(c.Metrics, metricsOff)},
		{"metrics-token", redacted(c.MetricsToken)},
		{"log-format", c.LogFormat},
		{"log-level", c.LogLevel},
	} {
		if _, err := fmt.Fprintf(stdout, "%-22s %s\n", line[0], line[1]); err != nil {
			return err
		}
	}
	return nil
}

// attempts is a number of attempts a second.
func attempts(n int64) string {
	if n == 0 {
		return "0 (no limit)"
	}
	return strconv.FormatInt(n, 10)
}

func redacted(secret string) string {
	if secret == "" {
		return "(not set)"
	}
	return "(set)"
}

func orWords(value, words string) string {
	if value == "" {
		return words
	}
	return value
}
