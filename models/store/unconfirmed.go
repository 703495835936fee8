package store

import (
	"context"

	"gorm.io/gorm"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// ConfirmCalls implements billing.CallBooks.
func (s *Store) ConfirmCalls(ctx context.Context, open []models.CallID) error {
	return s.transact(ctx, func(t *txn) error {
		if err := t.fence(); err != nil {
			return err
		}
		return t.Exec(`UPDATE open_answers SET calls = ? WHERE id = 1`, packCallIDs(open)).Error
	})
}

// findUnconfirmed lists the charged calls whose answers may not have gone out, and empties the list of open ones: at a clean
// stop those that the settler noted at its end, at the start after any other stop those of the last commit.
func (t *txn) findUnconfirmed() error {
	var open struct{ Calls []byte }
	if err := t.Raw(`SELECT calls FROM open_answers WHERE id = 1`).Take(&open).Error; err != nil {
		return err
	}
	ids, err := unpackCallIDs(open.Calls)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := t.Exec(`INSERT OR IGNORE INTO unconfirmed_calls (call_id, found_at)
			SELECT id, ? FROM calls WHERE id = ? AND charge > 0`, t.now, id).Error; err != nil {
			return err
		}
	}
	return t.Exec(`UPDATE open_answers SET calls = x'' WHERE id = 1`).Error
}

// UnconfirmedCalls lists, newest first, the charged calls whose answers a stop may have cut, refunded ones too.
func (s *Store) UnconfirmedCalls(ctx context.Context, page models.Page) (models.Paged[models.UnconfirmedCall], error) {
	before := models.CallID(1<<63 - 1)
	if page.After != "" {
		id, err := models.ParseCallID(page.After)
		if err != nil {
			return models.Paged[models.UnconfirmedCall]{}, nil //nolint:nilerr // a cursor of nothing: an empty page
		}
		before = id
	}
	var rows []models.UnconfirmedCall
	err := s.unconfirmed(ctx).Where("u.call_id < ?", before).
		Order("u.call_id DESC").Limit(page.Size() + 1).Scan(&rows).Error
	return models.Cut(rows, page.Size(), func(r models.UnconfirmedCall) string { return r.Call.ID.String() }), translate(err)
}

func (s *Store) unconfirmed(ctx context.Context) *gorm.DB {
	return listCalls(s.read(ctx).Table("unconfirmed_calls u").Joins("JOIN calls c ON c.id = u.call_id")).
		Select(callColumns + ", u.found_at, u.refunded_at, u.refunded_by, t.name AS team_name, t.slug AS team_slug").
		Joins("JOIN teams t ON t.id = e.team_id")
}

// UnconfirmedCall returns one call of the list, or models.ErrNotFound.
func (s *Store) UnconfirmedCall(ctx context.Context, id models.CallID) (models.UnconfirmedCall, error) {
	var row models.UnconfirmedCall
	err := s.unconfirmed(ctx).Where("u.call_id = ?", id).Take(&row).Error
	return row, translate(err)
}

// CountUnconfirmed counts those that nobody has refunded yet.
func (s *Store) CountUnconfirmed(ctx context.Context) (n int64, err error) {
	err = s.read(ctx).Raw(`SELECT COUNT(*) FROM unconfirmed_calls WHERE refunded_at IS NULL`).Scan(&n).Error
	return n, translate(err)
}

// RefundUnconfirmed gives back what an unconfirmed call cost, to the credit that it burnt. models.ErrNotFound if the call is
// not on the list, models.ErrConflict if it was refunded before.
func (s *Store) RefundUnconfirmed(ctx context.Context, actor models.Actor, id models.CallID) (models.Wallet, error) {
	var w models.Wallet
	err := s.transact(ctx, func(t *txn) error {
		var row models.CallListing
		if err := listCalls(t.Table("unconfirmed_calls u").Joins("JOIN calls c ON c.id = u.call_id")).
			Where("u.call_id = ?", id).Take(&row).Error; err != nil {
			return err
		}
		refund := billing.RefundPosting(row.Call, actor.UserID, t.now)
		var err error
		if w, err = t.post(refund); err != nil {
			return err
		}
		if err := t.Exec(`UPDATE unconfirmed_calls SET refunded_at = ?, refunded_by = ?, transaction_id = ? WHERE call_id = ?`,
			t.now, actor.UserID, refund.Transaction.ID, id).Error; err != nil {
			return err
		}
		return t.audit(actor, models.AuditCallRefunded, row.Call.TeamID, id.String(), row.Call.Charge.Decimal(2))
	})
	return w, err
}
