package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// SetSubscriptionEnd sets the instant at which a subscription to one of a team's APIs ends by itself, or with nil takes it
// back, and tells the subscriber's people. The gateway keeps to the clock, so nothing has to run at that instant. What is wrong
// with the time is models.Invalid of "ends_at"; models.ErrConflict if the subscription is over or was not approved yet.
func (s *Store) SetSubscriptionEnd(ctx context.Context, actor models.Actor, teamID, subscriptionID string, at *time.Time) error {
	return s.transact(ctx, func(t *txn) error {
		sub, err := t.subscriptionOf(models.ProviderSide, teamID, subscriptionID)
		if err != nil {
			return err
		}
		if !sub.Allows(models.ActSetEnd, models.ProviderSide, t.now) {
			return models.ErrConflict
		}
		if at != nil && !at.After(t.now) {
			return models.Invalid{"ends_at": "This time has passed. Choose a later one, or leave it empty for no end."}
		}
		if sameInstant(sub.EndsAt, at) {
			return nil
		}
		notice, details := models.NoticeNoEnd, "no end"
		if at != nil {
			notice, details = models.NoticeEndSet, at.UTC().Format(time.RFC3339)
		}
		if err := t.setEnd(sub, at); err != nil {
			return err
		}
		sub.EndsAt = at
		if err := t.noticeOfSubscription(notice, sub); err != nil {
			return err
		}
		return t.audit(actor, models.AuditSubscriptionEndSet, teamID, sub.ID, details)
	})
}

func sameInstant(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

// setEnd writes the end down. Whoever is told of one that is near already need not be told so again.
func (t *txn) setEnd(sub models.Subscription, at *time.Time) error {
	t.changes.subscriptions = append(t.changes.subscriptions, [2]string{sub.TeamID, sub.APIID})
	return t.Model(&models.Subscription{}).Where("id = ?", sub.ID).Updates(map[string]any{
		"ends_at": at, "end_told": at != nil && !at.After(t.now.Add(models.EndNotice)),
	}).Error
}

// endSlice bounds how many subscriptions one transaction ends or tells of: each has up to
// models.MaxNoticed mails, and settlements wait behind them.
const endSlice = 5

// EndSubscriptions writes down that subscriptions have ended whose time has come, and tells their people, a slice at a time. It
// says how many; the gateway refuses their calls already.
func (s *Store) EndSubscriptions(ctx context.Context) (ended int64, err error) {
	err = s.transact(ctx, func(t *txn) error {
		ended, err = t.endLapsed(t.DB)
		return err
	})
	return ended, err
}

// endLapsed ends a slice of those subscriptions whose time has come, and says how many.
func (t *txn) endLapsed(among *gorm.DB) (int64, error) {
	var lapsed []models.Subscription
	if err := among.Where(notOver+" AND ends_at <= ?", t.now).Order("ends_at").Limit(endSlice).Find(&lapsed).Error; err != nil {
		return 0, err
	}
	for _, sub := range lapsed {
		if err := t.moveSubscription(sub, models.Ended); err != nil {
			return 0, err
		}
		if err := t.noticeOfSubscription(models.NoticeEnded, sub); err != nil {
			return 0, err
		}
		if err := t.audit(models.System, models.AuditSubscriptionEnded, sub.TeamID, sub.ID, "its time had come"); err != nil {
			return 0, err
		}
	}
	return int64(len(lapsed)), nil
}

// TellOfEnds tells the people of subscriptions that end within models.EndNotice, once for each end that is set, a slice at a
// time, and says of how many.
func (s *Store) TellOfEnds(ctx context.Context) (told int64, err error) {
	err = s.transact(ctx, func(t *txn) error {
		var near []models.Subscription
		if err := t.Where(notOver+" AND ends_at > ? AND ends_at <= ? AND NOT end_told", t.now, t.now.Add(models.EndNotice)).
			Order("ends_at").Limit(endSlice).Find(&near).Error; err != nil {
			return err
		}
		for _, sub := range near {
			if err := t.noticeOfSubscription(models.NoticeEndNear, sub); err != nil {
				return err
			}
			if err := t.tellPeople(models.AuditEntry{Action: models.SubscriptionEnding, TeamID: sub.TeamID, Subject: sub.ID}); err != nil {
				return err
			}
			if err := t.Model(&models.Subscription{}).Where("id = ?", sub.ID).Update("end_told", true).Error; err != nil {
				return err
			}
		}
		told = int64(len(near))
		return nil
	})
	return told, err
}
