package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// AnswerRequest approves or declines a request for one of a team's APIs. models.ErrConflict if it waits for no answer any
// more: somebody else gave one, or the applicant has withdrawn it.
func (s *Store) AnswerRequest(ctx context.Context, actor models.Actor, teamID, subscriptionID string, approve bool) error {
	return s.transact(ctx, func(t *txn) error {
		var sub models.Subscription
		if err := t.Joins("JOIN apis a ON a.id = subscriptions.api_id AND a.team_id = ?", teamID).
			First(&sub, "subscriptions.id = ?", subscriptionID).Error; err != nil {
			return err
		}
		if sub.State != models.Requested {
			return models.ErrConflict
		}
		state, action := models.Active, models.AuditRequestApproved
		if !approve {
			state, action = models.Rejected, models.AuditRequestDeclined
		}
		if err := t.moveSubscription(sub, state); err != nil {
			return err
		}
		return t.audit(actor, action, teamID, sub.ID, "for team "+sub.TeamID)
	})
}

// TeamRequests lists the requests that wait for an answer of a team, the longest waiting first, at most limit.
func (s *Store) TeamRequests(ctx context.Context, teamID string, limit int) ([]models.RequestListing, error) {
	var rows []models.RequestListing
	err := s.read(ctx).Table("apis a").
		Select("s.*, t.name AS team_name, u.name AS user_name, a.name AS api_name, a.slug AS api_slug, p.name AS plan_name, p.question").
		Joins("CROSS JOIN subscriptions s ON s.api_id = a.id AND s.state = ?", models.Requested).
		Joins("JOIN teams t ON t.id = s.team_id").Joins("JOIN users u ON u.id = s.created_by").Joins("JOIN plans p ON p.id = s.plan_id").
		Where("a.team_id = ? AND a.deleted_at IS NULL", teamID).Order("s.id").Limit(limit).Scan(&rows).Error
	return rows, translate(err)
}

// CountRequests counts the requests that wait for an answer of a team.
func (s *Store) CountRequests(ctx context.Context, teamID string) (int64, error) {
	var n int64
	err := s.read(ctx).Table("apis a").Joins("CROSS JOIN subscriptions s ON s.api_id = a.id AND s.state = ?", models.Requested).
		Where("a.team_id = ? AND a.deleted_at IS NULL", teamID).Count(&n).Error
	return n, translate(err)
}
