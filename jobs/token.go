package jobs

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/email"
	"github.com/faregate/faregate/web/paths"
)

// TokenMails delivers the mails about API tokens.
type TokenMails struct {
	Mailer    Mailer
	PublicURL string
}

// Created delivers the notice that somebody has a new personal token.
func (m TokenMails) Created(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.TokenCreatedPayload](message)
	if err != nil {
		return err
	}
	mail := email.TokenCreated{
		Name: p.Name, Email: p.Email, Portal: m.PublicURL, Token: p.TokenName, Hint: p.Hint, At: p.At,
		Clock: email.Clock{Now: p.At, Zone: time.UTC}, TokensURL: paths.Absolute(m.PublicURL, paths.Tokens("")),
	}
	if p.ExpiresAt != nil {
		mail.ExpiresAt = *p.ExpiresAt
	}
	return m.Mailer.post(ctx, message, p.Email, mail)
}

// Leaked delivers the mail about a token that somebody has found and reported.
func (m TokenMails) Leaked(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.LeakedTokenPayload](message)
	if err != nil {
		return err
	}
	return m.Mailer.post(ctx, message, p.Email, email.LeakedToken{
		Name: p.Name, Team: p.TeamName, Token: p.TokenName, Hint: p.Hint, Place: p.Place,
		At: p.At, Clock: email.Clock{Now: p.At, Zone: time.UTC}, TokensURL: paths.Absolute(m.PublicURL, paths.Tokens(p.TeamSlug)),
	})
}
