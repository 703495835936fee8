package store

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/faregate/faregate/models"
)

// KeepMail keeps a mail whole for the outbox page, once per message.
func (s *Store) KeepMail(ctx context.Context, mail models.Mail) error {
	mail.Kept = true
	return s.addMail(ctx, mail)
}

// ListMail notes for the outbox page, once per message, that a mail is being sent. Its text is not stored.
func (s *Store) ListMail(ctx context.Context, mail models.Mail) error {
	mail.Kept, mail.Text, mail.HTML = false, "", ""
	return s.addMail(ctx, mail)
}

func (s *Store) addMail(ctx context.Context, mail models.Mail) error {
	return s.transact(ctx, func(t *txn) error {
		mail.CreatedAt = t.now
		return t.Clauses(clause.OnConflict{DoNothing: true}).Create(&mail).Error
	})
}

// Mails lists mails, newest first. One whose message is forgotten was sent.
func (s *Store) Mails(ctx context.Context, page models.Page) (models.Paged[models.MailListing], error) {
	query := s.read(ctx).Table("mails m").Joins("LEFT JOIN outbox_messages o ON o.id = m.id").
		Select("m.*, COALESCE(o.state, ?) AS state, COALESCE(o.attempts, 0) AS attempts, COALESCE(o.last_error, '') AS failure", models.OutboxDone)
	return newest(query, "m.id", page, func(m models.MailListing) string { return m.Mail.ID })
}

// CountFailedMails is how many of the mails that Mails lists were given up.
func (s *Store) CountFailedMails(ctx context.Context) (n int64, err error) {
	err = s.read(ctx).Raw(`SELECT COUNT(*) FROM outbox_messages o JOIN mails m ON m.id = o.id WHERE o.state = 'dead'`).Scan(&n).Error
	return n, translate(err)
}

// RetryMail queues a mail again that could not be sent, as if it had never been tried. models.ErrNotFound if the mail is not
// among those that were given up.
func (s *Store) RetryMail(ctx context.Context, actor models.Actor, id string) error {
	return s.transact(ctx, func(t *txn) error {
		queued := t.Model(&models.OutboxMessage{}).Where("id = ? AND state = ?", id, models.OutboxDead).Updates(map[string]any{
			"state": models.OutboxQueued, "attempts": 0, "due_at": t.now,
		})
		if queued.Error != nil {
			return queued.Error
		}
		if queued.RowsAffected == 0 {
			return models.ErrNotFound
		}
		return t.audit(actor, models.AuditMailRetried, "", id, "")
	})
}
