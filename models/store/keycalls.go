package store

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// KeysCalling are the keys of a team that called an API since the quarter hour that an instant lies in, the busiest first, at
// most limit. Calls count a second after they ended, when the follower has seen them.
func (s *Store) KeysCalling(ctx context.Context, teamID, apiID string, since time.Time, limit int) ([]models.KeyCalls, error) {
	var rows []models.KeyCalls
	err := s.read(ctx).Raw(`SELECT k.id AS key_id, k.name, k.hint, SUM(l.calls) AS calls, MAX(l.last_call) AS last_call
		FROM usage_subjects s CROSS JOIN usage_lines l ON l.subject_id = s.id CROSS JOIN api_keys k ON k.id = s.key_id
		WHERE s.team_id = ? AND +s.api_id = ? AND l.quarter >= ? AND l.code = ''
		GROUP BY k.id ORDER BY calls DESC, k.id LIMIT ?`, teamID, apiID, models.QuarterOf(since), limit).Scan(&rows).Error
	return rows, translate(err)
}
