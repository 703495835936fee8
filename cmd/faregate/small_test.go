package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestVersionSaysWhatRuns(t *testing.T) {
	t.Parallel()
	p := faregate.Run(t, nil, "version")
	if p.Wait() != 0 || !regexp.MustCompile(`^faregate \S+ go1\.\S+ \w+/\w+\n$`).MatchString(p.Stdout()) {
		t.Errorf("ended with %d and says %q", p.Wait(), p.Stdout())
	}
}

// The settings are printed with where they come from decided, and no secret among them.
func TestConfigPrintsNoSecret(t *testing.T) {
	t.Parallel()
	const secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTMyYnk="
	p := faregate.Run(t, []string{
		"FAREGATE_PUBLIC_URL=https://portal.example.com/", "FAREGATE_STRIPE_SECRET_KEY=sk_live_4eC39HqLyjWD", "FAREGATE_STRIPE_WEBHOOK_SECRET=whsec_Xk2",
		"FAREGATE_SECRET=" + secret, "FAREGATE_TRUSTED_PROXIES=10.0.0.0/8,fd00::/8", "FAREGATE_SIGN_UP=open", "FAREGATE_ADDRESS_ATTEMPTS=0",
		"FAREGATE_SMTP_URL=smtps://me:Hidden7@mail.example.com", "FAREGATE_MAIL_FROM=portal@example.com",
		"FAREGATE_OIDC_ISSUER=http://127.0.0.1:1", "FAREGATE_OIDC_CLIENT_ID=portal", "FAREGATE_OIDC_CLIENT_SECRET=Hidden8", "FAREGATE_OIDC_SCOPES=openid,email",
	}, "config", "--sign-up", "closed")
	if p.Wait() != 0 || p.Stderr() != "" {
		t.Fatalf("ended with %d: %s", p.Wait(), p.Stderr())
	}
	settings := map[string]string{}
	for line := range strings.Lines(p.Stdout()) {
		name, value, _ := strings.Cut(line, " ")
		settings[name] = strings.TrimSpace(value)
	}
	for name, want := range map[string]string{
		"addr": "127.0.0.1:8402", "public-url": "https://portal.example.com", "sign-up": "closed", // a flag wins over the environment
		"smtp-url": "smtps://mail.example.com:465 (with a login)", "mail-from": "portal@example.com", "trusted-proxies": "[10.0.0.0/8 fd00::/8]", "stripe-secret-key": "(set)", "stripe-webhook-secret": "(set)", "secret": "(set)",
		"tls-cert": "(none: HTTP)", "tls-key": "(not set)", "metrics-addr": "off", "metrics-token": "(not set)", "log-format": "text", "log-level": "info",
		"oidc-issuer": "http://127.0.0.1:1", "oidc-client-id": "portal", "oidc-client-secret": "(set)", "oidc-name": "single sign-on", "oidc-scopes": "email", "oidc-sign-up": "false",
		"require-verified": "false", "durability": "power", "key-attempts": "1000", "address-attempts": "0 (no limit)",
	} {
		if settings[name] != want {
			t.Errorf("%s is %q, want %q", name, settings[name], want)
		}
	}
	for flag := range flagsOf(t, "serve") {
		if settings[flag] == "" {
			t.Errorf("--%s is not printed", flag)
		}
	}
	for _, hidden := range []string{"sk_live", "whsec", "Hidden7", "Hidden8", secret} {
		if strings.Contains(p.Stdout(), hidden) {
			t.Errorf("a secret is printed: %s", p.Stdout())
		}
	}
}

// Migrating makes the database, says so, and may be done again.
func TestMigrateMakesTheDatabaseAndMayBeRepeated(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	for range 2 {
		p := faregate.Run(t, nil, "migrate", "--data", dir)
		if p.Wait() != 0 || p.Stdout() != "The database in "+dir+" is up to date.\n" {
			t.Fatalf("ended with %d and says %q: %s", p.Wait(), p.Stdout(), p.Stderr())
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "faregate.db")); err != nil || info.Size() == 0 {
		t.Errorf("there is no database: %v", err)
	}
}

// Only one process has the data: a second one is refused in a sentence that names the first.
func TestASecondProcessOnTheSameDataIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := faregate.Demo(t, "--data", dir)
	for _, command := range []string{"demo --addr 127.0.0.1:0", "migrate"} {
		p := faregate.Run(t, nil, append(strings.Fields(command), "--data", dir)...)
		saysOnce(t, p.Wait(), 1, p.Stdout(), p.Stderr(), "the data folder is in use: "+dir+" is served by process "+strconv.Itoa(first.PID())+" on 127.0.0.1:")
	}
	wants(t, get(t, first.PortalURL+"/readyz"), 200)
}

func TestHealthcheckAsksARunningServer(t *testing.T) {
	t.Parallel()
	d := faregate.Demo(t)
	p := faregate.Run(t, nil, "healthcheck", "--addr", strings.TrimPrefix(d.PortalURL, "http://"))
	if p.Wait() != 0 || p.Stdout() != "ok\n" || p.Stderr() != "" {
		t.Errorf("ended with %d and says %q, %q", p.Wait(), p.Stdout(), p.Stderr())
	}
}
