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

// Mailer sends a mail, or keeps it where people can read it. Sending the same id twice must be harmless.
type Mailer interface {
	SaveMail(ctx context.Context, mail models.Mail) error
}

// Receipts delivers the mail after a credited top-up.
type Receipts struct {
	Mailer    Mailer
	PublicURL string
	Sandbox   bool // no real money moves; the mail says so
}

// Deliver implements the outbox's Deliver.
func (r Receipts) Deliver(ctx context.Context, message models.OutboxMessage) error {
	var p models.TopupReceiptPayload
	if err := json.Unmarshal(message.Payload, &p); err != nil {
		return fmt.Errorf("read the payload: %w", err)
	}
	m := email.TopUpReceipt{
		Name: p.UserName, Team: p.TeamName,
		Amount:  email.Amount{Nano: int64(p.Amount), Currency: p.Currency.Code()},
		Balance: email.Amount{Nano: int64(p.Balance), Currency: p.Currency.Code()},
		At:      p.PaidAt, Clock: email.Clock{Now: p.PaidAt, Zone: time.UTC},
		TopUpID: p.TopupID, PaymentID: p.PaymentIntentID,
		WalletURL: paths.Absolute(r.PublicURL, paths.Wallet(p.TeamSlug)), Sandbox: r.Sandbox,
	}
	var html strings.Builder
	if err := m.HTML().Render(ctx, &html); err != nil {
		return fmt.Errorf("render the receipt: %w", err)
	}
	return r.Mailer.SaveMail(ctx, models.Mail{
		ID: message.ID, Recipient: p.Email, Subject: m.Subject(), Text: m.Text(), HTML: html.String(),
	})
}
