package jobs

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/email"
	"github.com/faregate/faregate/web/paths"
)

// IdentityChanged delivers the notice that single sign-on was linked to an account, or unlinked from it.
func (a AccountMails) IdentityChanged(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.IdentityChangedPayload](message)
	if err != nil {
		return err
	}
	return a.Mailer.post(ctx, message, p.Email, email.IdentityChanged{
		Name: p.Name, Email: p.Email, Portal: a.PublicURL, Identity: p.Identity, Linked: p.Linked, At: p.At,
		Clock: email.Clock{Now: p.At, Zone: time.UTC}, AccountURL: paths.Absolute(a.PublicURL, paths.Account),
	})
}
