package store

import (
	"context"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// Wallet implements billing.Wallets.
func (s *Store) Wallet(ctx context.Context, teamID string) (models.Wallet, error) {
	var w models.Wallet
	err := s.read(ctx).First(&w, "team_id = ?", teamID).Error
	return w, translate(err)
}

func (t *txn) wallet(teamID string) (models.Wallet, error) {
	var w models.Wallet
	return w, t.First(&w, "team_id = ?", teamID).Error
}

// KeySpend implements billing.AccountBooks.
func (s *Store) KeySpend(ctx context.Context, keyID string) (models.Spend, error) {
	var spent models.Spend
	err := s.read(ctx).Raw(`SELECT * FROM key_spend WHERE key_id = ?`, keyID).Scan(&spent).Error
	return spent, translate(err)
}

// KeySpends is KeySpend of several keys; one that never spent is left out.
func (s *Store) KeySpends(ctx context.Context, keyIDs []string) (map[string]models.Spend, error) {
	var rows []struct {
		KeyID        string
		models.Spend `gorm:"embedded"`
	}
	err := s.read(ctx).Raw(`SELECT * FROM key_spend WHERE key_id IN ?`, keyIDs).Scan(&rows).Error
	spent := make(map[string]models.Spend, len(rows))
	for _, row := range rows {
		spent[row.KeyID] = row.Spend
	}
	return spent, translate(err)
}

// QuotaUse implements billing.AccountBooks.
func (s *Store) QuotaUse(ctx context.Context, teamID, apiID string) (models.QuotaUse, error) {
	use, err := quotaUse(s.read(ctx), teamID, apiID)
	return use, translate(err)
}

func quotaUse(db *gorm.DB, teamID, apiID string) (use models.QuotaUse, err error) {
	err = db.Raw(`SELECT * FROM quota_use WHERE team_id = ? AND api_id = ?`, teamID, apiID).Scan(&use).Error
	return use, err
}

// fence returns ErrFenced where another process has begun an epoch. Money transactions that touch no wallet ask it;
// saveWallet asks by itself.
func (t *txn) fence() error {
	var epoch int64
	if err := t.Raw(`SELECT epoch FROM node WHERE id = 1`).Scan(&epoch).Error; err != nil {
		return err
	}
	if epoch != t.epoch {
		return ErrFenced
	}
	return nil
}

// saveWallet writes a wallet whose seq was advanced by one; the commits of calls rely on every change of a wallet doing that. It changes nothing, and returns ErrFenced, where another
// process has begun an epoch: that process's memory does not know of our holds.
func (t *txn) saveWallet(w models.Wallet) error {
	done := t.Exec(`UPDATE wallets SET balance = ?, promo = ?, seq = ? WHERE team_id = ? AND seq = ?
		AND (SELECT epoch FROM node WHERE id = 1) = ?`, w.Balance, w.Promo, w.Seq, w.TeamID, w.Seq-1, t.epoch)
	if done.Error == nil && done.RowsAffected == 0 {
		return ErrFenced
	}
	t.changes.wallets = append(t.changes.wallets, w)
	return done.Error
}
