package store

import (
	"context"
	"errors"

	"github.com/faregate/faregate/models"
)

// dueSlice bounds how many scheduled releases are looked at in one round.
const dueSlice = 20

// DueReleases are scheduled releases whose time has come, the longest waiting first. Those of APIs that are gone wait for ever.
func (s *Store) DueReleases(ctx context.Context) ([]models.DueRelease, error) {
	var due []models.DueRelease
	err := s.read(ctx).Raw(`SELECT r.id, r.upstream_url FROM releases r JOIN versions v ON v.id = r.version_id
		JOIN apis a ON a.id = v.api_id AND a.deleted_at IS NULL
		WHERE r.state = 'scheduled' AND r.publish_at <= ? ORDER BY r.publish_at, r.id LIMIT ?`, s.clock.Now(), dueSlice).Scan(&due).Error
	return due, translate(err)
}

// PublishDue puts a scheduled release on the gateway whose time has come, and tells its team, with a warning if there is one.
// Where it can be published no more it is withdrawn, and the team is told why. Nothing happens if it is not due any more. The
// error may be ErrNotLive.
func (s *Store) PublishDue(ctx context.Context, releaseID, warning string) error {
	return s.transact(ctx, func(t *txn) error {
		var release models.Release
		if err := t.Take(&release, "id = ?", releaseID).Error; err != nil {
			return err
		}
		if !release.Allows(models.ActTakeEffect) || !release.DueAt(t.now) {
			return nil
		}
		var row models.APIListing
		if err := versionListingsOf(t.DB, t.now, release.VersionID).Take(&row).Error; err != nil {
			return err
		}
		var why models.Sentence
		switch err := t.mayTakeEffect(row); {
		case errors.As(err, &why):
			return t.withdrawRelease(models.System, row, release, why.Error())
		case err != nil:
			return err
		}
		release.PublishAt = nil
		details := sayRelease(release)
		if warning != "" {
			details += ". " + warning
		}
		return t.takeEffect(models.System, row, release, models.AuditReleaseTookEffect, details)
	})
}

// mayTakeEffect says in a models.Sentence why a release that was scheduled cannot be published any more.
func (t *txn) mayTakeEffect(row models.APIListing) error {
	var team models.Team
	if err := t.Take(&team, "id = ?", row.API.TeamID).Error; err != nil {
		return err
	}
	if team.DeletedAt != nil || !team.Provider {
		return models.Sentence("The team is no provider any more.")
	}
	_, err := row.Version.State.Publish()
	return err
}
