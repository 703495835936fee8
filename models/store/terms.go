package store

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
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
		SharedWith  []string `gorm:"serializer:json"`
		VersionID   string
		VersionName string
		State       models.VersionState
		Blocked     bool

		DeprecatedAt, SunsetAt *time.Time
		Successor              models.Successor `gorm:"embedded;embeddedPrefix:successor_"`

		ReleaseID   string
		UpstreamURL string `gorm:"column:upstream_url"`
		models.UpstreamLimits
		Header, Sealed string // of the credential
	}
	// The condition is left out rather than made optional in SQL, for then every API would be read to find one.
	query := s.read(ctx).Table("apis a").Select(`a.id AS api_id, a.slug, a.name AS api_name, a.team_id, a.visibility,
		CASE a.visibility WHEN 'shared' THEN (SELECT json_group_array(team_id) FROM api_shares WHERE api_id = a.id) END AS shared_with,
		v.id AS version_id, v.name AS version_name, v.state, v.blocked, v.deprecated_at, v.sunset_at, ` + successorNames + `, r.id AS release_id, r.upstream_url, r.answer_seconds,
		r.hang_up_seconds, r.max_body_bytes, c.header, c.sealed`).
		Joins("JOIN versions v ON v.api_id = a.id").Joins("JOIN releases r ON r.id = v.running_release_id").
		Joins(successorOf).Joins("LEFT JOIN upstream_credentials c ON c.id = r.credential_id").Where("a.deleted_at IS NULL")
	if apiID != "" {
		query = query.Where("a.id = ?", apiID)
	}
	if err := query.Order("a.id, v.id").Scan(&rows).Error; err != nil {
		return nil, translate(err)
	}
	plans, offers, err := s.planTerms(ctx, apiID)
	if err != nil {
		return nil, err
	}
	routes := make([]billing.Route, len(rows))
	for i, row := range rows {
		routes[i] = billing.Route{
			APISlug: row.Slug, APIName: row.APIName, VersionName: row.VersionName, Plans: plans[row.APIID], Successor: row.Successor,
			Upstream: billing.Upstream{
				URL: row.UpstreamURL, Answer: time.Duration(row.AnswerSeconds) * time.Second, HangUp: time.Duration(row.HangUpSeconds) * time.Second,
				MaxBody: row.MaxBodyBytes, Credential: billing.UpstreamCredential{Header: row.Header, Sealed: row.Sealed},
			},
			Terms: billing.VersionTerms{
				APIID: row.APIID, VersionID: row.VersionID, ReleaseID: row.ReleaseID, OwnerTeamID: row.TeamID,
				Visibility: row.Visibility, SharedWith: row.SharedWith, State: row.State, Blocked: row.Blocked, Offers: offers[row.APIID],
			},
		}
		if row.DeprecatedAt != nil {
			routes[i].Terms.DeprecatedAt = *row.DeprecatedAt
		}
		if row.SunsetAt != nil {
			routes[i].Terms.SunsetAt = *row.SunsetAt
		}
	}
	return routes, nil
}

// planTerms reads the plans of one API, or of all: by API and plan, and by API those that are open.
func (s *Store) planTerms(ctx context.Context, apiID string) (map[string]map[string]billing.Plan, map[string][]billing.Offer, error) {
	var rows []struct {
		models.PlanRevision
		APIID    string `gorm:"column:api_id"`
		Approval models.Approval
		ClosedAt *time.Time
	}
	query := s.read(ctx).Table("plan_revisions r").Select("r.*, p.api_id, p.approval, p.closed_at").Joins("JOIN plans p ON p.id = r.plan_id")
	if apiID != "" {
		query = query.Where("p.api_id = ?", apiID)
	}
	if err := query.Order("p.api_id, r.plan_id, r.number").Scan(&rows).Error; err != nil {
		return nil, nil, translate(err)
	}
	plans, offers := map[string]map[string]billing.Plan{}, map[string][]billing.Offer{}
	for len(rows) > 0 {
		first, n := rows[0], 1
		for n < len(rows) && rows[n].PlanID == first.PlanID {
			n++
		}
		revisions := make([]models.PlanRevision, n)
		for i := range revisions {
			revisions[i] = rows[i].PlanRevision
		}
		if plans[first.APIID] == nil {
			plans[first.APIID] = map[string]billing.Plan{}
		}
		plan := billing.NewPlan(revisions)
		plans[first.APIID][first.PlanID] = plan
		if first.ClosedAt == nil {
			offers[first.APIID] = append(offers[first.APIID], billing.Offer{Plan: plan, ByHand: first.Approval == models.ApprovedByHand})
		}
		rows = rows[n:]
	}
	return plans, offers, nil
}

