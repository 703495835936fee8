package store

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// KeyUse tells of each of a team's keys when it was last used, and what it did since an instant. Two reads, however many
// keys there are; the first looks at no call older than the key.
func (s *Store) KeyUse(ctx context.Context, teamID string, keys []models.Key, since time.Time) (map[string]models.KeyUse, error) {
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = k.ID
	}
	use := make(map[string]models.KeyUse, len(keys))
	var last []struct {
		ID       string
		LastCall models.CallID
	}
	if err := s.read(ctx).Raw(`SELECT k.id, COALESCE((SELECT tc.call_id FROM team_calls tc JOIN calls c ON c.id = tc.call_id
			WHERE tc.team_id = k.team_id AND tc.call_id >= k.created_at << 16 AND c.key_id = k.id
			ORDER BY tc.call_id DESC LIMIT 1), 0) AS last_call
		FROM api_keys k WHERE k.team_id = ? AND k.id IN ?`, teamID, ids).Scan(&last).Error; err != nil {
		return nil, translate(err)
	}
	for _, row := range last {
		use[row.ID] = models.KeyUse{LastCall: row.LastCall}
	}
	var sums []struct {
		KeyID string
		Calls int64
		Spent models.Nano
	}
	err := s.read(ctx).Raw(`SELECT c.key_id, COUNT(*) AS calls, SUM(c.charge) AS spent FROM team_calls tc JOIN calls c ON c.id = tc.call_id
		WHERE tc.team_id = ? AND tc.call_id >= ? AND c.key_id IN ? GROUP BY c.key_id`, teamID, models.CallIDAt(since), ids).Scan(&sums).Error
	for _, row := range sums {
		use[row.KeyID] = models.KeyUse{LastCall: use[row.KeyID].LastCall, Calls: row.Calls, Spent: row.Spent}
	}
	return use, translate(err)
}
