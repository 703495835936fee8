package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/handlers/signon"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/paths"
)

// signOnSettings are those of single sign-on. docs/single-sign-on.md tells what to enter for common providers.
type signOnSettings struct {
	OIDCIssuer       string   `name:"oidc-issuer" help:"Issuer of the OpenID Connect provider that people may sign in with. Without it there is no single sign-on." env:"FAREGATE_OIDC_ISSUER" placeholder:"URL"`
	OIDCClientID     string   `name:"oidc-client-id" help:"What the provider calls this portal." env:"FAREGATE_OIDC_CLIENT_ID" placeholder:"ID"`
	OIDCClientSecret string   `name:"oidc-client-secret" help:"The portal's secret at the provider. A public client has none." env:"FAREGATE_OIDC_CLIENT_SECRET" placeholder:"SECRET"`
	OIDCName         string   `name:"oidc-name" help:"What people call the provider, as in “Continue with …”." default:"single sign-on" env:"FAREGATE_OIDC_NAME" placeholder:"NAME"`
	OIDCScopes       []string `name:"oidc-scopes" help:"What is asked of the provider besides openid." default:"profile,email" env:"FAREGATE_OIDC_SCOPES" placeholder:"SCOPE"`
	OIDCGroupClaim   string   `name:"oidc-group-claim" help:"Claim that lists somebody's groups; dots lead into nested ones. Without it groups are not read." env:"FAREGATE_OIDC_GROUP_CLAIM" placeholder:"CLAIM"`
	OIDCSignUp       bool     `name:"oidc-sign-up" help:"Give everybody an account whom the provider signs in, whatever --sign-up says." env:"FAREGATE_OIDC_SIGN_UP"`
}

// validateSignOn checks what can be checked without asking the provider. An error never repeats the secret.
func (s *signOnSettings) validateSignOn() error {
	if s.OIDCIssuer == "" {
		if s.OIDCClientID != "" || s.OIDCClientSecret != "" || s.OIDCGroupClaim != "" || s.OIDCSignUp {
			return errors.New("--oidc-client-id, --oidc-client-secret, --oidc-group-claim and --oidc-sign-up have no effect without --oidc-issuer")
		}
		return nil
	}
	if err := signon.CheckURL(s.OIDCIssuer); err != nil || strings.Contains(s.OIDCIssuer, "?") {
		return fmt.Errorf("--oidc-issuer %q is not the address of a provider; write it as its metadata has it, like https://login.example.com", s.OIDCIssuer)
	}
	if s.OIDCClientID == "" {
		return errors.New("--oidc-issuer needs --oidc-client-id: what the provider calls this portal")
	}
	if s.OIDCName = strings.TrimSpace(s.OIDCName); s.OIDCName == "" || utf8.RuneCountInString(s.OIDCName) > 40 || !models.IsLine(s.OIDCName, 40) {
		return fmt.Errorf("--oidc-name %q does not fit on a button; use at most 40 characters", s.OIDCName)
	}
	s.OIDCScopes = slices.DeleteFunc(s.OIDCScopes, func(scope string) bool { return scope == "openid" || scope == "" })
	for _, scope := range s.OIDCScopes {
		if strings.ContainsFunc(scope, func(r rune) bool { return r <= ' ' || r == '"' || r == '\\' || r > '~' }) { // RFC 6749, section 3.3
			return fmt.Errorf("--oidc-scopes %q is no scope; write them like profile,email,groups", scope)
		}
	}
	return nil
}

// signOn is single sign-on for a portal that is reached at an address, nil if it is off.
func (s *signOnSettings) signOn(publicURL string, clock models.Clock, log *slog.Logger) *handlers.SignOnConfig {
	if s.OIDCIssuer == "" {
		return nil
	}
	provider := signon.New(signon.Config{
		Issuer: s.OIDCIssuer, ClientID: s.OIDCClientID, ClientSecret: s.OIDCClientSecret, Scopes: s.OIDCScopes, GroupClaim: s.OIDCGroupClaim,
		RedirectURL: paths.Absolute(publicURL, paths.SignOnReturn), Clock: clock, Log: log,
	})
	return &handlers.SignOnConfig{Provider: provider, Name: s.OIDCName, SignsUp: s.OIDCSignUp}
}

// provider says whether the provider can be used now. It asks it.
func (s *signOnSettings) provider(ctx context.Context) string {
	on := s.signOn("", models.SystemClock{}, slog.New(slog.DiscardHandler))
	if on == nil {
		return "(none: nobody signs in by it)"
	}
	if err := on.Provider.Check(ctx); err != nil {
		return "cannot be used: " + signon.Brief(err)
	}
	return "found"
}
