package jobs

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/views/email"
	"github.com/faregate/faregate/web/paths"
)

// LeakedKeys delivers the mail about a secret that somebody has found and reported.
type LeakedKeys struct {
	Mailer    Mailer
	PublicURL string
}

// Deliver implements the outbox's Deliver.
func (l LeakedKeys) Deliver(ctx context.Context, message models.OutboxMessage) error {
	p, err := payload[models.LeakedKeyPayload](message)
	if err != nil {
		return err
	}
	return l.Mailer.post(ctx, message, p.Email, email.LeakedKey{
		Name: p.Name, Team: p.TeamName, Key: p.KeyName, Hint: p.Hint, Owner: p.Owner, Place: p.Place, OldSecretOnly: p.OldSecretOnly,
		At: p.At, Clock: email.Clock{Now: p.At, Zone: time.UTC}, KeysURL: paths.Absolute(l.PublicURL, paths.Keys(p.TeamSlug)),
	})
}
