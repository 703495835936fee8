package store

import (
	"context"
	"fmt"

	"github.com/faregate/faregate/models"
)

// PublishAPI publishes the main version of a team's API; see PublishVersion.
func (s *Store) PublishAPI(ctx context.Context, actor models.Actor, teamID, apiID, changelog string) (models.Release, error) {
	var release models.Release
	err := s.transact(ctx, func(t *txn) error {
		row, err := t.listing(teamID, apiID)
		if err != nil {
			return err
		}
		release, err = t.publish(actor, row, changelog)
		return err
	})
	return release, err
}

// PublishVersion puts the draft of a version of a team's API on the gateway: a release that never changes, and the version's next
// state. The error may be ErrNotLive: saved, but the gateway does not serve it yet.
func (s *Store) PublishVersion(ctx context.Context, actor models.Actor, teamID, versionID, changelog string) (models.Release, error) {
	var release models.Release
	err := s.transact(ctx, func(t *txn) error {
		row, err := t.versionListing(teamID, versionID)
		if err != nil {
			return err
		}
		release, err = t.publish(actor, row, changelog)
		return err
	})
	return release, err
}

func (t *txn) publish(actor models.Actor, row models.APIListing, changelog string) (models.Release, error) {
	if _, err := t.liveTeam(row.API.TeamID); err != nil {
		return models.Release{}, err
	}
	v := row.Version
	state, err := v.State.Publish()
	if err != nil {
		return models.Release{}, err
	}
	var running models.Release
	if err := t.Raw(`SELECT * FROM releases WHERE id = ?`, v.RunningReleaseID).Scan(&running).Error; err != nil {
		return models.Release{}, err
	}
	release, err := t.addRelease(actor, row, changelog)
	if err != nil {
		return release, err
	}
	if err := t.Model(&v).Updates(map[string]any{"state": state, "running_release_id": release.ID, "updated_at": t.now}).Error; err != nil {
		return release, err
	}
	if err := t.chooseMainVersion(row.API.ID); err != nil {
		return release, err
	}
	t.changes.apis = append(t.changes.apis, row.API.ID)
	return release, t.auditChange(actor, models.AuditVersionPublished, row.API.TeamID, v.ID, fmt.Sprintf("release %d", release.Number), released(running, release))
}

// released is what a publish changes for callers; a first one changes nothing that was there.
func released(before, after models.Release) []models.AuditChange {
	if before.ID == "" {
		return nil
	}
	return models.AuditChanges(models.ReleaseFields, before, after)
}

func (t *txn) addRelease(actor models.Actor, row models.APIListing, changelog string) (models.Release, error) {
	v := row.Version
	var last int
	if err := t.Raw(`SELECT COALESCE(MAX(number), 0) FROM releases WHERE version_id = ?`, v.ID).Scan(&last).Error; err != nil {
		return models.Release{}, err
	}
	release := models.Release{
		ID: models.NewID(models.KindRelease), VersionID: v.ID, Number: last + 1, UpstreamURL: v.DraftUpstreamURL, UpstreamLimits: v.DraftLimits,
		CredentialID: v.DraftCredentialID, Document: v.DraftDocument, Price: row.Plan.Price, Changelog: changelog, CreatedBy: actor.UserID, CreatedAt: t.now,
	}
	return release, t.Create(&release).Error
}

// RunningRelease is what a version serves now, or models.ErrNotFound before its first publish.
func (s *Store) RunningRelease(ctx context.Context, versionID string) (models.Release, error) {
	var release models.Release
	err := s.read(ctx).Joins("JOIN versions v ON v.running_release_id = releases.id").First(&release, "v.id = ?", versionID).Error
	return release, translate(err)
}