// KeyTerms returns what the gateway needs to know of a key by the hash of its secret, or of one that was replaced;
// models.ErrNotFound for one that was never issued.
func (s *Store) KeyTerms(ctx context.Context, hash models.KeyHash) (billing.KeyTerms, error) {
	var key models.Key
	err := s.read(ctx).Take(&key, "hash = ?", hash[:]).Error
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		if err != nil {
			return billing.KeyTerms{}, translate(err)
		}
		return keyTerms(&key)
	}
	// A rotation between the two reads is no gap: it has moved the hash here, and nothing leaves this table.
	var old struct {
		models.Key `gorm:"embedded"`
		WorksUntil time.Time
	}
	if err := s.read(ctx).Table("replaced_secrets r").Select("k.*, r.works_until").Joins("JOIN api_keys k ON k.id = r.key_id").
		Where("r.hash = ?", hash[:]).Take(&old).Error; err != nil {
		return billing.KeyTerms{}, translate(err)
	}
	terms, err := keyTerms(&old.Key)
	terms.ReplacedUntil = old.WorksUntil
	return terms, err
}

func keyTerms(key *models.Key) (billing.KeyTerms, error) {
	terms := billing.KeyTerms{
		ID: key.ID, Name: key.Name, TeamID: key.TeamID, State: key.State, Rate: key.Rate, Concurrency: key.Concurrency,
		Budgets: key.Budgets, APIs: key.APIs, Operations: key.Operations, ReadBilling: key.ReadBilling,
	}
	if key.ExpiresAt != nil {
		terms.ExpiresAt = *key.ExpiresAt
	}
	for _, network := range key.Networks {
		prefix, err := netip.ParsePrefix(network)
		if err != nil {
			return billing.KeyTerms{}, fmt.Errorf("networks of the key %s: %w", key.ID, err)
		}
		terms.Networks = append(terms.Networks, prefix)
	}
	return terms, nil
}

// TeamTerms implements billing.AccountBooks.
func (s *Store) TeamTerms(ctx context.Context, teamID string) (billing.TeamTerms, error) {
	var team models.Team
	if err := s.read(ctx).First(&team, "id = ?", teamID).Error; err != nil {
		return billing.TeamTerms{}, translate(err)
	}
	zone, err := time.LoadLocation(team.TimeZone)
	if err != nil {
		return billing.TeamTerms{}, fmt.Errorf("time zone of %s: %w", teamID, err)
	}
	return billing.TeamTerms{Suspended: team.Suspended, Zone: zone, Budgets: team.Budgets}, nil
}

// SubscriptionTerms returns a team's live subscription to an API; the zero value if there is none.
func (s *Store) SubscriptionTerms(ctx context.Context, teamID, apiID string) (billing.SubscriptionTerms, error) {
	sub, found, err := s.LiveSubscription(ctx, teamID, apiID)
	if err != nil || !found {
		return billing.SubscriptionTerms{}, err
	}
	terms := billing.SubscriptionTerms{ID: sub.ID, PlanID: sub.PlanID, State: sub.State, Since: sub.CreatedAt}
	if sub.GraceUntil != nil {
		terms.GraceUntil = *sub.GraceUntil
	}
	if sub.EndsAt != nil {
		terms.EndsAt = *sub.EndsAt
	}
	if sub.NextPlanAt != nil {
		terms.NextPlanID, terms.NextPlanAt = sub.NextPlanID, *sub.NextPlanAt
	}
	if terms.PausedByProvider = sub.PausedBy(models.ProviderSide); terms.PausedByProvider {
		terms.PauseReason = sub.PauseReason
	}
	return terms, nil
}

// SubscribedAPIs lists the ids of the APIs that a team has a live subscription to.
func (s *Store) SubscribedAPIs(ctx context.Context, teamID string) ([]string, error) {
	var ids []string
	err := s.read(ctx).Raw(`SELECT api_id FROM subscriptions WHERE team_id = ? AND `+live, teamID, s.clock.Now()).Scan(&ids).Error
	return ids, translate(err)
}
