package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// burnOrder is the order in which promotional credit is spent: what ends soonest first.
const burnOrder = "expires_at IS NULL, expires_at, created_at, id"

// countLots writes down what is left of each part of a wallet's promotional credit, and returns them in burn order. It has to be
// done before a part comes or goes, so that what was spent until then is taken from those that were there.
func (t *txn) countLots(w models.Wallet) ([]models.CreditLot, error) {
	var lots []models.CreditLot
	if err := t.Where("team_id = ? AND remaining > 0", w.TeamID).Order(burnOrder).Find(&lots).Error; err != nil {
		return nil, err
	}
	before := slices.Clone(lots)
	billing.BurnLots(lots, w.Promo)
	for i, l := range lots {
		if l.Remaining == before[i].Remaining {
			continue
		}
		if err := t.Exec(`UPDATE credit_lots SET remaining = ? WHERE id = ?`, l.Remaining, l.ID).Error; err != nil {
			return nil, err
		}
	}
	return lots, nil
}

// addLot adds the part that a posting has brought to a wallet, which is as it was before.
func (t *txn) addLot(before models.Wallet, p billing.Posting, amount models.Nano) error {
	if _, err := t.countLots(before); err != nil {
		return err
	}
	return t.Create(&models.CreditLot{
		ID: p.Transaction.ID, TeamID: before.TeamID, Amount: amount, Remaining: amount, ExpiresAt: p.Expires, CreatedAt: p.Transaction.CreatedAt,
	}).Error
}

// CreditLots are the parts of a team's promotional credit of which something is left, in the order in which they are spent.
func (s *Store) CreditLots(ctx context.Context, teamID string) ([]models.CreditLot, error) {
	var rows []struct {
		models.CreditLot `gorm:"embedded"`
		Promo            models.Nano
	}
	err := s.read(ctx).Raw(`SELECT l.*, w.promo FROM credit_lots l JOIN wallets w ON w.team_id = l.team_id
		WHERE l.team_id = ? AND l.remaining > 0 ORDER BY `+burnOrder, teamID).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, translate(err)
	}
	lots := make([]models.CreditLot, len(rows))
	for i, row := range rows {
		lots[i] = row.CreditLot
	}
	billing.BurnLots(lots, rows[0].Promo)
	return slices.DeleteFunc(lots, func(l models.CreditLot) bool { return l.Remaining == 0 }), nil
}

// EndedCredit lists, by id and behind the one named, parts whose time is over and that may not be spent. What is left of them is
// known when the parts of their wallet are counted.
func (s *Store) EndedCredit(ctx context.Context, after string, limit int) ([]models.CreditLot, error) {
	var lots []models.CreditLot
	err := s.read(ctx).Where("remaining > 0 AND expires_at IS NOT NULL AND expires_at <= ? AND id > ?", s.clock.Now(), after).
		Order("id").Limit(limit).Find(&lots).Error
	return lots, translate(err)
}

// ExpireCredit takes back what is left of a part whose time is over, and at most what the caller has reserved of it. It changes no
// balance if nothing is left.
func (s *Store) ExpireCredit(ctx context.Context, lotID string, most models.Nano) (models.Wallet, error) {
	var w models.Wallet
	err := s.transact(ctx, func(t *txn) error {
		var lot models.CreditLot
		if err := t.First(&lot, "id = ?", lotID).Error; err != nil {
			return err
		}
		if lot.ExpiresAt == nil || lot.ExpiresAt.After(t.now) {
			return fmt.Errorf("store: the credit %s has not ended: %w", lotID, models.ErrConflict)
		}
		var err error
		if w, err = t.wallet(lot.TeamID); err != nil {
			return err
		}
		lots, err := t.countLots(w)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(lots, func(l models.CreditLot) bool { return l.ID == lotID })
		if i < 0 || min(lots[i].Remaining, most) <= 0 {
			return t.fence()
		}
		amount := min(lots[i].Remaining, most)
		if w, err = t.post(billing.ExpiryPosting(lots[i], amount, t.now)); err != nil {
			return err
		}
		if err := t.Exec(`UPDATE credit_lots SET remaining = remaining - ? WHERE id = ?`, amount, lotID).Error; err != nil {
			return err
		}
		return t.audit(models.System, models.AuditCreditExpired, lot.TeamID, lot.TeamID, amount.Decimal(2))
	})
	return w, err
}
