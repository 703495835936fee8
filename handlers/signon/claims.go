package signon

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/faregate/faregate/models"
)

// claims reads who somebody is from the tokens. Only the ID token says that; the userinfo endpoint is asked where it leaves
// something out.
func (p *Provider) claims(ctx context.Context, found *metadata, a Attempt, tokens *oauth2.Token) (models.SignOn, error) {
	raw, ok := tokens.Extra("id_token").(string)
	if !ok {
		return models.SignOn{}, fmt.Errorf("%w: it has no ID token", ErrBadAnswer)
	}
	token, err := found.provider.Verifier(&oidc.Config{
		ClientID: p.config.ClientID, Now: func() time.Time { return p.config.Clock.Now().Add(-skew) },
	}).Verify(ctx, raw)
	if err != nil {
		return models.SignOn{}, fmt.Errorf("%w: %s", ErrBadAnswer, brief(err))
	}
	said := claimSet{}
	if err := token.Claims(&said); err != nil {
		return models.SignOn{}, fmt.Errorf("%w: %s", ErrBadAnswer, brief(err))
	}
	if err := p.meantForUs(token, said, a); err != nil {
		return models.SignOn{}, fmt.Errorf("%w: %w", ErrBadAnswer, err)
	}
	on := models.SignOn{Issuer: p.config.Issuer, Subject: token.Subject, AuthTime: said.time("auth_time")}
	more := claimSet{}
	if found.provider.UserInfoEndpoint() != "" && (said.text("email") == "" || said.text("name") == "" || p.config.GroupClaim != "" && !said.has(p.config.GroupClaim)) {
		if more, err = p.userInfo(ctx, found, token.Subject, tokens); err != nil {
			return models.SignOn{}, err
		}
	}
	p.fill(&on, said, more)
	if !on.Usable() {
		return models.SignOn{}, fmt.Errorf("%w: the subject is none", ErrBadAnswer)
	}
	return on, nil
}

// meantForUs checks what the library leaves to its callers: nonce, authorized party, and the time of issue.
func (p *Provider) meantForUs(token *oidc.IDToken, said claimSet, a Attempt) error {
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(a.Nonce)) != 1 {
		return fmt.Errorf("the nonce is another one")
	}
	azp := said.text("azp")
	if azp != "" && azp != p.config.ClientID || azp == "" && len(token.Audience) > 1 {
		return fmt.Errorf("the token was issued to %q, for %d audiences", azp, len(token.Audience))
	}
	if token.IssuedAt.After(p.config.Clock.Now().Add(5 * time.Minute)) {
		return fmt.Errorf("it was issued in the future, at %s", token.IssuedAt)
	}
	return nil
}

// userInfo asks the userinfo endpoint, whose answer is worth something only for the same subject (OpenID Connect Core,
// section 5.3.2).
func (p *Provider) userInfo(ctx context.Context, found *metadata, subject string, tokens *oauth2.Token) (claimSet, error) {
	info, err := found.provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		return nil, fmt.Errorf("%w: the userinfo endpoint: %s", ErrUnreachable, brief(err))
	}
	if info.Subject != subject {
		return nil, fmt.Errorf("%w: the userinfo endpoint tells of another subject", ErrBadAnswer)
	}
	said := claimSet{}
	if err := info.Claims(&said); err != nil {
		return nil, fmt.Errorf("%w: the userinfo endpoint: %s", ErrBadAnswer, brief(err))
	}
	return said, nil
}

// fill takes the claims that we use, from the first source that has them. Whether an address is verified is said by the source
// of the address.
func (p *Provider) fill(on *models.SignOn, sources ...claimSet) {
	for _, said := range sources {
		if email := models.NormalizeEmail(said.text("email")); on.Email == "" && models.IsEmail(email) {
			on.Email, on.EmailVerified = email, said.yes("email_verified")
		}
		for _, name := range []string{"name", "preferred_username"} {
			if on.Name == "" {
				on.Name = said.text(name)
			}
		}
	}
	if p.config.GroupClaim == "" {
		return
	}
	on.GroupsKnown = true
	for _, said := range sources {
		if said.has(p.config.GroupClaim) {
			on.Groups, on.GroupsKnown = said.texts(p.config.GroupClaim), true
			return
		}
		if said.elsewhere(p.config.GroupClaim) {
			on.GroupsKnown = false
		}
	}
}

// claimSet is what a token or the userinfo endpoint says. Providers send claims in all sorts of shapes; one of the wrong shape
// is as good as none.
type claimSet map[string]json.RawMessage

// find returns a claim by its name, or by the names of nested ones with dots between them, as in realm_access.roles.
func (c claimSet) find(name string) (json.RawMessage, bool) {
	if raw, ok := c[name]; ok {
		return raw, string(raw) != "null"
	}
	outer, inner, nested := strings.Cut(name, ".")
	if !nested {
		return nil, false
	}
	var below claimSet
	if json.Unmarshal(c[outer], &below) != nil {
		return nil, false
	}
	return below.find(inner)
}

func (c claimSet) has(name string) bool {
	_, ok := c.find(name)
	return ok
}

// elsewhere says whether a claim was left out because it is too long, and has to be asked for at another address (OpenID Connect
// Core, section 5.6.2). Nobody asks there.
func (c claimSet) elsewhere(name string) bool {
	var names map[string]json.RawMessage
	_ = json.Unmarshal(c["_claim_names"], &names) // another shape names nothing
	return names[name] != nil || c.yes("hasgroups")
}

func (c claimSet) text(name string) (text string) {
	raw, _ := c.find(name)
	if json.Unmarshal(raw, &text) != nil {
		return ""
	}
	return text
}

// yes says whether a claim is true; some providers write that as a text.
func (c claimSet) yes(name string) bool {
	raw, _ := c.find(name)
	return string(raw) == "true" || string(raw) == `"true"`
}

// time is a claim in seconds since 1970, zero if it is none.
func (c claimSet) time(name string) time.Time {
	raw, _ := c.find(name)
	var number json.Number
	if json.Unmarshal(raw, &number) != nil {
		return time.Time{}
	}
	whole, _, _ := strings.Cut(number.String(), ".")
	seconds, err := json.Number(whole).Int64()
	if err != nil || seconds <= 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// maxGroups is how many groups of somebody's are looked at.
const maxGroups = 20_000

// texts are the texts of a claim that is a list, or the one that it is.
func (c claimSet) texts(name string) []string {
	if one := c.text(name); one != "" {
		return []string{one}
	}
	raw, _ := c.find(name)
	var items []json.RawMessage
	_ = json.Unmarshal(raw, &items) // another shape has none
	var all []string
	for _, item := range items[:min(len(items), maxGroups)] {
		var text string
		if json.Unmarshal(item, &text) == nil && text != "" {
			all = append(all, text)
		}
	}
	return all
}
