package jobs

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/email"
	"github.com/faregate/faregate/web/paths"
)

// Webhooks delivers the mails about webhooks. What webhooks themselves are sent is the matter of package hooks.
type Webhooks struct {
	Mailer    Mailer
	PublicURL string
}

// Off tells somebody who manages the team that a webhook was disabled.
func (w Webhooks) Off(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.WebhookOffPayload](message)
	if err != nil {
		return err
	}
	return w.Mailer.post(ctx, message, p.Email, email.WebhookOff{
		Name: p.Name, Team: p.TeamName, Host: p.Host, Gone: p.Reason == models.DisabledGone, FailingSince: p.FailingSince,
		Clock: email.Clock{Now: message.CreatedAt, Zone: time.UTC}, URL: paths.Absolute(w.PublicURL, paths.Webhook(p.TeamSlug, p.WebhookID)),
	})
}
