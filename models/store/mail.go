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
	query := s.read(ctx)
	if page.After != "" {
		query = query.Where("id < ?", page.After)
	}
	var rows []models.Mail
	err := query.Order("id DESC").Limit(page.Size() + 1).Find(&rows).Error
	return models.Cut(rows, page.Size(), func(m models.Mail) string { return m.ID }), translate(err)
}
