package jobs

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/email"
	"github.com/faregate/faregate/web/paths"
)

// Receipts delivers the mail after a credited top-up.
type Receipts struct {
	Mailer    Mailer
	PublicURL string
	Sandbox   bool // no real money moves; the mail says so
}

// Deliver implements the outbox's Deliver.
func (r Receipts) Deliver(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.TopupReceiptPayload](message)
	if err != nil {
		return err
	}
	m := email.TopUpReceipt{
		Name: p.UserName, Team: p.TeamName,
		Amount:  email.Amount{Nano: int64(p.Amount), Currency: p.Currency.Code()},
		Balance: email.Amount{Nano: int64(p.Balance), Currency: p.Currency.Code()},
		At:      p.PaidAt, Clock: email.Clock{Now: p.PaidAt, Zone: time.UTC},
		TopUpID: p.TopupID, PaymentID: p.PaymentIntentID,
		WalletURL: paths.Absolute(r.PublicURL, paths.Wallet(p.TeamSlug)), Sandbox: r.Sandbox,
	}
	return r.Mailer.post(ctx, message, p.Email, m)
}
