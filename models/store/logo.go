package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// SetLogo gives a team's API the picture that was stored under a hash, "" for none. It is seen at once.
func (s *Store) SetLogo(ctx context.Context, actor models.Actor, teamID, apiID, hash string) error {
	return s.transact(ctx, func(t *txn) error {
		row, err := t.listing(teamID, apiID)
		if err != nil || row.API.Logo == hash {
			return err
		}
		if err := t.Model(&models.API{}).Where("id = ?", apiID).Update("logo", hash).Error; err != nil {
			return err
		}
		t.changes.shown = append(t.changes.shown, apiID)
		act := models.AuditLogoSet
		if hash == "" {
			act = models.AuditLogoRemoved
		}
		return t.audit(actor, act, teamID, apiID, row.API.Slug)
	})
}
