package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// Backlog counts what was promised and is not done. Each count reads an index of what is open only.
func (s *Store) Backlog(ctx context.Context) (models.Backlog, error) {
	var b models.Backlog
	err := s.read(ctx).Raw(`SELECT
		(SELECT COUNT(*) FROM outbox_messages WHERE state = 'queued') AS mails_queued,
		(SELECT COUNT(*) FROM outbox_messages WHERE state = 'queued' AND attempts > 0) AS mails_retried,
		(SELECT COUNT(*) FROM outbox_messages WHERE state = 'dead') AS mails_dead,
		(SELECT COUNT(*) FROM payment_events WHERE state = 'received') AS events_waiting,
		(SELECT COUNT(*) FROM payment_events WHERE state = 'failed') AS events_failed`).Scan(&b).Error
	return b, translate(err)
}

// Disk is the room where the database lies.
func (s *Store) Disk() models.Disk { return diskOf(s.dir) }
