package store

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/faregate/faregate/models"
)

// SaveMail keeps a mail for the outbox page, once per message.
func (s *Store) SaveMail(ctx context.Context, mail models.Mail) error {
	return s.transact(ctx, func(t *txn) error {
		mail.CreatedAt = t.now
		return t.Clauses(clause.OnConflict{DoNothing: true}).Create(&mail).Error
	})
}

// Mails lists kept mails, newest first.
func (s *Store) Mails(ctx context.Context, page models.Page) (models.Paged[models.Mail], error) {
	return newest(s.read(ctx), "id", page, func(m models.Mail) string { return m.ID })
}
