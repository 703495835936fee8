package store

import (
	"context"
	"strconv"
	"time"

	"github.com/faregate/faregate/models"
)

// VersionCallers lists the keys that called a version since the quarter hour that an instant lies in, the latest call first. Calls
// count a second after they ended, when the follower has seen them.
func (s *Store) VersionCallers(ctx context.Context, apiID, versionID string, since time.Time, page models.Page) (models.Paged[models.VersionCaller], error) {
	before := int64(1<<63 - 1)
	if page.After != "" {
		before, _ = strconv.ParseInt(page.After, 10, 64) // 0 if it is no cursor of ours: nothing comes after it
	}
	var rows []models.VersionCaller
	err := s.read(ctx).Raw(`SELECT c.*, t.name AS team_name, k.name AS key_name, k.hint AS key_hint FROM (
			SELECT s.team_id, s.key_id, SUM(l.calls) AS calls, MAX(l.last_call) AS last_call
			FROM usage_subjects s CROSS JOIN usage_lines l ON l.subject_id = s.id
			WHERE s.api_id = ? AND s.version_id = ? AND l.quarter >= ? AND l.code = ''
			GROUP BY s.team_id, s.key_id HAVING MAX(l.last_call) < ? ORDER BY last_call DESC LIMIT ?) c
		JOIN teams t ON t.id = c.team_id JOIN api_keys k ON k.id = c.key_id ORDER BY c.last_call DESC`,
		apiID, versionID, models.QuarterOf(since), before, page.Size()+1).Scan(&rows).Error
	return models.Cut(rows, page.Size(), func(c models.VersionCaller) string { return strconv.FormatInt(int64(c.LastCall), 10) }), translate(err)
}

// VersionDays is how often a version was called on each of the days, in a zone, up to and including today.
func (s *Store) VersionDays(ctx context.Context, apiID, versionID string, days int, zone *time.Location) ([]models.DayCalls, error) {
	today := s.clock.Now().In(zone)
	daily, at := make([]models.DayCalls, days), map[string]int{}
	for i := range daily {
		daily[i].Day = time.Date(today.Year(), today.Month(), today.Day()+i+1-days, 0, 0, 0, 0, zone)
		at[daily[i].Day.Format(time.DateOnly)] = i
	}
	var rows []struct {
		Quarter models.Quarter
		Calls   int64
	}
	err := s.read(ctx).Raw(`SELECT l.quarter, SUM(l.calls) AS calls FROM usage_subjects s CROSS JOIN usage_lines l ON l.subject_id = s.id
		WHERE s.api_id = ? AND s.version_id = ? AND l.quarter >= ? AND l.code = '' GROUP BY l.quarter`,
		apiID, versionID, models.QuarterOf(daily[0].Day)).Scan(&rows).Error
	for _, row := range rows {
		if i, ok := at[row.Quarter.Start().In(zone).Format(time.DateOnly)]; ok {
			daily[i].Calls += row.Calls
		}
	}
	return daily, translate(err)
}

// CountVersionCallers counts the teams and their keys that called a version since the quarter hour that an instant lies in.
func (s *Store) CountVersionCallers(ctx context.Context, apiID, versionID string, since time.Time) (teams, keys int64, err error) {
	var counts struct{ Teams, Keys int64 }
	err = s.read(ctx).Raw(`SELECT COUNT(DISTINCT team_id) AS teams, COUNT(DISTINCT key_id) AS keys FROM usage_subjects s
		WHERE s.api_id = ? AND s.version_id = ? AND EXISTS (SELECT 1 FROM usage_lines l WHERE l.subject_id = s.id AND l.quarter >= ? AND l.code = '')`,
		apiID, versionID, models.QuarterOf(since)).Scan(&counts).Error
	return counts.Teams, counts.Keys, translate(err)
}
