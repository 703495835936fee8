package store

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// DueMessages lists outbox messages whose time has come, the longest waiting first; before all others those that models.FirstMails
// names, which wait behind no flood of news.
func (s *Store) DueMessages(ctx context.Context, limit int) ([]models.OutboxMessage, error) {
	var rows []models.OutboxMessage
	now := s.clock.Now()
	for _, which := range []string{"kind IN ?", "kind NOT IN ?"} {
		var some []models.OutboxMessage
		query := s.read(ctx).Where("state = 'queued' AND due_at <= ?", now).Where(which, models.FirstMails())
		if err := query.Order("due_at").Limit(limit - len(rows)).Find(&some).Error; err != nil {
			return nil, translate(err)
		}
		if rows = append(rows, some...); len(rows) == limit {
			break
		}
	}
	return rows, nil
}

// FinishMessage notes that a message's work is done.
func (s *Store) FinishMessage(ctx context.Context, id string) error {
	return s.transact(ctx, func(t *txn) error {
		return t.Model(&models.OutboxMessage{}).Where("id = ?", id).Updates(map[string]any{
			"state": models.OutboxDone, "done_at": t.now, "last_error": "",
		}).Error
	})
}

// RetryMessage notes a failure; the message comes up again after the delay, or never if it is dead.
func (s *Store) RetryMessage(ctx context.Context, message models.OutboxMessage, failure error, delay time.Duration, dead bool) error {
	state := models.OutboxQueued
	if dead {
		state = models.OutboxDead
	}
	return s.transact(ctx, func(t *txn) error {
		return t.Model(&message).Updates(map[string]any{
			"state": state, "attempts": message.Attempts + 1, "last_error": failure.Error(), "due_at": t.now.Add(delay),
		}).Error
	})
}
