package store

import (
	"context"
	"errors"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// sealSlice bounds how many hours one transaction posts: settlements wait behind it.
const sealSlice = 20

// ledgerHour is the hour that money moves in now. It never goes back, even when the clock does, so an hour that was sealed
// is never opened again. It is called inside a write transaction, of which there is only one at a time.
func (s *Store) ledgerHour(now time.Time) models.Hour {
	hour := max(int64(models.HourOf(now)), s.lastHour.Load())
	s.lastHour.Store(hour)
	return models.Hour(hour)
}

// errSealed says that a charge met an hour that is in the ledger already. It is a defect of ours: the money would leave the
// wallet and arrive nowhere.
var errSealed = errors.New("store: the usage hour is sealed")

// SealHours posts closed hours to the ledger and seals them, a slice at a time, and says whether more are waiting.
func (s *Store) SealHours(ctx context.Context) (more bool, err error) {
	err = s.transact(ctx, func(t *txn) error {
		if err := t.fence(); err != nil {
			return err
		}
		now := s.ledgerHour(t.now)
		var hours []models.UsageListing
		if err := t.Raw(`SELECT u.*, a.name AS api_name, a.slug AS api_slug FROM usage_hours u JOIN apis a ON a.id = u.api_id
			WHERE NOT u.sealed AND u.hour < ? ORDER BY u.hour LIMIT ?`, now, sealSlice).Scan(&hours).Error; err != nil {
			return err
		}
		for _, h := range hours {
			if err := t.seal(h); err != nil {
				return err
			}
		}
		more = len(hours) == sealSlice
		return t.Exec(`UPDATE node SET last_hour = ? WHERE id = 1 AND last_hour < ?`, now, now).Error
	})
	return more, err
}

func (t *txn) seal(h models.UsageListing) error {
	if err := t.write(billing.UsagePosting(h.Usage, h.APIName, t.now)); err != nil {
		return err
	}
	return t.Exec(`UPDATE usage_hours SET sealed = TRUE WHERE team_id = ? AND hour = ? AND api_id = ? AND credit = ?`,
		h.Usage.TeamID, h.Usage.Hour, h.Usage.APIID, h.Usage.Grant).Error
}

// OpenUsage lists a team's hours that are not in the ledger yet, newest first.
func (s *Store) OpenUsage(ctx context.Context, teamID string) ([]models.UsageListing, error) {
	var rows []models.UsageListing
	err := s.read(ctx).Raw(`SELECT u.*, a.name AS api_name FROM usage_hours u JOIN apis a ON a.id = u.api_id
		WHERE u.team_id = ? AND NOT u.sealed ORDER BY u.hour DESC, a.name LIMIT 200`, teamID).Scan(&rows).Error
	return rows, translate(err)
}

// DailySpend sums a team's usage by day (UTC), oldest first, for the days up to and including today. Days without usage
// are in it with zero.
func (s *Store) DailySpend(ctx context.Context, teamID string, days int) ([]models.DaySpend, error) {
	today := s.clock.Now().Truncate(24 * time.Hour)
	first := today.AddDate(0, 0, 1-days)
	var rows []struct {
		Day    int64
		Amount models.Nano
		Calls  int64
	}
	err := s.read(ctx).Raw(`SELECT hour / 24 AS day, SUM(amount) AS amount, SUM(calls) AS calls FROM usage_hours
		WHERE team_id = ? AND hour >= ? GROUP BY day`, teamID, models.HourOf(first)).Scan(&rows).Error
	spend := make([]models.DaySpend, days)
	for i := range spend {
		spend[i].Day = first.AddDate(0, 0, i)
	}
	for _, row := range rows {
		if i := int(row.Day - int64(models.HourOf(first))/24); i >= 0 && i < days {
			spend[i].Amount, spend[i].Calls = row.Amount, row.Calls
		}
	}
	return spend, translate(err)
}

// SpendByAPI sums what a team spent on each API since an hour.
func (s *Store) SpendByAPI(ctx context.Context, teamID string, since models.Hour) (map[string]models.APISpend, error) {
	var rows []struct {
		APIID string `gorm:"column:api_id"`
		models.APISpend
	}
	err := s.read(ctx).Raw(`SELECT api_id, SUM(calls) AS calls, SUM(amount) AS amount FROM usage_hours
		WHERE team_id = ? AND hour >= ? GROUP BY api_id`, teamID, since).Scan(&rows).Error
	spend := make(map[string]models.APISpend, len(rows))
	for _, row := range rows {
		spend[row.APIID] = row.APISpend
	}
	return spend, translate(err)
}
