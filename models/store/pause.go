package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// PauseSubscription stops the calls of a subscription for a team on one of its sides: the next one is refused. The reason is a
// provider's, checked by models.CheckPauseReason; the subscriber's people are told. models.ErrNotFound if the subscription
// does not bind the team on that side, models.ErrConflict if it cannot be paused, or the side has paused it already.
func (s *Store) PauseSubscription(ctx context.Context, actor models.Actor, side models.Side, teamID, subscriptionID, reason string) error {
	return s.transact(ctx, func(t *txn) error {
		sub, err := t.subscriptionOf(side, teamID, subscriptionID)
		if err != nil {
			return err
		}
		if !sub.Allows(models.ActPause, side, t.now) {
			return models.ErrConflict
		}
		change := map[string]any{"team_paused_at": t.now}
		if side == models.ProviderSide {
			change = map[string]any{"provider_paused_at": t.now, "pause_reason": reason}
		}
		if err := t.Model(&models.Subscription{}).Where("id = ?", sub.ID).Updates(change).Error; err != nil {
			return err
		}
		if err := t.moveSubscription(sub, models.Paused); err != nil {
			return err
		}
		if side == models.ProviderSide {
			sub.PauseReason = reason
			if err := t.noticeOfSubscription(models.NoticePaused, sub); err != nil {
				return err
			}
		}
		return t.audit(actor, models.AuditSubscriptionPaused, teamID, sub.ID, "by the "+string(side))
	})
}

// ResumeSubscription takes a side's pause back. Calls go on unless the other side has paused too. Its errors are those of
// PauseSubscription.
func (s *Store) ResumeSubscription(ctx context.Context, actor models.Actor, side models.Side, teamID, subscriptionID string) error {
	return s.transact(ctx, func(t *txn) error {
		sub, err := t.subscriptionOf(side, teamID, subscriptionID)
		if err != nil {
			return err
		}
		if !sub.Allows(models.ActResume, side, t.now) {
			return models.ErrConflict
		}
		change, other := map[string]any{"team_paused_at": nil}, models.ProviderSide
		if side == models.ProviderSide {
			change, other = map[string]any{"provider_paused_at": nil, "pause_reason": ""}, models.SubscriberSide
		}
		if err := t.Model(&models.Subscription{}).Where("id = ?", sub.ID).Updates(change).Error; err != nil {
			return err
		}
		state := models.Active
		if sub.PausedBy(other) {
			state = models.Paused
		}
		if err := t.moveSubscription(sub, state); err != nil {
			return err
		}
		if side == models.ProviderSide {
			sub.PauseReason = ""
			if err := t.noticeOfSubscription(models.NoticeResumed, sub); err != nil {
				return err
			}
		}
		return t.audit(actor, models.AuditSubscriptionResumed, teamID, sub.ID, "by the "+string(side))
	})
}
