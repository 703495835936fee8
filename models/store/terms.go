package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// Routes lists every version that the gateway may be asked for: all that have ever been published.
func (s *Store) Routes(ctx context.Context) ([]billing.Route, error) { return s.routes(ctx, "") }

// APIRoutes lists the versions of one API.
func (s *Store) APIRoutes(ctx context.Context, apiID string) ([]billing.Route, error) {
	return s.routes(ctx, apiID)
}

func (s *Store) routes(ctx context.Context, apiID string) ([]billing.Route, error) {
	var rows []struct {
		APIID       string `gorm:"column:api_id"`
		Slug        string
		APIName     string `gorm:"column:api_name"`
		TeamID      string
		Visibility  models.Visibility
		VersionID   string
		VersionName string
		State       models.VersionState
		Blocked     bool
		ReleaseID   string
		UpstreamURL string `gorm:"column:upstream_url"`
		PlanID      string
		Price       models.Nano
	}
	// The condition is left out rather than made optional in SQL, for then every API would be read to find one.
	query := s.read(ctx).Table("apis a").Select(`a.id AS api_id, a.slug, a.name AS api_name, a.team_id, a.visibility,
		v.id AS version_id, v.name AS version_name, v.state, v.blocked, r.id AS release_id, r.upstream_url, p.id AS plan_id, p.price`).
		Joins("JOIN versions v ON v.api_id = a.id").Joins("JOIN releases r ON r.id = v.running_release_id").
		Joins("JOIN plans p ON p.api_id = a.id").Where("a.deleted_at IS NULL")
	if apiID != "" {
		query = query.Where("a.id = ?", apiID)
	}
	if err := query.Order("a.id, v.id").Scan(&rows).Error; err != nil {
		return nil, translate(err)
	}
	routes := make([]billing.Route, len(rows))
	for i, row := range rows {
		routes[i] = billing.Route{
			APISlug: row.Slug, APIName: row.APIName, VersionName: row.VersionName, UpstreamURL: row.UpstreamURL,
			Prices: map[string]models.Nano{row.PlanID: row.Price},
			Terms: billing.VersionTerms{
				APIID: row.APIID, VersionID: row.VersionID, ReleaseID: row.ReleaseID, OwnerTeamID: row.TeamID,
				Visibility: row.Visibility, State: row.State, Blocked: row.Blocked,
			},
		}
	}
	return routes, nil
}

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

// SubscriptionTerms returns a team's live subscription to an API, with the plan's price; the zero value if there is none.
func (s *Store) SubscriptionTerms(ctx context.Context, teamID, apiID string) (billing.SubscriptionTerms, error) {
	var terms billing.SubscriptionTerms
	err := s.read(ctx).Raw(`SELECT s.id, s.plan_id, s.state, p.price FROM subscriptions s JOIN plans p ON p.id = s.plan_id
		WHERE s.team_id = ? AND s.api_id = ? AND s.state NOT IN ('rejected', 'withdrawn', 'ended')`, teamID, apiID).First(&terms).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return billing.SubscriptionTerms{}, nil
	}
	return terms, translate(err)
}
