package store

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// mailSlice is how many notifications are turned into promises of mails in one transaction.
const mailSlice = 50

// PromiseNotificationMails promises a slice of the mails that notifications still owe, and says how many it took on. A
// notification and what it owes are written with what happened, so none is lost, and none is promised twice.
func (s *Store) PromiseNotificationMails(ctx context.Context) (promised int64, err error) {
	var due bool
	if err := s.read(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM notification_readers WHERE mail_due)`).Scan(&due).Error; err != nil || !due {
		return 0, translate(err) // the writer is asked only where there is something to write
	}
	err = s.transact(ctx, func(t *txn) error {
		var rows []models.NotificationListing
		if err := notificationsOf(t.DB).Where("r.mail_due").Order("r.notification_id").Limit(mailSlice).Find(&rows).Error; err != nil {
			return err
		}
		var messages []models.OutboxMessage
		for _, l := range rows {
			if err := t.Model(&models.NotificationReader{}).Where("notification_id = ? AND user_id = ?", l.Notification.ID, l.UserID).Update("mail_due", false).Error; err != nil {
				return err
			}
			if l.Email != "" {
				messages = append(messages, notificationMail(l, t.now))
			}
		}
		promised = int64(len(rows))
		if len(messages) == 0 {
			return nil
		}
		return t.Create(&messages).Error
	})
	return promised, err
}

func notificationMail(l models.NotificationListing, now time.Time) models.OutboxMessage {
	n := l.Notification
	message := models.NewOutboxMessage(models.NotificationMail, "notification:"+n.ID+":"+l.UserID, models.NotificationPayload{
		Email: l.Email, Name: l.Name, TeamName: l.TeamName, TeamSlug: l.TeamSlug, Words: l.Words(), Step: n.Step(),
		Act: n.Act, Told: n.Told, Subject: n.Subject, APISlug: n.APISlug,
	}, now)
	message.Choice = models.MailChoice{UserID: l.UserID, Kind: n.Kind}
	return message
}
