package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"github.com/faregate/faregate/models"
)

// ackRow says that a team has read what is announced of a version.
type ackRow struct {
	VersionID, TeamID, UserID string
	CreatedAt                 time.Time
}

// TableName is the table of acknowledgements.
func (ackRow) TableName() string { return "deprecation_acks" }

// AcknowledgeDeprecation writes down that a team has read what is announced of the end of a version of an API that it has a
// subscription to. Doing so twice changes nothing. models.ErrNotFound if nothing is announced that concerns the team.
func (s *Store) AcknowledgeDeprecation(ctx context.Context, actor models.Actor, teamID, versionID string) error {
	return s.transact(ctx, func(t *txn) error {
		var name struct{ Slug, Name string }
		if err := t.Raw(`SELECT a.slug, v.name FROM versions v JOIN apis a ON a.id = v.api_id WHERE v.id = ? AND v.announced_at IS NOT NULL AND EXISTS (
				SELECT 1 FROM subscriptions s WHERE s.team_id = ? AND s.api_id = v.api_id AND s.state <> 'requested' AND `+live+`)`,
			versionID, teamID, t.now).Take(&name).Error; err != nil {
			return err
		}
		made := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&ackRow{versionID, teamID, actor.UserID, t.now})
		if made.Error != nil || made.RowsAffected == 0 {
			return made.Error
		}
		return t.audit(actor, models.AuditDeprecationRead, teamID, versionID, name.Slug+" "+name.Name)
	})
}

// retiredShown is for how long after its retirement those who had a subscription to a version are still told on their pages.
const retiredShown = 30 * 24 * time.Hour

// TeamDeprecations lists the announced ends of versions of the APIs that a team has a subscription to, the soonest first. Those of
// a version that was retired a while ago are left out.
func (s *Store) TeamDeprecations(ctx context.Context, teamID string) ([]models.DeprecationNotice, error) {
	var notices []models.DeprecationNotice
	now := s.clock.Now()
	err := s.read(ctx).Raw(`SELECT v.id AS version_id, v.name AS version_name, (`+stateNow+`) AS state, a.name AS api_name, a.slug AS api_slug,
			v.deprecated_at, v.sunset_at, `+successorNames+`, k.created_at AS acknowledged_at, COALESCE(u.name, '') AS acknowledged_by
		FROM subscriptions s CROSS JOIN versions v ON v.api_id = s.api_id AND v.announced_at IS NOT NULL JOIN apis a ON a.id = v.api_id `+successorOf+`
		LEFT JOIN deprecation_acks k ON k.version_id = v.id AND k.team_id = s.team_id LEFT JOIN users u ON u.id = k.user_id
		WHERE s.team_id = ? AND s.state <> 'requested' AND s.`+live+` AND (v.sunset_at IS NULL OR v.sunset_at > ?)
		ORDER BY v.sunset_at IS NULL, v.sunset_at, v.id`, now, now, teamID, now, now.Add(-retiredShown)).Scan(&notices).Error
	return notices, translate(err)
}

// DeprecationReaders lists the teams that have a subscription to the API of a version, newest first, and when each has acknowledged
// what is announced of it.
func (s *Store) DeprecationReaders(ctx context.Context, apiID, versionID string, page models.Page) (models.Paged[models.DeprecationReader], error) {
	query := s.read(ctx).Table("subscriptions s").Select("s.id AS subscription_id, t.name AS team_name, k.created_at AS acknowledged_at").
		Joins("JOIN teams t ON t.id = s.team_id").Joins("LEFT JOIN deprecation_acks k ON k.version_id = ? AND k.team_id = s.team_id", versionID).
		Where("s.api_id = ? AND s.state <> 'requested' AND s."+live, apiID, s.clock.Now())
	return newest(query, "s.id", page, func(r models.DeprecationReader) string { return r.SubscriptionID })
}

// CountAcknowledged counts the teams that have a subscription to the API of a version, and those of them that have acknowledged what
// is announced of it.
func (s *Store) CountAcknowledged(ctx context.Context, apiID, versionID string) (read, all int64, err error) {
	var counts struct{ Read, Everybody int64 }
	err = s.read(ctx).Raw(`SELECT COUNT(*) AS everybody, COUNT(k.team_id) AS read FROM subscriptions s
		LEFT JOIN deprecation_acks k ON k.version_id = ? AND k.team_id = s.team_id WHERE s.api_id = ? AND s.state <> 'requested' AND s.`+live,
		versionID, apiID, s.clock.Now()).Scan(&counts).Error
	return counts.Read, counts.Everybody, translate(err)
}
