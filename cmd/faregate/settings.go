package main

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// settings are what serve and demo have in common. The table in README.md describes each.
type settings struct {
	Addr                string    `help:"Address to listen on." default:"127.0.0.1:8402" env:"FAREGATE_ADDR" placeholder:"HOST:PORT"`
	PublicURL           string    `name:"public-url" help:"Address that people reach the portal at; the base of every link, mail and cookie. Default: made from --addr." env:"FAREGATE_PUBLIC_URL" placeholder:"URL"`
	TrustedProxies      []network `help:"Networks of the reverse proxies whose X-Forwarded-For is believed." env:"FAREGATE_TRUSTED_PROXIES" placeholder:"CIDR"`
	AllowUpstreams      []network `help:"Private networks that upstreams and webhooks may be in." env:"FAREGATE_ALLOW_UPSTREAMS" placeholder:"CIDR"`
	StripeSecretKey     string    `help:"Stripe's secret key. Without it nobody can pay." env:"FAREGATE_STRIPE_SECRET_KEY" placeholder:"sk_…"`
	StripeWebhookSecret string    `help:"Signing secret of the Stripe webhook that leads to /webhooks/stripe." env:"FAREGATE_STRIPE_WEBHOOK_SECRET" placeholder:"whsec_…"`
	SMTPURL             string    `name:"smtp-url" help:"Mail server, with its login. smtp:// encrypts by STARTTLS, smtps:// from the first byte. Without it, mails are kept on the outbox page." env:"FAREGATE_SMTP_URL" placeholder:"URL"`
	MailFrom            string    `name:"mail-from" help:"Whom mails come from." env:"FAREGATE_MAIL_FROM" placeholder:"ADDRESS"`
	RequireVerified     bool      `name:"require-verified" help:"Keep users from everything but their account until they have verified their address." env:"FAREGATE_REQUIRE_VERIFIED"`
	Durability          string    `help:"When a charged call counts as settled: ${enum}. power waits for the disk; process survives the end of the process, not a loss of power." enum:"process,power" default:"power" env:"FAREGATE_DURABILITY"`
	KeyAttempts         int64     `help:"How often a key may ask in a second, refused or not; one with a rate limit of its own may ask ten times as often as it may call. 0 bounds nobody." default:"1000" env:"FAREGATE_KEY_ATTEMPTS" placeholder:"N"`
	AddressAttempts     int64     `help:"How many unknown keys an address may try in a second; an IPv6 address counts by its /64. 0 bounds nobody." default:"20" env:"FAREGATE_ADDRESS_ATTEMPTS" placeholder:"N"`
	MetricsToken        string    `help:"Token that /metrics asks for; with it, the portal's own address serves them too." env:"FAREGATE_METRICS_TOKEN" placeholder:"TOKEN"`
	LogFormat           string    `help:"How log lines are written: ${enum}." enum:"text,json" default:"text" env:"FAREGATE_LOG_FORMAT"`
	LogLevel            string    `help:"What is logged: ${enum}; debug has a line for every call too." enum:"debug,info,warn,error" default:"info" env:"FAREGATE_LOG_LEVEL" placeholder:"LEVEL"`

	signOnSettings `embed:""`
}

// network is a range of addresses on the command line.
type network struct{ netip.Prefix }

// UnmarshalText says what is wrong in words.
func (n *network) UnmarshalText(text []byte) error {
	if n.Prefix.UnmarshalText(text) != nil {
		return fmt.Errorf("%q is not a network; write it like 10.0.0.0/8 or fd00::/8", text)
	}
	return nil
}

// prefixes are the ranges as the packages below know them.
func prefixes(networks []network) []netip.Prefix {
	out := make([]netip.Prefix, len(networks))
	for i, n := range networks {
		out[i] = n.Masked()
	}
	return out
}

// validate checks what can be checked without doing anything, and fills in what follows from other settings. Its errors
// name the flag, the value, and what would be right.
func (s *settings) validate() error {
	if err := validateAddr("--addr", s.Addr, "127.0.0.1:8402"); err != nil {
		return err
	}
	if err := s.validatePublicURL(); err != nil {
		return err
	}
	if (s.StripeSecretKey == "") != (s.StripeWebhookSecret == "") {
		return fmt.Errorf("--stripe-secret-key and --stripe-webhook-secret go together; one of them is missing")
	}
	if s.StripeSecretKey != "" && !strings.HasPrefix(s.StripeSecretKey, "sk_") && !strings.HasPrefix(s.StripeSecretKey, "rk_") {
		return fmt.Errorf("--stripe-secret-key does not look like one of Stripe's; it begins with sk_ or rk_")
	}
	if s.StripeWebhookSecret != "" && !strings.HasPrefix(s.StripeWebhookSecret, "whsec_") {
		return fmt.Errorf("--stripe-webhook-secret does not look like one of Stripe's; it begins with whsec_")
	}
	if _, err := s.mail(); err != nil {
		return err
	}
	if err := s.validateSignOn(); err != nil {
		return err
	}
	for flag, n := range map[string]int64{"--key-attempts": s.KeyAttempts, "--address-attempts": s.AddressAttempts} {
		if n < 0 || n > 1_000_000 {
			return fmt.Errorf("%s %d is not a number of attempts a second; write 0 for none, or up to 1000000", flag, n)
		}
	}
	return nil
}

func validateAddr(flag, addr, like string) error {
	_, port, err := net.SplitHostPort(addr)
	if err != nil || port == "" {
		return fmt.Errorf("%s %q is not an address to listen on; write host:port, like %s", flag, addr, like)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%s %q: %q is not a port between 0 and 65535", flag, addr, port)
	}
	return nil
}

func (s *settings) validatePublicURL() error {
	if s.PublicURL == "" {
		return nil
	}
	u, err := url.Parse(s.PublicURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf("--public-url %q is not the address of a whole host; write it like https://portal.example.com", s.PublicURL)
	}
	s.PublicURL = u.Scheme + "://" + u.Host
	return nil
}

// relaxed says whether commits of calls need not wait for the disk.
func (s *settings) relaxed() bool { return s.Durability == "process" }

// reach is the address that a listener can be reached at from this machine.
func reach(listener net.Addr) string {
	host, port, _ := net.SplitHostPort(listener.String())
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// loopback says whether a listener can be reached from this machine only.
func loopback(listener net.Addr) bool {
	tcp, ok := listener.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// logOutput is where log lines go: standard error, so that standard output stays for what was asked for.
type logOutput struct{ io.Writer }

// logger makes the program's log, and leads there what libraries write to the standard one.
func (s *settings) logger(to logOutput) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.LogLevel)) // the command line lets only levels through; none at all is info
	options := &slog.HandlerOptions{Level: level}
	log := slog.New(slog.NewTextHandler(to, options))
	if s.LogFormat == "json" {
		log = slog.New(slog.NewJSONHandler(to, options))
	}
	slog.SetDefault(log)
	return log
}

// dataFolder is the folder of --data as an absolute path, so that messages name it unmistakably.
func dataFolder(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("--data %q: %w", dir, err)
	}
	if info, err := os.Stat(abs); err == nil && !info.IsDir() {
		return "", fmt.Errorf("--data %q is a file; name a folder", dir)
	}
	return abs, nil
}
