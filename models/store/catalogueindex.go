package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// catalogueSlice bounds how many APIs one read takes: the catalogue may hold many thousands.
const catalogueSlice = 500

// CatalogueSlice lists APIs that the catalogue shows to somebody, whoever that is, in the order of their ids: those after one
// of them, and none at the end. It is for the index, which keeps who may see what.
func (s *Store) CatalogueSlice(ctx context.Context, after string) ([]models.CatalogueRow, error) {
	return s.catalogueRows(ctx, s.indexed(ctx).Where("a.id > ?", after).Order("a.id").Limit(catalogueSlice))
}

// IndexedAPI is one of them, or models.ErrNotFound if the catalogue shows it to nobody.
func (s *Store) IndexedAPI(ctx context.Context, apiID string) (models.CatalogueRow, error) {
	rows, err := s.catalogueRows(ctx, s.indexed(ctx).Where("a.id = ?", apiID))
	if err == nil && len(rows) == 0 {
		err = models.ErrNotFound
	}
	if err != nil {
		return models.CatalogueRow{}, err
	}
	return rows[0], nil
}

// CatalogueRows are the APIs of these ids that the catalogue shows to the viewer, in the order of the ids.
func (s *Store) CatalogueRows(ctx context.Context, viewer models.Viewer, ids []string) ([]models.CatalogueRow, error) {
	rows, err := s.catalogueRows(ctx, listed(catalogueQuery(s.read(ctx), s.clock.Now()), viewer, s.clock.Now()).Where("a.id IN ?", ids))
	slices.SortFunc(rows, func(a, b models.CatalogueRow) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return rows, err
}

// TeamIDs are the teams that a user is in.
func (s *Store) TeamIDs(ctx context.Context, userID string) (ids []string, err error) {
	err = s.read(ctx).Raw(`SELECT team_id FROM members WHERE user_id = ?`, userID).Scan(&ids).Error
	return ids, translate(err)
}

func (s *Store) indexed(ctx context.Context) *gorm.DB {
	now := s.clock.Now()
	return catalogueQuery(s.read(ctx), now).Where("("+stateNow+") IN ?", now, now, []models.VersionState{models.Published, models.Deprecated})
}

func (s *Store) catalogueRows(ctx context.Context, query *gorm.DB) ([]models.CatalogueRow, error) {
	var rows []models.CatalogueRow
	if err := query.Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, translate(err)
	}
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	now := s.clock.Now()
	var used []struct {
		APIID string `gorm:"column:api_id"`
		Calls int64
	}
	first := now.Truncate(24*time.Hour).AddDate(0, 0, 1-models.CatalogueDays)
	err := s.read(ctx).Raw(`SELECT api_id, SUM(calls) AS calls FROM usage_hours WHERE api_id IN ? AND hour >= ? GROUP BY api_id`,
		ids, models.HourOf(first)).Scan(&used).Error
	for _, u := range used {
		rows[slices.Index(ids, u.APIID)].Calls = u.Calls
	}
	if err != nil {
		return nil, translate(err)
	}
	var ends []models.Version
	err = s.read(ctx).Select("api_id", "deprecated_at", "sunset_at").Where("api_id IN ? AND (deprecated_at > ? OR sunset_at > ?)", ids, now, now).Find(&ends).Error
	for _, v := range ends {
		row := &rows[slices.Index(ids, v.APIID)]
		if at := v.Deprecation.Next(now); at != nil && (row.ChangesAt == nil || at.Before(*row.ChangesAt)) {
			row.ChangesAt = at
		}
	}
	return rows, translate(err)
}

// catalogueQuery reads APIs with their main versions as the catalogue lists them; the caller says which.
func catalogueQuery(db *gorm.DB, now time.Time) *gorm.DB {
	return db.Table("apis a").Select(`a.id, a.team_id, a.slug, a.kind, a.name, a.summary, a.example_path, a.visibility, a.tags, a.logo,
		(SELECT json_group_array(team_id) FROM api_shares WHERE api_id = a.id) AS shared_with,
		v.name AS version_name, (`+stateNow+`) AS state, v.blocked, COALESCE((SELECT document FROM releases WHERE id = v.running_release_id), '') AS document,
		t.slug AS team_slug, t.name AS team_name, COALESCE(g.slug, '') AS category_slug, COALESCE(g.name, '') AS category_name,
		COALESCE((SELECT MIN((`+priceInEffect+`)) FROM plans p WHERE p.api_id = a.id AND p.closed_at IS NULL),
			(SELECT (`+priceInEffect+`) FROM plans p WHERE p.api_id = a.id AND p.position = 1)) AS price_from,
		(SELECT r.published_at FROM releases r JOIN versions w ON w.id = r.version_id
			WHERE w.api_id = a.id AND r.published_at IS NOT NULL ORDER BY r.published_at LIMIT 1) AS published_at`, now, now, now, now).
		Joins("JOIN versions v ON v.api_id = +a.id AND v.id = "+mainVersion("a"), now, now). // the plus has the APIs read first, in the order of their ids
		Joins("JOIN teams t ON t.id = a.team_id").
		Joins("LEFT JOIN categories g ON g.id = a.category_id").
		Where("a.deleted_at IS NULL")
}
