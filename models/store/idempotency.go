package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/faregate/faregate/models"
)

// ClaimIdempotency notes that a request is about to be carried out. mine is true if the caller is to do so; else stored is what an
// earlier request with the same key has come to. The caller sees to it that nobody in this process is carrying that out, and
// no other process can (design 3.9): one that is merely claimed was left behind before it changed anything, so it is taken over.
// So is one whose life is over.
func (s *Store) ClaimIdempotency(ctx context.Context, r models.IdempotentRequest) (stored models.IdempotentRequest, mine bool, err error) {
	err = s.transact(ctx, func(t *txn) error {
		r.State, r.CreatedAt = models.RequestClaimed, t.now
		err := t.Where("token_id = ? AND key = ? AND state <> ? AND created_at > ?",
			r.TokenID, r.Key, models.RequestClaimed, t.now.Add(-models.IdempotencyLife)).Limit(1).Find(&stored).Error
		if err != nil || stored.Key != "" {
			return err
		}
		mine = true
		return t.Clauses(clause.OnConflict{UpdateAll: true}).Create(&r).Error
	})
	return stored, mine && err == nil, err
}

// KeepAnswer keeps the sealed answer of a request that was carried out; "" is one that is not worth keeping. A request that changed
// nothing is forgotten: sent again, it is a request like any other.
func (s *Store) KeepAnswer(ctx context.Context, c models.Claim, answer string) error {
	return s.transact(ctx, func(t *txn) error {
		if answer != "" {
			err := t.claimed(c, models.RequestActed).Updates(map[string]any{"state": models.RequestAnswered, "answer": answer}).Error
			if err != nil {
				return err
			}
		}
		return t.claimed(c, models.RequestClaimed).Delete(&models.IdempotentRequest{}).Error
	})
}

// markActed notes in the transaction of an act that the request of its context was carried out: both are committed, or neither.
func (t *txn) markActed(ctx context.Context) error {
	c, ok := models.ClaimOf(ctx)
	if !ok {
		return nil
	}
	return t.claimed(c, models.RequestClaimed).Update("state", models.RequestActed).Error
}

func (t *txn) claimed(c models.Claim, state models.IdempotentState) *gorm.DB {
	return t.Model(&models.IdempotentRequest{}).Where("token_id = ? AND key = ? AND state = ?", c.TokenID, c.Key, state)
}

// DropOldIdempotency deletes up to 500 requests whose life is over, and says how many it found.
func (s *Store) DropOldIdempotency(ctx context.Context) (dropped int64, err error) {
	err = s.transact(ctx, func(t *txn) error {
		done := t.Exec(`DELETE FROM idempotent_requests WHERE (token_id, key) IN
			(SELECT token_id, key FROM idempotent_requests WHERE created_at <= ? LIMIT 500)`, t.now.Add(-models.IdempotencyLife))
		dropped = done.RowsAffected
		return done.Error
	})
	return dropped, err
}
