package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/email"
)

// Mailer makes one attempt to send a mail, or keeps it where people can read it. Doing so twice with the same id must be
// harmless.
type Mailer func(ctx context.Context, mail models.Mail) error

// letter is a mail of package email, in both of its forms.
type letter interface {
	Subject() string
	Text() string
	HTML() email.Component
}

// post writes a letter out and hands it over.
func (send Mailer) post(ctx context.Context, message models.OutboxMessage, to string, l letter) error {
	var html strings.Builder
	if err := l.HTML().Render(ctx, &html); err != nil {
		return fmt.Errorf("render the mail: %w", err)
	}
	return send(ctx, models.Mail{ID: message.ID, Recipient: to, Subject: l.Subject(), Text: l.Text() + email.Footer(ctx), HTML: html.String()})
}

// payload reads what a message says. One that cannot be read today will not be readable tomorrow.
func payload[T any](message models.OutboxMessage) (p T, err error) {
	if err := json.Unmarshal(message.Payload, &p); err != nil {
		return p, final(fmt.Errorf("read the payload: %w", err))
	}
	return p, nil
}
