package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/email"
	"github.com/faregate/faregate/web/paths"
)

// Invitations delivers the mail with the link into a team.
type Invitations struct {
	Mailer    Mailer
	PublicURL string
	// Open opens the secret of the link, which waits in the outbox sealed.
	Open func(sealed string) (secret []byte, err error)
}

// Deliver implements the outbox's Deliver.
func (i Invitations) Deliver(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.TeamInvitationPayload](message)
	if err != nil {
		return err
	}
	secret, err := i.Open(p.SealedSecret)
	if err != nil {
		return fmt.Errorf("open the link of %s: %w", p.InvitationID, err)
	}
	return i.Mailer.post(ctx, message, p.Email, email.TeamInvitation{
		Team: p.TeamName, Inviter: p.InviterName, InviterEmail: p.InviterMail, Role: string(p.Role), ExpiresAt: p.ExpiresAt,
		Clock: email.Clock{Now: message.CreatedAt, Zone: time.UTC}, URL: paths.Absolute(i.PublicURL, paths.Invitation(string(secret))),
	})
}
