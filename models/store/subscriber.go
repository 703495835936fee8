package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// APISubscribers lists the subscriptions to an API that a filter leaves, newest first, with what each team called there since the
// quarter hour that an instant lies in. Calls count a second after they ended, when the follower has seen them.
func (s *Store) APISubscribers(ctx context.Context, apiID string, filter models.SubscriberFilter, since time.Time, page models.Page) (models.Paged[models.Subscriber], error) {
	query := s.subscribers(ctx, apiID)
	if filter.State == "" {
		query = query.Where("s." + notOver)
	} else {
		query = subscriptionsIn(query, filter.State, s.clock.Now())
	}
	if filter.Text != "" {
		like := contains(filter.Text)
		query = query.Where(`(t.name LIKE ? ESCAPE '\' OR p.name LIKE ? ESCAPE '\')`, like, like)
	}
	list, err := newest(query, "s.id", page, func(r models.Subscriber) string { return r.Subscription.ID })
	if err != nil {
		return list, err
	}
	teams := make([]string, len(list.Rows))
	for i, r := range list.Rows {
		teams[i] = r.Subscription.TeamID
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
			if list.Rows[i].Subscription.TeamID == row.TeamID {
				list.Rows[i].Calls, list.Rows[i].Gone = row.Calls, row.Gone
			}
		}
	}
	return list, translate(err)
}

func (s *Store) subscribers(ctx context.Context, apiID string) *gorm.DB {
	return s.read(ctx).Table("subscriptions s").Select("s.*, t.name AS team_name, p.name AS plan_name, COALESCE(np.name, '') AS next_plan_name").
		Joins("JOIN teams t ON t.id = s.team_id").Joins("JOIN plans p ON p.id = "+planNow, s.clock.Now()).
		Joins("LEFT JOIN plans np ON np.id = s.next_plan_id").Where("s.api_id = ?", apiID)
}

// APISubscriber returns one subscription to an API, live or over, without its calls, or models.ErrNotFound.
func (s *Store) APISubscriber(ctx context.Context, apiID, subscriptionID string) (models.Subscriber, error) {
	var row models.Subscriber
	err := s.subscribers(ctx, apiID).Where("s.id = ?", subscriptionID).Take(&row).Error
	return row, translate(err)
}

// subscriptionsIn is Subscription.StateAt as a condition; "" is none.
func subscriptionsIn(query *gorm.DB, state models.SubscriptionState, now time.Time) *gorm.DB {
	switch {
	case state == "":
		return query
	case state == models.Ended:
		return query.Where("(s.state = 'ended' OR s."+notOver+" AND s.ends_at <= ?)", now)
	case state.Over():
		return query.Where("s.state = ?", state)
	}
	return query.Where("s.state = ? AND (s.ends_at IS NULL OR s.ends_at > ?)", state, now)
}
