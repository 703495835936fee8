package store

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// APIService tells how calls of an API went in the last models.ServiceDays days. It reads a row for each key and quarter hour in
// which the API was called, so those who show it often should keep it for a while.
func (s *Store) APIService(ctx context.Context, apiID string) (models.APIService, error) {
	const day = 96 // quarter hours
	now := s.clock.Now()
	first := models.QuarterOf(now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1-models.ServiceDays))
	var rows []struct {
		Day           int64
		Recent        bool
		Calls, Failed int64
		Took5ms       int64 `gorm:"column:took_5ms"`
		Took10ms      int64 `gorm:"column:took_10ms"`
		Took25ms      int64 `gorm:"column:took_25ms"`
		Took50ms      int64 `gorm:"column:took_50ms"`
		Took100ms     int64 `gorm:"column:took_100ms"`
		Took250ms     int64 `gorm:"column:took_250ms"`
		Took500ms     int64 `gorm:"column:took_500ms"`
		Took1s        int64 `gorm:"column:took_1s"`
		Took2500ms    int64 `gorm:"column:took_2500ms"`
		Took5s        int64 `gorm:"column:took_5s"`
		Took10s       int64 `gorm:"column:took_10s"`
		TookLonger    int64
	}
	err := s.read(ctx).Raw(`SELECT l.quarter / ? AS day, l.quarter >= ? AS recent,
			SUM(l.status_1xx + l.status_2xx + l.status_3xx + l.status_4xx + l.status_5xx) AS calls, SUM(l.status_5xx) AS failed,
			SUM(took_5ms) AS took_5ms, SUM(took_10ms) AS took_10ms, SUM(took_25ms) AS took_25ms, SUM(took_50ms) AS took_50ms,
			SUM(took_100ms) AS took_100ms, SUM(took_250ms) AS took_250ms, SUM(took_500ms) AS took_500ms, SUM(took_1s) AS took_1s,
			SUM(took_2500ms) AS took_2500ms, SUM(took_5s) AS took_5s, SUM(took_10s) AS took_10s, SUM(took_longer) AS took_longer
		FROM usage_subjects s CROSS JOIN usage_lines l ON l.subject_id = s.id
		WHERE s.api_id = ? AND l.quarter >= ? AND l.code = '' GROUP BY day, recent`, day, models.QuarterOf(now)-4, apiID, first).Scan(&rows).Error
	service := models.APIService{Days: make([]models.APIDay, models.ServiceDays)}
	for i := range service.Days {
		service.Days[i].Day = first.Start().AddDate(0, 0, i)
	}
	for _, row := range rows {
		calls := models.APIDay{Calls: row.Calls, Failed: row.Failed}
		if i := row.Day - int64(first)/day; i >= 0 && i < models.ServiceDays {
			service.Days[i] = service.Days[i].Add(calls)
		}
		if row.Recent {
			service.Recent = service.Recent.Add(calls)
		}
		for i, n := range [...]int64{row.Took5ms, row.Took10ms, row.Took25ms, row.Took50ms, row.Took100ms, row.Took250ms, row.Took500ms,
			row.Took1s, row.Took2500ms, row.Took5s, row.Took10s, row.TookLonger} {
			service.Took[i] += n
		}
	}
	return service, translate(err)
}

// PublishedVersions lists the versions of an API that can be looked up, newest first. Who may see the API is for the caller to know.
func (s *Store) PublishedVersions(ctx context.Context, apiID string) ([]models.PublishedVersion, error) {
	var versions []models.PublishedVersion
	err := s.read(ctx).Raw(`SELECT v.*, r.number AS "release", r.published_at AS released_at,
			(SELECT published_at FROM releases WHERE version_id = v.id AND published_at IS NOT NULL ORDER BY published_at LIMIT 1) AS published_at
		FROM versions v JOIN releases r ON r.id = v.running_release_id
		WHERE v.api_id = ? AND v.state IN ? ORDER BY v.id DESC`, apiID, publicStates).Scan(&versions).Error
	return versions, translate(err)
}

// APIReleases lists what was published of an API, newest first. Who may see the API is for the caller to know.
func (s *Store) APIReleases(ctx context.Context, apiID string, page models.Page) (models.Paged[models.PublishedRelease], error) {
	query := s.read(ctx).Table("versions v").Select("r.*, v.name AS version_name").
		Joins("CROSS JOIN releases r ON r.version_id = v.id AND r.published_at IS NOT NULL").Where("v.api_id = ? AND v.state IN ?", apiID, publicStates)
	return newest(query, "r.id", page, func(r models.PublishedRelease) string { return r.Release.ID })
}
