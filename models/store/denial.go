package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// SaveDenials adds refusals to the record: the first of a key, version, code and minute has a row, later ones raise its
// count and its greatest requirement. The caller gives every such group one id.
func (s *Store) SaveDenials(ctx context.Context, denials []models.Denial) error {
	return s.transact(ctx, func(t *txn) error {
		for _, d := range denials {
			if err := t.Exec(`INSERT INTO denials (id, team_id, key_id, api_id, version_id, code, method, path, price, required, available, held, count, created_at,
					limit_policy, limit_most, limit_used, limit_held, limit_seconds, limit_resets_at)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (id) DO UPDATE SET count = count + excluded.count, required = MAX(required, excluded.required)`,
				d.ID, d.TeamID, d.KeyID, d.APIID, d.VersionID, d.Code, d.Method, d.Path, d.Price, d.Required, d.Available, d.Held,
				d.Count, d.CreatedAt, d.Limit.Policy, d.Limit.Most, d.Limit.Used, d.Limit.Held, d.Limit.Seconds, d.Limit.ResetsAt).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// TeamDenials lists a team's latest refusals, newest first.
func (s *Store) TeamDenials(ctx context.Context, teamID string, limit int) ([]models.DenialListing, error) {
	var rows []models.DenialListing
	err := s.read(ctx).Raw(`SELECT d.*, COALESCE(a.name, '') AS api_name, k.name AS key_name FROM denials d
		LEFT JOIN apis a ON a.id = d.api_id JOIN api_keys k ON k.id = d.key_id
		WHERE d.team_id = ? ORDER BY d.id DESC LIMIT ?`, teamID, limit).Scan(&rows).Error
	return rows, translate(err)
}
