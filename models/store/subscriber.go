package store

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// APISubscribers lists the teams that have a plan of an API, or have asked for one, newest first, with what each called there
// since the quarter hour that an instant lies in. Calls count a second after they ended, when the follower has seen them.
func (s *Store) APISubscribers(ctx context.Context, apiID string, since time.Time, page models.Page) (models.Paged[models.Subscriber], error) {
	query := s.read(ctx).Table("subscriptions s").
		Select("s.id AS subscription_id, s.team_id, t.name AS team_name, s.plan_id, p.name AS plan_name, s.state, s.created_at").
		Joins("JOIN teams t ON t.id = s.team_id").Joins("JOIN plans p ON p.id = s.plan_id").
		Where("s.api_id = ? AND s.state NOT IN ('rejected', 'withdrawn', 'ended')", apiID)
	list, err := newest(query, "s.id", page, func(r models.Subscriber) string { return r.SubscriptionID })
	if err != nil {
		return list, err
	}
	teams := make([]string, len(list.Rows))
	for i, r := range list.Rows {
		teams[i] = r.TeamID
	}
	var rows []struct {
		TeamID      string
		Calls, Gone int64
	}
	// The plus keeps SQLite from the index by API, in which a page's few teams would be looked for among all that ever called.
	err = s.read(ctx).Raw(`SELECT s.team_id, SUM(l.calls) AS calls, SUM(l.caller_gone) AS gone
		FROM usage_subjects s CROSS JOIN usage_lines l ON l.subject_id = s.id
		WHERE s.team_id IN ? AND +s.api_id = ? AND l.quarter >= ? AND l.code = '' GROUP BY s.team_id`,
		teams, apiID, models.QuarterOf(since)).Scan(&rows).Error
	for _, row := range rows {
		for i := range list.Rows {
			if list.Rows[i].TeamID == row.TeamID {
				list.Rows[i].Calls, list.Rows[i].Gone = row.Calls, row.Gone
			}
		}
	}
	return list, translate(err)
}
