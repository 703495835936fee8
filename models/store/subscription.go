package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// Subscribe takes a subscription to a published API under its plan. models.ErrConflict if the team has a live one, and
// models.ErrNotFound if there is no such API for this team: a private one is for its owner alone, whoever acts.
func (s *Store) Subscribe(ctx context.Context, actor models.Actor, teamID, apiID string) (models.Subscription, error) {
	var sub models.Subscription
	err := s.transact(ctx, func(t *txn) error {
		var row models.APIListing
		if err := visible(listingsIn(t.DB, t.now), models.Viewer{UserID: actor.UserID}).
			Where("a.id = ? AND v.state = ?", apiID, models.Published).
			Where("(a.visibility <> ? OR a.team_id = ?)", models.Private, teamID).Take(&row).Error; err != nil {
			return err
		}
		sub = models.Subscription{
			ID: models.NewID(models.KindSubscription), TeamID: teamID, APIID: apiID, PlanID: row.Plan.ID,
			State: models.Active, CreatedBy: actor.UserID, CreatedAt: t.now,
		}
		if err := t.Create(&sub).Error; err != nil {
			return err
		}
		t.changes.subscriptions = append(t.changes.subscriptions, [2]string{teamID, apiID})
		return t.audit(actor, models.AuditSubscribed, teamID, sub.ID, row.API.Slug)
	})
	return sub, err
}

// EndSubscription ends a team's live subscription; calls are refused from then on.
func (s *Store) EndSubscription(ctx context.Context, actor models.Actor, teamID, subscriptionID string) error {
	return s.transact(ctx, func(t *txn) error {
		var sub models.Subscription
		if err := t.First(&sub, "id = ? AND team_id = ?", subscriptionID, teamID).Error; err != nil {
			return err
		}
		if sub.State == models.Ended {
			return models.ErrConflict
		}
		if err := t.Model(&sub).Updates(map[string]any{"state": models.Ended, "ended_at": t.now}).Error; err != nil {
			return err
		}
		t.changes.subscriptions = append(t.changes.subscriptions, [2]string{teamID, sub.APIID})
		return t.audit(actor, models.AuditSubscriptionEnded, teamID, sub.ID, "")
	})
}

// LiveSubscription returns a team's subscription to an API that is not over; found is false if there is none.
func (s *Store) LiveSubscription(ctx context.Context, teamID, apiID string) (sub models.Subscription, found bool, err error) {
	err = s.read(ctx).First(&sub, "team_id = ? AND api_id = ? AND state NOT IN ('rejected', 'withdrawn', 'ended')", teamID, apiID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return sub, false, nil
	}
	return sub, err == nil, translate(err)
}

// EverSubscribed says whether a team has, or once had, a subscription to an API.
func (s *Store) EverSubscribed(ctx context.Context, teamID, apiID string) (bool, error) {
	var found int64
	err := s.read(ctx).Model(&models.Subscription{}).Where("team_id = ? AND api_id = ?", teamID, apiID).Limit(1).Count(&found).Error
	return found > 0, translate(err)
}

func (s *Store) subscriptions(ctx context.Context, teamID string) *gorm.DB {
	return s.read(ctx).Table("subscriptions s").
		Select("s.*, a.name AS api_name, a.slug AS api_slug, p.name AS plan_name, ("+priceInEffect+") AS price, a.example_path, v.name AS version_name, v.state AS version_state", s.clock.Now()).
		Joins("JOIN apis a ON a.id = s.api_id").Joins("JOIN versions v ON v.api_id = a.id").Joins("JOIN plans p ON p.id = s.plan_id").Where("s.team_id = ?", teamID)
}

// TeamSubscription returns one subscription of a team, live or over.
func (s *Store) TeamSubscription(ctx context.Context, teamID, subscriptionID string) (models.SubscriptionListing, error) {
	var row models.SubscriptionListing
	err := s.subscriptions(ctx, teamID).Where("s.id = ?", subscriptionID).Take(&row).Error
	return row, translate(err)
}

// TeamSubscriptions lists a team's subscriptions, newest first.
func (s *Store) TeamSubscriptions(ctx context.Context, teamID string, page models.Page) (models.Paged[models.SubscriptionListing], error) {
	return newest(s.subscriptions(ctx, teamID), "s.id", page, func(r models.SubscriptionListing) string { return r.Subscription.ID })
}
