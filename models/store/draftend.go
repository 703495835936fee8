package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// DeleteAPI deletes a team's API that was never published, with its versions, plans and everything else that was made for it. Nobody
// ever called it, so nothing of it is on record but that it was there; its short name is free again. models.ErrConflict if a version
// of it was ever published, or waits to be.
func (s *Store) DeleteAPI(ctx context.Context, actor models.Actor, teamID, apiID string) error {
	return s.transact(ctx, func(t *txn) error {
		row, err := t.listing(teamID, apiID)
		if err != nil {
			return err
		}
		var versions []models.Version
		if err := t.Where("api_id = ?", apiID).Find(&versions).Error; err != nil {
			return err
		}
		for _, v := range versions {
			if err := t.deleteVersion(v); err != nil {
				return err
			}
		}
		for _, query := range []string{
			`DELETE FROM plan_revisions WHERE plan_id IN (SELECT id FROM plans WHERE api_id = ?)`,
			`DELETE FROM plans WHERE api_id = ?`,
			`DELETE FROM upstream_credentials WHERE api_id = ?`,
			`DELETE FROM api_shares WHERE api_id = ?`,
			`DELETE FROM api_transfers WHERE api_id = ?`,
			`DELETE FROM apis WHERE id = ?`,
		} {
			if err := t.Exec(query, apiID).Error; err != nil {
				return err
			}
		}
		t.changes.apis = append(t.changes.apis, apiID)
		return t.audit(actor, models.AuditAPIDeleted, teamID, apiID, row.API.Slug)
	})
}

// DeleteVersion deletes a version of a team's API that was never published. models.ErrConflict if it was, if a release of it waits to
// be, or if it is the only one: then the API can be deleted.
func (s *Store) DeleteVersion(ctx context.Context, actor models.Actor, teamID, versionID string) error {
	return s.transact(ctx, func(t *txn) error {
		row, err := t.versionListing(teamID, versionID)
		if err != nil {
			return err
		}
		var versions int64
		if err := t.Model(&models.Version{}).Where("api_id = ?", row.API.ID).Count(&versions).Error; err != nil {
			return err
		}
		if versions == 1 {
			return models.ErrConflict
		}
		if err := t.deleteVersion(row.Version); err != nil {
			return err
		}
		return t.audit(actor, models.AuditVersionDeleted, teamID, versionID, row.API.Slug+" "+row.Version.Name)
	})
}

// deleteVersion deletes a version that never had a release that took effect, with those that were declined or withdrawn. It is
// models.ErrConflict if there was one, or one waits.
func (t *txn) deleteVersion(v models.Version) error {
	var releases int64
	if err := t.Model(&models.Release{}).Where("version_id = ? AND state NOT IN ?", v.ID,
		[]models.ReleaseState{models.ReleaseDeclined, models.ReleaseWithdrawn}).Count(&releases).Error; err != nil {
		return err
	}
	if releases > 0 || v.State != models.Draft {
		return models.ErrConflict
	}
	if err := t.Delete(&models.Release{}, "version_id = ?", v.ID).Error; err != nil {
		return err
	}
	return t.Delete(&models.Version{}, "id = ?", v.ID).Error
}
