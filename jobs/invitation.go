package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
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
	var p models.TeamInvitationPayload
	if err := json.Unmarshal(message.Payload, &p); err != nil {
		return fmt.Errorf("read the payload: %w", err)
	}
	secret, err := i.Open(p.SealedSecret)
	if err != nil {
		return fmt.Errorf("open the link of %s: %w", p.InvitationID, err)
	}
	m := email.TeamInvitation{
		Team: p.TeamName, Inviter: p.InviterName, InviterEmail: p.InviterMail, Role: string(p.Role), ExpiresAt: p.ExpiresAt,
		Clock: email.Clock{Now: message.CreatedAt, Zone: time.UTC}, URL: paths.Absolute(i.PublicURL, paths.Invitation(string(secret))),
	}
	var html strings.Builder
	if err := m.HTML().Render(ctx, &html); err != nil {
		return fmt.Errorf("render the invitation: %w", err)
	}
	return i.Mailer.SaveMail(ctx, models.Mail{
		ID: message.ID, Recipient: p.Email, Subject: m.Subject(), Text: m.Text(), HTML: html.String(),
	})
}
