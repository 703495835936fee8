package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// TeamsBySlug returns the teams of these short names, by short name. One that names none is left out.
func (s *Store) TeamsBySlug(ctx context.Context, slugs []string) (map[string]models.Team, error) {
	var teams []models.Team
	err := s.read(ctx).Where("slug IN ? AND deleted_at IS NULL", slugs).Find(&teams).Error
	found := make(map[string]models.Team, len(teams))
	for _, team := range teams {
		found[team.Slug] = team
	}
	return found, translate(err)
}
