package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// CatalogueChanges lists what the viewer may know of releases, the latest first: those of all APIs, or of one by its slug.
func (s *Store) CatalogueChanges(ctx context.Context, viewer models.Viewer, slug string, limit int) ([]models.CatalogueChange, error) {
	query := visible(s.read(ctx).Table("releases r").Select(`r.id AS release_id, r.number, r.changelog, r.published_at AS created_at,
			a.slug, a.name, a.summary, v.name AS version_name, t.name AS team_name`).
		Joins("JOIN versions v ON v.id = r.version_id").
		Joins("JOIN apis a ON a.id = v.api_id AND a.deleted_at IS NULL").
		Joins("JOIN teams t ON t.id = a.team_id"), viewer).Where("r.published_at IS NOT NULL")
	if slug != "" {
		query = query.Where("a.slug = ?", slug)
	}
	var changes []models.CatalogueChange
	err := query.Order("r.published_at DESC, r.id DESC").Limit(limit).Find(&changes).Error
	return changes, translate(err)
}
