package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/email"
	"github.com/faregate/faregate/web/paths"
)

// People is what mails about accounts need to know. Package store implements it.
type People interface {
	User(ctx context.Context, id string) (models.User, error)
	UserByEmail(ctx context.Context, email string) (models.User, error)
	OfferLink(ctx context.Context, link models.MailLink) error
}

// AccountMails delivers the mails that have to do with signing in.
type AccountMails struct {
	Mailer    Mailer
	People    People
	PublicURL string
	Clock     models.Clock
}

// PasswordReset delivers the link for a new password. Where nobody has the address nothing is sent, and nobody is told.
func (a AccountMails) PasswordReset(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.PasswordResetPayload](message)
	if err != nil {
		return err
	}
	user, err := a.People.UserByEmail(ctx, p.Email)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	token, err := a.link(ctx, message, models.LinkReset, user)
	if err != nil {
		return err
	}
	return a.Mailer.post(ctx, message, user.Email, email.PasswordReset{
		Name: user.Name, Portal: a.PublicURL, URL: paths.Absolute(a.PublicURL, paths.ResetPassword(token)),
	})
}

// AddressVerification delivers the link by which a user says that the address is theirs, unless that is known by now.
func (a AccountMails) AddressVerification(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.AddressVerificationPayload](message)
	if err != nil {
		return err
	}
	user, err := a.People.User(ctx, p.UserID)
	if errors.Is(err, models.ErrNotFound) || err == nil && user.Verified() {
		return nil
	}
	if err != nil {
		return err
	}
	token, err := a.link(ctx, message, models.LinkVerify, user)
	if err != nil {
		return err
	}
	return a.Mailer.post(ctx, message, user.Email, email.AddressVerification{
		Name: user.Name, Portal: a.PublicURL, URL: paths.Absolute(a.PublicURL, paths.VerifyAddress(token)),
	})
}

// PasswordChanged delivers the notice that a password was changed.
func (a AccountMails) PasswordChanged(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.PasswordChangedPayload](message)
	if err != nil {
		return err
	}
	return a.Mailer.post(ctx, message, p.Email, email.PasswordChanged{
		Name: p.Name, Email: p.Email, Portal: a.PublicURL, At: p.At, Clock: email.Clock{Now: p.At, Zone: time.UTC},
		ForgotURL: paths.Absolute(a.PublicURL, paths.ForgotPassword),
	})
}

// AccountStanding delivers the notice that somebody was suspended or reactivated.
func (a AccountMails) AccountStanding(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.AccountStandingPayload](message)
	if err != nil {
		return err
	}
	return a.Mailer.post(ctx, message, p.Email, email.AccountStanding{
		Name: p.Name, Email: p.Email, Portal: a.PublicURL, Suspended: p.Suspended, At: p.At, Clock: email.Clock{Now: p.At, Zone: time.UTC},
		SignInURL: paths.Absolute(a.PublicURL, paths.SignIn),
	})
}

// Impersonated delivers the notice that an administrator sees the portal as somebody.
func (a AccountMails) Impersonated(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.ImpersonatedPayload](message)
	if err != nil {
		return err
	}
	return a.Mailer.post(ctx, message, p.Email, email.Impersonated{
		Name: p.Name, Email: p.Email, Portal: a.PublicURL, By: p.By, Reason: p.Reason, At: p.At, Life: models.ImpersonationLife,
		Clock: email.Clock{Now: p.At, Zone: time.UTC}, AccountURL: paths.Absolute(a.PublicURL, paths.Account),
	})
}

// factorChanges are the changes of a second factor as the mail knows them.
var factorChanges = map[models.FactorChange]email.FactorChange{
	models.FactorAdded: email.FactorAdded, models.FactorRemoved: email.FactorRemoved,
	models.RecoveryCodeUsed: email.RecoveryCodeUsed, models.RecoveryCodesMade: email.RecoveryCodesMade,
	models.PasskeyAdded: email.PasskeyAdded, models.PasskeysRemoved: email.PasskeysRemoved, models.PasskeyCopied: email.PasskeyCopied,
}

// SecondFactorChanged delivers the notice of what happened to a second factor.
func (a AccountMails) SecondFactorChanged(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.SecondFactorChangedPayload](message)
	if err != nil {
		return err
	}
	return a.Mailer.post(ctx, message, p.Email, email.SecondFactorChanged{
		Name: p.Name, Email: p.Email, Portal: a.PublicURL, Change: factorChanges[p.Change], Left: p.Left, Passkeys: p.Passkeys, At: p.At,
		Clock: email.Clock{Now: p.At, Zone: time.UTC}, AccountURL: paths.Absolute(a.PublicURL, paths.Account),
	})
}

// errTooLate is why a link is not sent any more.
var errTooLate = errors.New("the link was asked for too long ago to be sent; whoever still needs it asks again")

// link makes a one-time link for a mail that is about to leave. Its token is in that mail alone, so every try makes another
// one; those of earlier tries, which may have arrived, work too.
func (a AccountMails) link(ctx context.Context, message models.OutboxMessage, purpose models.LinkPurpose, user models.User) (token string, err error) {
	if a.Clock.Now().Sub(message.CreatedAt) > purpose.Life() {
		return "", final(errTooLate)
	}
	token = models.NewLinkToken()
	return token, a.People.OfferLink(ctx, models.MailLink{
		TokenHash: models.HashLinkToken(token), UserID: user.ID, Purpose: purpose, Email: user.Email,
	})
}
