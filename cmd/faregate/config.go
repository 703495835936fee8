package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/faregate/faregate/handlers"
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
	for _, v := range c.values(dir) {
		if _, err := fmt.Fprintf(stdout, "%-22s %s\n", v.flag, v.text); err != nil {
			return err
		}
	}
	return nil
}

// flagValue is a flag's value for people to read.
type flagValue struct{ flag, text string }

// values are those of every flag of serve. dir is --data as an absolute path.
func (c *serveCommand) values(dir string) []flagValue {
	return append(
		c.settings.values(),
		[]flagValue{
			{"data", dir}, {"sign-up", c.SignUp}, {"sign-up-domains", orWords(strings.Join(c.Domains, ","), "(none)")},
			{"secret", redacted(c.Secret)}, {"tls-cert", orWords(c.TLSCert, "(none: HTTP)")}, {"tls-key", redacted(c.TLSKey)},
			{"metrics-addr", orWords(c.Metrics, metricsOff)},
		}...)
}

// values are those of every flag of demo.
func (c *demoCommand) values(dir string) []flagValue {
	return append(c.settings.values(), []flagValue{{"data", dir}, {"metrics-addr", orWords(c.Metrics, metricsOff)}, {"upstream", orWords(c.Upstream, "(none)")}, {"json", strconv.FormatBool(c.JSON)}}...)
}

// values are those of the flags that serve and demo have in common.
func (s *settings) values() []flagValue {
	return []flagValue{
		{"addr", s.Addr},
		{"public-url", orWords(s.PublicURL, "(made from addr)")},
		{"trusted-proxies", fmt.Sprint(s.TrustedProxies)},
		{"allow-upstreams", fmt.Sprint(s.AllowUpstreams)},
		{"stripe-secret-key", redacted(s.StripeSecretKey)},
		{"stripe-webhook-secret", redacted(s.StripeWebhookSecret)},
		{"smtp-url", s.mailServer()},
		{"mail-from", orWords(s.MailFrom, "(not set)")},
		{"require-verified", strconv.FormatBool(s.RequireVerified)},
		{"durability", s.Durability},
		{"key-attempts", attempts(s.KeyAttempts)},
		{"address-attempts", attempts(s.AddressAttempts)},
		{"metrics-token", redacted(s.MetricsToken)},
		{"log-format", s.LogFormat},
		{"log-level", s.LogLevel},
	}
}

// flags are a command's values with where each comes from, for the page of settings. The master secret comes from its file where
// nobody has set it.
func flags(k *kong.Context, values []flagValue) []handlers.Flag {
	given := map[string]bool{}
	for _, part := range k.Path {
		if part.Flag != nil {
			given[part.Flag.Name] = true
		}
	}
	of := map[string]*kong.Flag{}
	for _, f := range k.Flags() {
		of[f.Name] = f
	}
	all := make([]handlers.Flag, len(values))
	for i, v := range values {
		shown := handlers.Flag{Name: v.flag, Value: v.text, From: "default"}
		if f := of[v.flag]; f != nil && len(f.Envs) > 0 {
			shown.Env = f.Envs[0]
		}
		_, inEnvironment := os.LookupEnv(shown.Env)
		switch {
		case given[v.flag]:
			shown.From = "flag"
		case inEnvironment:
			shown.From = "environment"
		case v.flag == "secret":
			shown.Value, shown.From = "(set)", "file"
		}
		all[i] = shown
	}
	return all
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
