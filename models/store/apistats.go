package store

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// APIStats tells of each API how it does with other teams, for the days up to and including today, and what it serves now.
func (s *Store) APIStats(ctx context.Context, apiIDs []string, days int) (map[string]models.APIStats, error) {
	stats, now := make(map[string]models.APIStats, len(apiIDs)), s.clock.Now()
	var running []struct {
		APIID       string `gorm:"column:api_id"`
		Subscribers int64
		models.Release
	}
	if err := s.read(ctx).Raw(`SELECT v.api_id, r.*, (SELECT COUNT(*) FROM subscriptions s
			WHERE s.api_id = v.api_id AND s.state NOT IN ('rejected', 'withdrawn', 'ended')) AS subscribers
		FROM apis a JOIN versions v ON v.id = `+mainVersion("a")+` LEFT JOIN releases r ON r.id = v.running_release_id WHERE a.id IN ?`, now, now, apiIDs).Scan(&running).Error; err != nil {
		return nil, translate(err)
	}
	for _, row := range running {
		stats[row.APIID] = models.APIStats{Subscribers: row.Subscribers, Running: row.Release}
	}
	return stats, s.addDaily(ctx, stats, apiIDs, days)
}

func (s *Store) addDaily(ctx context.Context, stats map[string]models.APIStats, apiIDs []string, days int) error {
	first := s.clock.Now().Truncate(24*time.Hour).AddDate(0, 0, 1-days)
	var rows []struct {
		APIID  string `gorm:"column:api_id"`
		Day    int64
		Amount models.Nano
		Calls  int64
	}
	err := s.read(ctx).Raw(`SELECT api_id, hour / 24 AS day, SUM(amount) AS amount, SUM(calls) AS calls FROM usage_hours
		WHERE api_id IN ? AND hour >= ? GROUP BY api_id, day`, apiIDs, models.HourOf(first)).Scan(&rows).Error
	for id, one := range stats {
		one.Daily = make([]models.DaySpend, days)
		for i := range one.Daily {
			one.Daily[i].Day = first.AddDate(0, 0, i)
		}
		stats[id] = one
	}
	for _, row := range rows {
		if i := int(row.Day - int64(models.HourOf(first))/24); i >= 0 && i < days && stats[row.APIID].Daily != nil {
			stats[row.APIID].Daily[i].Amount, stats[row.APIID].Daily[i].Calls = row.Amount, row.Calls
		}
	}
	return translate(err)
}
