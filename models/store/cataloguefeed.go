package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// CatalogueChanges lists what the viewer may know of releases and of the ends of versions, the latest first: those of all APIs, or of
// one by its slug.
func (s *Store) CatalogueChanges(ctx context.Context, viewer models.Viewer, slug string, limit int) ([]models.CatalogueChange, error) {
	releases, err := newestChanges(visible(s.changed(ctx, "releases", `c.number, c.changelog, c.published_at AS created_at`), viewer).
		Where("c.published_at IS NOT NULL").Order("c.published_at DESC, c.id DESC"), slug, limit)
	if err != nil {
		return nil, err
	}
	ends, err := newestChanges(visible(s.changed(ctx, "version_ends", `c.act, c.deprecated_at, c.sunset_at, c.successor_version_id, c.successor_api_id,
		c.reason AS deprecation_reason, c.created_at`), viewer).Order("c.created_at DESC, c.id DESC"), slug, limit)
	if err != nil {
		return nil, err
	}
	all := append(releases, ends...)
	slices.SortStableFunc(all, func(a, b models.CatalogueChange) int { return b.CreatedAt.Compare(a.CreatedAt) })
	all = all[:min(len(all), limit)]
	return all, s.addSuccessors(ctx, viewer, all)
}

// changed reads what happened to versions, rows of a table that goes by c.
func (s *Store) changed(ctx context.Context, table, columns string) *gorm.DB {
	return s.read(ctx).Table(table + " c").Select(`c.id, a.slug, a.name, a.summary, v.name AS version_name, t.name AS team_name, ` + columns).
		Joins("JOIN versions v ON v.id = c.version_id").
		Joins("JOIN apis a ON a.id = v.api_id AND a.deleted_at IS NULL").
		Joins("JOIN teams t ON t.id = a.team_id")
}

func newestChanges(query *gorm.DB, slug string, limit int) (rows []models.CatalogueChange, err error) {
	if slug != "" {
		query = query.Where("a.slug = ?", slug)
	}
	err = query.Limit(limit).Find(&rows).Error
	return rows, translate(err)
}

// addSuccessors names what comes after the versions that changes are about, where the viewer sees it: callers may know of more.
func (s *Store) addSuccessors(ctx context.Context, viewer models.Viewer, all []models.CatalogueChange) error {
	var versions, apis []string
	for _, change := range all {
		versions, apis = append(versions, change.End.SuccessorVersionID), append(apis, change.End.SuccessorAPIID)
	}
	version, err := s.successors(ctx, viewer, "v.id", "v.name", versions)
	if err != nil {
		return err
	}
	api, err := s.successors(ctx, viewer, "a.id", "''", apis)
	for i := range all {
		if next, ok := version[all[i].End.SuccessorVersionID]; ok {
			all[i].Successor = next
			continue
		}
		all[i].Successor = api[all[i].End.SuccessorAPIID]
	}
	return err
}

// successors names those of the versions or APIs that the viewer sees, by id, a column.
func (s *Store) successors(ctx context.Context, viewer models.Viewer, id, version string, ids []string) (map[string]models.Successor, error) {
	ids = slices.DeleteFunc(ids, func(id string) bool { return id == "" })
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []struct {
		ID               string
		models.Successor `gorm:"embedded"`
	}
	err := visible(s.read(ctx).Table("versions v").Select(id+" AS id, a.name AS api_name, a.slug AS api_slug, "+version+" AS version").
		Joins("JOIN apis a ON a.id = v.api_id AND a.deleted_at IS NULL"), viewer).Where(id+" IN ?", ids).Find(&rows).Error
	found := make(map[string]models.Successor, len(rows))
	for _, row := range rows {
		found[row.ID] = row.Successor
	}
	return found, translate(err)
}
