package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/faregate/faregate/models"
)

// KeyUse tells of each of a team's keys when it was last used, and what it did since the quarter hour that an instant lies
// in, up to the call that was settled last. It reads usage lines, and from memory what the follower has not counted yet: one
// statement, and so one state of the database, in which a call is either counted or not indexed.
func (s *Store) KeyUse(ctx context.Context, teamID string, keys []models.Key, since time.Time) (map[string]models.KeyUse, error) {
	use, ids := make(map[string]models.KeyUse, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		ids[i], use[k.ID] = k.ID, models.KeyUse{}
	}
	var rows []struct {
		KeyID string
		models.KeyUse
	}
	waiting, _ := s.awaiting(teamID) // before the lines are read: what is counted meanwhile is seen to be
	from := models.QuarterOf(since)
	err := s.read(ctx).Raw(`WITH subjects AS (SELECT id, key_id FROM usage_subjects WHERE team_id = @team AND key_id IN @keys),
		waiting AS (SELECT j.value ->> 0 AS id, j.value ->> 1 AS key_id, j.value ->> 2 AS charge, j.value ->> 3 AS gone FROM json_each(@waiting) j
			WHERE NOT EXISTS (SELECT 1 FROM team_calls tc WHERE tc.team_id = @team AND tc.call_id = j.value ->> 0))
		SELECT key_id, MAX(last_call) AS last_call, SUM(calls) AS calls, SUM(gone) AS gone, SUM(spent) AS spent FROM (
			SELECT s.key_id, COALESCE((SELECT l.last_call FROM usage_lines l WHERE l.subject_id = s.id AND l.code = ''
				ORDER BY l.quarter DESC LIMIT 1), 0) AS last_call, 0 AS calls, 0 AS gone, 0 AS spent FROM subjects s
			UNION ALL
			SELECT s.key_id, 0, l.calls, l.caller_gone, l.amount FROM subjects s CROSS JOIN usage_lines l ON l.subject_id = s.id
			WHERE l.quarter >= @quarter AND l.code = ''
			UNION ALL
			SELECT w.key_id, w.id, w.id >= @first, w.id >= @first AND w.gone, CASE WHEN w.id >= @first THEN w.charge ELSE 0 END FROM waiting w WHERE w.key_id IN @keys
		) GROUP BY key_id`, map[string]any{
		"team": teamID, "keys": ids, "waiting": waiting, "quarter": from, "first": models.CallIDAt(from.Start()),
	}).Scan(&rows).Error
	for _, r := range rows {
		use[r.KeyID] = r.KeyUse
	}
	return use, translate(err)
}

// KeyAPIs tells which APIs a key of a team called since the quarter hour that an instant lies in, the most called first, and
// how often. Calls count a second after they ended, when the follower has seen them.
func (s *Store) KeyAPIs(ctx context.Context, teamID, keyID string, since time.Time) ([]models.APICalls, error) {
	var rows []models.APICalls
	err := s.read(ctx).Raw(`SELECT a.name, a.slug, SUM(l.calls) AS calls FROM usage_subjects s
		CROSS JOIN usage_lines l ON l.subject_id = s.id JOIN apis a ON a.id = s.api_id
		WHERE s.team_id = ? AND s.key_id = ? AND l.quarter >= ? AND l.code = '' GROUP BY a.id`,
		teamID, keyID, models.QuarterOf(since)).Scan(&rows).Error
	slices.SortFunc(rows, func(x, y models.APICalls) int {
		return cmp.Or(cmp.Compare(y.Calls, x.Calls), strings.Compare(x.Name, y.Name))
	})
	return rows, translate(err)
}
