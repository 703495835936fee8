package store

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// DueMessages lists outbox messages whose time has come, the longest waiting first.
func (s *Store) DueMessages(ctx context.Context, limit int) ([]models.OutboxMessage, error) {
	var rows []models.OutboxMessage
	err := s.read(ctx).Where("state = 'queued' AND due_at <= ?", s.clock.Now()).Order("due_at").Limit(limit).Find(&rows).Error
	return rows, translate(err)
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
