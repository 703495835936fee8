package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// Route is one version of an API as the gateway serves it.
type routeRow struct {
	Slug, Version, APIName, UpstreamURL string
	billing.VersionTerms
}

var _ = routeRow{}

// KeyTerms returns what the gateway needs to know of a key, or models.ErrNotFound for one that was never issued.
func (s *Store) KeyTerms(ctx context.Context, hash models.KeyHash) (billing.KeyTerms, error) {
	var row struct {
		ID, Name, TeamID string
		State            models.KeyState
		ExpiresAt        *time.Time
		Suspended        bool
	}
	err := s.read(ctx).Raw(`SELECT k.id, k.name, k.team_id, k.state, k.expires_at, t.suspended
		FROM api_keys k JOIN teams t ON t.id = k.team_id WHERE k.hash = ?`, hash[:]).First(&row).Error
	terms := billing.KeyTerms{ID: row.ID, Name: row.Name, TeamID: row.TeamID, State: row.State, TeamSuspended: row.Suspended}
	if row.ExpiresAt != nil {
		terms.ExpiresAt = *row.ExpiresAt
	}
	return terms, translate(err)
}

// SubscriptionTerms returns a team's live subscription to an API with its plan's price; the zero value if there is none.
func (s *Store) SubscriptionTerms(ctx context.Context, teamID, apiID string) (billing.SubscriptionTerms, error) {
	var terms billing.SubscriptionTerms
	err := s.read(ctx).Raw(`SELECT s.id, s.plan_id, s.state, p.price FROM subscriptions s JOIN plans p ON p.id = s.plan_id
		WHERE s.team_id = ? AND s.api_id = ? AND s.state NOT IN ('rejected', 'withdrawn', 'ended')`, teamID, apiID).First(&terms).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return billing.SubscriptionTerms{}, nil
	}
	return terms, translate(err)
}
