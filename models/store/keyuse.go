package store

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// KeyUse tells of each of a team's keys when it was last used, and what it did since an instant, up to the call that was
// settled last. Two reads, however many keys there are; neither looks at other teams' calls.
func (s *Store) KeyUse(ctx context.Context, teamID string, keys []models.Key, since time.Time) (map[string]models.KeyUse, error) {
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = k.ID
	}
	type row struct {
		KeyID    string
		LastCall models.CallID
		Calls    int64
		Spent    models.Nano
	}
	var ever, lately []row
	if err := s.read(ctx).Raw(`SELECT k.id AS key_id, COALESCE((SELECT tc.call_id FROM team_calls tc JOIN calls c ON c.id = tc.call_id
			JOIN entitlements e ON e.id = c.entitlement_id
			WHERE tc.team_id = k.team_id AND tc.call_id >= k.created_at << 16 AND e.key_id = k.id
			ORDER BY tc.call_id DESC LIMIT 1), 0) AS last_call
		FROM api_keys k WHERE k.team_id = ? AND k.id IN ?`, teamID, ids).Scan(&ever).Error; err != nil {
		return nil, translate(err)
	}
	from := models.CallIDAt(since)
	err := s.read(ctx).Raw(`WITH own (id) AS (
			SELECT call_id FROM team_calls WHERE team_id = ? AND call_id >= ? UNION SELECT id FROM calls WHERE id IN ? AND id >= ?)
		SELECT e.key_id, MAX(c.id) AS last_call, COUNT(*) AS calls, SUM(c.charge) AS spent
		FROM own JOIN calls c ON c.id = own.id JOIN entitlements e ON e.id = c.entitlement_id
		WHERE e.key_id IN ? GROUP BY e.key_id`, teamID, from, s.awaiting(teamID), from, ids).Scan(&lately).Error
	use := make(map[string]models.KeyUse, len(keys))
	for _, r := range append(ever, lately...) {
		use[r.KeyID] = models.KeyUse{LastCall: max(use[r.KeyID].LastCall, r.LastCall), Calls: r.Calls, Spent: r.Spent}
	}
	return use, translate(err)
}
