package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// SetFavourite keeps an API among a user's favourites, or takes it out. models.ErrNotFound if they may not see it.
func (s *Store) SetFavourite(ctx context.Context, userID, apiID string, kept bool) error {
	return s.transact(ctx, func(t *txn) error {
		if !kept {
			return t.Exec(`DELETE FROM favourites WHERE user_id = ? AND api_id = ?`, userID, apiID).Error
		}
		if _, err := t.liveUser(userID); err != nil {
			return err
		}
		var row models.APIListing
		if err := visible(listingsIn(t.DB, t.now), models.Viewer{UserID: userID}).Where("a.id = ?", apiID).Take(&row).Error; err != nil {
			return err
		}
		return t.Exec(`INSERT INTO favourites (user_id, api_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, userID, apiID, t.now).Error
	})
}

// Favourites are the ids of a user's favourite APIs, those too that they see no longer.
func (s *Store) Favourites(ctx context.Context, userID string) (ids []string, err error) {
	err = s.read(ctx).Raw(`SELECT api_id FROM favourites WHERE user_id = ?`, userID).Scan(&ids).Error
	return ids, translate(err)
}
