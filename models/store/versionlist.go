package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// VisibleVersions lists the versions that a viewer may find and call, in the order of their ids: those that are published or
// deprecated. They are told beside what the whole API is, its other versions apart.
func (s *Store) VisibleVersions(ctx context.Context, viewer models.Viewer, after string, limit int) (models.Paged[models.APIListing], error) {
	var rows []models.APIListing
	var ids []string // found first, by their index: with all that is told of them every API would be read and sorted
	err := listed(s.read(ctx).Table("versions v").Joins("JOIN apis a ON a.id = v.api_id AND a.deleted_at IS NULL"), viewer, s.clock.Now()).
		Where("v.id > ?", after).Order("v.id").Limit(limit+1).Pluck("v.id", &ids).Error
	if err == nil && len(ids) > 0 {
		err = listed(versionListingsOf(s.read(ctx), s.clock.Now(), ids...), viewer, s.clock.Now()).Order("v.id").Find(&rows).Error
	}
	return models.Cut(rows, limit, func(l models.APIListing) string { return l.Version.ID }), translate(err)
}

// VisibleVersionMarks are the cursors of VisibleVersions that begin each part of a list of so many rows; the first is "".
func (s *Store) VisibleVersionMarks(ctx context.Context, viewer models.Viewer, size int) ([]string, error) {
	var marks []string
	numbered := listed(s.read(ctx).Table("apis a").Select("v.id, ROW_NUMBER() OVER (ORDER BY v.id) AS n").
		Joins("JOIN versions v ON v.api_id = a.id").Where("a.deleted_at IS NULL"), viewer, s.clock.Now())
	err := s.read(ctx).Table("(?)", numbered).Where("n % ? = 0", size).Order("id").Pluck("id", &marks).Error
	return append([]string{""}, marks...), translate(err)
}
