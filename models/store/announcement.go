package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// Announce writes a new announcement. models.Invalid says what is wrong with it, models.ErrTooManyAnnouncements that another
// one has to end first.
func (s *Store) Announce(ctx context.Context, actor models.Actor, n models.NewAnnouncement) error {
	return s.transact(ctx, func(t *txn) error {
		if err := t.mayAdminister(actor); err != nil {
			return err
		}
		if err := n.Validate(t.now); err != nil {
			return err
		}
		var open int64
		if err := t.Model(&models.Announcement{}).Where("ends_at > ?", t.now).Count(&open).Error; err != nil {
			return err
		}
		if open >= models.MaxOpenAnnouncements {
			return models.ErrTooManyAnnouncements
		}
		made := t.announced(models.Announcement{ID: models.NewID(models.KindAnnouncement), CreatedAt: t.now}, n)
		if err := t.Create(&made).Error; err != nil {
			return err
		}
		return t.changedAnnouncement(actor, models.AuditAnnounced, models.Announcement{}, made)
	})
}

// EditAnnouncement changes an announcement that is shown or to come. models.ErrNotFound if there is none, or it is over;
// models.Invalid says what is wrong with the change. One that changes nothing is no act.
func (s *Store) EditAnnouncement(ctx context.Context, actor models.Actor, id string, n models.NewAnnouncement) error {
	return s.transact(ctx, func(t *txn) error {
		before, err := t.openAnnouncement(actor, id)
		if err != nil {
			return err
		}
		if err := n.Validate(t.now); err != nil {
			return err
		}
		after := t.announced(before, n)
		if len(models.AuditChanges(models.AnnouncementFields, before, after)) == 0 {
			return nil
		}
		return t.changeAnnouncement(actor, models.AuditAnnouncementEdited, before, after)
	})
}

// EndAnnouncement ends an announcement that is shown, and calls one off that is to come. models.ErrNotFound if there is none,
// or it is over.
func (s *Store) EndAnnouncement(ctx context.Context, actor models.Actor, id string) error {
	return s.transact(ctx, func(t *txn) error {
		before, err := t.openAnnouncement(actor, id)
		if err != nil {
			return err
		}
		after := before
		after.EndsAt = t.now
		return t.changeAnnouncement(actor, models.AuditAnnouncementEnded, before, after)
	})
}

// OpenAnnouncements lists those that are shown and to come, in the order in which they begin; there are at most
// models.MaxOpenAnnouncements.
func (s *Store) OpenAnnouncements(ctx context.Context) ([]models.Announcement, error) {
	var rows []models.Announcement
	err := s.read(ctx).Where("ends_at > ?", s.clock.Now()).Order("starts_at, id").Limit(models.MaxOpenAnnouncements).Find(&rows).Error
	return rows, translate(err)
}

// PastAnnouncements lists those that are over, newest first.
func (s *Store) PastAnnouncements(ctx context.Context, page models.Page) (models.Paged[models.Announcement], error) {
	query := s.read(ctx).Where("ends_at <= ?", s.clock.Now())
	return newest(query, "id", page, func(a models.Announcement) string { return a.ID })
}

// OpenAnnouncement returns an announcement that is shown or to come, or models.ErrNotFound.
func (s *Store) OpenAnnouncement(ctx context.Context, id string) (models.Announcement, error) {
	var a models.Announcement
	err := s.read(ctx).Where("id = ? AND ends_at > ?", id, s.clock.Now()).Take(&a).Error
	return a, translate(err)
}

func (t *txn) openAnnouncement(actor models.Actor, id string) (models.Announcement, error) {
	var a models.Announcement
	if err := t.mayAdminister(actor); err != nil {
		return a, err
	}
	return a, t.Where("id = ? AND ends_at > ?", id, t.now).Take(&a).Error
}

// announced is an announcement as somebody wrote it.
func (t *txn) announced(a models.Announcement, n models.NewAnnouncement) models.Announcement {
	a.Title, a.Text, a.Tone, a.SignedInOnly, a.StartsAt, a.EndsAt = n.Title, n.Text, n.Tone, n.SignedInOnly, n.From, n.Until
	if n.From.IsZero() {
		a.StartsAt = t.now
	}
	return a
}

func (t *txn) changeAnnouncement(actor models.Actor, action models.AuditAction, before, after models.Announcement) error {
	if err := t.Save(&after).Error; err != nil {
		return err
	}
	return t.changedAnnouncement(actor, action, before, after)
}

// changedAnnouncement records the act, and has those told who remember the announcements.
func (t *txn) changedAnnouncement(actor models.Actor, action models.AuditAction, before, after models.Announcement) error {
	t.changes.announcements = true
	return t.auditChange(actor, action, "", after.ID, "", models.AuditChanges(models.AnnouncementFields, before, after))
}
