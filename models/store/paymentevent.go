package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/faregate/faregate/models"
)

// SaveEvent implements billing.Books: the event's id is unique, the first copy stays.
func (s *Store) SaveEvent(ctx context.Context, event models.PaymentEvent) error {
	return s.transact(ctx, func(t *txn) error {
		return t.Clauses(clause.OnConflict{DoNothing: true}).Create(&event).Error
	})
}

// FinishEvent implements billing.Books. An event that was handled stays handled, whatever a late repetition says.
func (s *Store) FinishEvent(ctx context.Context, eventID string, state models.PaymentEventState, failure error) error {
	text := ""
	if failure != nil {
		text = failure.Error()
	}
	return s.transact(ctx, func(t *txn) error {
		changes := map[string]any{"state": state, "attempts": gorm.Expr("attempts + 1"), "last_error": text}
		if state != models.EventReceived {
			changes["handled_at"] = t.now
		}
		return t.Model(&models.PaymentEvent{}).Where("id = ? AND state = ?", eventID, models.EventReceived).Updates(changes).Error
	})
}

// WaitingEvents lists events whose work is still to do, oldest first, after the one that is named.
func (s *Store) WaitingEvents(ctx context.Context, after string, limit int) ([]models.PaymentEvent, error) {
	var rows []models.PaymentEvent
	err := s.read(ctx).Where("state = 'received' AND id > ?", after).Order("id").Limit(limit).Find(&rows).Error
	return rows, translate(err)
}
