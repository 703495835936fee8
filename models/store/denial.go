package store

import (
	"context"
	"database/sql/driver"
	"slices"

	"github.com/faregate/faregate/models"
)

// denialSlice bounds how many refusals one transaction saves and counts; settlements wait behind it.
const denialSlice = 100

// SaveDenials adds refusals to the record: the first of a key, version, code and minute has a row, later ones raise its
// count and its greatest requirement. The caller gives every such group one id. What is saved is counted in the usage lines
// too.
func (s *Store) SaveDenials(ctx context.Context, denials []models.Denial) error {
	numbers := make(map[models.UsageSubject]int64)
	for _, d := range denials {
		numbers[deniedSubject(d)] = 0
	}
	if err := s.numberSubjects(ctx, numbers); err != nil {
		return err
	}
	for slice := range slices.Chunk(denials, denialSlice) {
		err := s.counting.transact(ctx, s, func(w *counting) error {
			if err := w.denials.write(w.conn, denialRows(slice)); err != nil {
				return err
			}
			return w.lines.write(w.conn, countDenials(slice, numbers).rows())
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func denialRows(denials []models.Denial) (rows arguments) {
	for _, d := range denials {
		var resets driver.Value
		if d.Limit.ResetsAt != nil {
			resets = d.Limit.ResetsAt.UnixMilli()
		}
		rows.add(d.ID, d.TeamID, d.KeyID, d.APIID, d.VersionID, d.Code, d.Method, d.Path, int64(d.Price), int64(d.Required), int64(d.Available),
			int64(d.Held), d.Count, d.CreatedAt.UnixMilli(), d.Limit.Policy, d.Limit.Most, d.Limit.Used, d.Limit.Held, d.Limit.Seconds, resets)
	}
	return rows
}

// TeamDenials lists a team's latest refusals, newest first.
func (s *Store) TeamDenials(ctx context.Context, teamID string, limit int) ([]models.DenialListing, error) {
	var rows []models.DenialListing
	err := s.read(ctx).Raw(`SELECT d.*, COALESCE(a.name, '') AS api_name, k.name AS key_name FROM denials d
		LEFT JOIN apis a ON a.id = d.api_id JOIN api_keys k ON k.id = d.key_id
		WHERE d.team_id = ? ORDER BY d.id DESC LIMIT ?`, teamID, limit).Scan(&rows).Error
	return rows, translate(err)
}
