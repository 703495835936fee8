package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// Catalogue lists the published APIs that the viewer may see and whose name, slug, summary or provider contain every word
// of the text, newest first.
func (s *Store) Catalogue(ctx context.Context, viewer models.Viewer, text string, page models.Page) (models.Paged[models.APIListing], error) {
	return pageAPIs(matching(listed(s.listings(ctx), viewer, s.clock.Now()), text), page)
}

func matching(query *gorm.DB, text string) *gorm.DB {
	for _, word := range strings.Fields(text) {
		like := contains(word)
		query = query.Where(`(a.name LIKE ? ESCAPE '\' OR a.slug LIKE ? ESCAPE '\' OR a.summary LIKE ? ESCAPE '\' OR t.name LIKE ? ESCAPE '\')`,
			like, like, like, like)
	}
	return query
}

// CatalogueAPI returns a published API that the viewer may see, or models.ErrNotFound.
func (s *Store) CatalogueAPI(ctx context.Context, viewer models.Viewer, slug string) (models.APIListing, error) {
	var row models.APIListing
	err := visible(s.listings(ctx), viewer).Where("a.slug = ?", slug).Take(&row).Error
	return row, translate(err)
}

// CatalogueVersion returns an API that the viewer may see with one of its versions that has been published, by name or id, or
// models.ErrNotFound.
func (s *Store) CatalogueVersion(ctx context.Context, viewer models.Viewer, slug, version string) (models.APIListing, error) {
	var row models.APIListing
	err := visible(versionListings(s.read(ctx), s.clock.Now()), viewer).Where("a.slug = ? AND ? IN (v.name, v.id)", slug, version).Take(&row).Error
	return row, translate(err)
}

// listed is what a list shows of the visible: a retired version can no longer be called, so nobody should find it, from the very
// instant on.
func listed(query *gorm.DB, viewer models.Viewer, now time.Time) *gorm.DB {
	return visible(query, viewer).Where("v.state <> ? AND (v.sunset_at IS NULL OR v.sunset_at > ?)", models.Retired, now)
}

// publicStates are those of versions that were published.
var publicStates = []models.VersionState{models.Published, models.Deprecated, models.Retired}

// visible is the rule of visibility, in the query so that no list, count or page can forget it. Retired versions stay to
// be looked up by their address.
func visible(query *gorm.DB, viewer models.Viewer) *gorm.DB {
	return query.Where("v.state IN ?", publicStates).
		Where(`(a.visibility = ? OR a.visibility = ? AND ? <> '' OR a.team_id IN (SELECT team_id FROM members WHERE user_id = ?) OR a.team_id = ? OR
			a.visibility = ? AND EXISTS (SELECT 1 FROM api_shares s WHERE s.api_id = a.id AND (s.team_id = ? OR s.team_id IN (SELECT team_id FROM members WHERE user_id = ?))))`,
			models.Public, models.Internal, viewer.UserID+viewer.TeamID, viewer.UserID, viewer.TeamID, models.Shared, viewer.TeamID, viewer.UserID)
}
