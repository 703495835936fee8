package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

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
// state. A models.Sentence says why it cannot: the lifecycle, a release that waits already, a team that asks for a review. The
// error may be ErrNotLive: saved, but the gateway does not serve it yet.
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

// ScheduleRelease makes a release of the draft that takes effect at an instant. What is edited after that is not in it. A
// models.Sentence says why it cannot, as PublishVersion has it.
func (s *Store) ScheduleRelease(ctx context.Context, actor models.Actor, teamID, versionID, changelog string, at time.Time) (models.Release, error) {
	var release models.Release
	err := s.transact(ctx, func(t *txn) error {
		row, err := t.versionListing(teamID, versionID)
		if err != nil {
			return err
		}
		if err := t.mayRelease(row, false); err != nil {
			return err
		}
		made := row.Version.DraftRelease()
		made.State, made.PublishAt, made.Changelog = models.ReleaseScheduled, &at, changelog
		if release, err = t.addRelease(actor, row, made); err != nil {
			return err
		}
		return t.audit(actor, models.AuditReleaseScheduled, teamID, release.ID, sayRelease(release))
	})
	return release, err
}

// ProposeRelease makes a release of the draft that waits for the review of another member, and that its proposer wants to take
// effect at an instant, nil for at once. A models.Sentence says why it cannot, as PublishVersion has it.
func (s *Store) ProposeRelease(ctx context.Context, actor models.Actor, teamID, versionID, changelog string, at *time.Time) (models.Release, error) {
	var release models.Release
	err := s.transact(ctx, func(t *txn) error {
		row, err := t.versionListing(teamID, versionID)
		if err != nil {
			return err
		}
		if err := t.mayRelease(row, true); err != nil {
			return err
		}
		made := row.Version.DraftRelease()
		made.State, made.PublishAt, made.Changelog = models.ReleaseProposed, at, changelog
		if release, err = t.addRelease(actor, row, made); err != nil {
			return err
		}
		if err := t.waitForReview(row.Version, true); err != nil {
			return err
		}
		return t.audit(actor, models.AuditReleaseProposed, teamID, release.ID, sayRelease(release))
	})
	return release, err
}

// RollBack publishes what an earlier release of a version served, as a release of its own. It needs no review, for callers had
// it before. models.ErrConflict if that release never took effect, or is what is served now.
func (s *Store) RollBack(ctx context.Context, actor models.Actor, teamID, versionID string, number int, changelog string) (models.Release, error) {
	var release models.Release
	err := s.transact(ctx, func(t *txn) error {
		row, err := t.versionListing(teamID, versionID)
		if err != nil {
			return err
		}
		if _, err := t.liveTeam(teamID); err != nil {
			return err
		}
		var earlier models.Release
		if err := t.Take(&earlier, "version_id = ? AND number = ?", versionID, number).Error; err != nil {
			return err
		}
		if !earlier.Allows(models.ActRollBack) {
			return models.ErrConflict
		}
		made := earlier.Content()
		made.State, made.AsNumber, made.Changelog = models.ReleasePublished, earlier.Number, changelog
		release, err = t.putOn(actor, row, made, models.AuditVersionRolledBack)
		return err
	})
	return release, err
}

// publish puts the draft of a version on the gateway.
func (t *txn) publish(actor models.Actor, row models.APIListing, changelog string) (models.Release, error) {
	if err := t.mayRelease(row, false); err != nil {
		return models.Release{}, err
	}
	made := row.Version.DraftRelease()
	made.State, made.Changelog = models.ReleasePublished, changelog
	return t.putOn(actor, row, made, models.AuditVersionPublished)
}

// mayRelease says why no release can be made of the draft of a version: to be reviewed, or without that.
func (t *txn) mayRelease(row models.APIListing, reviewed bool) error {
	team, err := t.liveTeam(row.API.TeamID)
	if err != nil {
		return err
	}
	if _, err := row.Version.State.Publish(); err != nil {
		return err
	}
	if team.ReviewReleases && !reviewed {
		return models.ErrNeedsReview
	}
	var waiting int64
	err = t.Model(&models.Release{}).Where("version_id = ? AND state IN ('proposed', 'scheduled')", row.Version.ID).Count(&waiting).Error
	if err == nil && waiting > 0 {
		return models.ErrReleaseWaits
	}
	return err
}

// addRelease makes a release of a version, in the state and with the content that it is given.
func (t *txn) addRelease(actor models.Actor, row models.APIListing, made models.Release) (models.Release, error) {
	var last int
	if err := t.Raw(`SELECT COALESCE(MAX(number), 0) FROM releases WHERE version_id = ?`, row.Version.ID).Scan(&last).Error; err != nil {
		return made, err
	}
	made.ID, made.VersionID, made.Number, made.Price = models.NewID(models.KindRelease), row.Version.ID, last+1, row.Plan.Price
	made.CreatedBy, made.CreatedToken, made.CreatedAt = actor.UserID, actor.TokenID, t.now
	return made, t.Create(&made).Error
}

// putOn makes a release that takes effect at once.
func (t *txn) putOn(actor models.Actor, row models.APIListing, made models.Release, action models.AuditAction) (models.Release, error) {
	before, err := t.replaceRunning(row.Version)
	if err != nil {
		return made, err
	}
	made.PublishedAt = &t.now
	if made, err = t.addRelease(actor, row, made); err != nil {
		return made, err
	}
	return made, t.serve(actor, row, before, made, action, sayRelease(made))
}

// takeEffect puts a release that waited on the gateway.
func (t *txn) takeEffect(actor models.Actor, row models.APIListing, release models.Release, action models.AuditAction, details string) error {
	before, err := t.replaceRunning(row.Version)
	if err != nil {
		return err
	}
	if err := t.Model(&models.Release{}).Where("id = ?", release.ID).
		Updates(map[string]any{"state": models.ReleasePublished, "published_at": t.now}).Error; err != nil {
		return err
	}
	return t.serve(actor, row, before, release, action, details)
}

// replaceRunning takes what a version serves from its place, and returns it; the zero value if there was none.
func (t *txn) replaceRunning(v models.Version) (running models.Release, err error) {
	if err := t.Raw(`SELECT * FROM releases WHERE id = ?`, v.RunningReleaseID).Scan(&running).Error; err != nil || running.ID == "" {
		return running, err
	}
	return running, t.Model(&models.Release{}).Where("id = ?", running.ID).Update("state", models.ReleaseReplaced).Error
}

// serve makes a release what its version serves, in the place of another.
func (t *txn) serve(actor models.Actor, row models.APIListing, before, after models.Release, action models.AuditAction, details string) error {
	v := row.Version
	state, err := v.State.Publish()
	if err != nil {
		return err
	}
	if err := t.Model(&v).Updates(map[string]any{"state": state, "running_release_id": after.ID, "updated_at": t.now}).Error; err != nil {
		return err
	}
	t.changes.apis = append(t.changes.apis, row.API.ID)
	return t.auditChange(actor, action, row.API.TeamID, v.ID, details, released(before, after))
}

// waitForReview writes down that a release of a version begins or ceases to wait for review.
func (t *txn) waitForReview(v models.Version, waits bool) error {
	state := v.State.Review(waits)
	if state == v.State {
		return nil
	}
	return t.Model(&v).Update("state", state).Error
}

// released is what a publish changes for callers; a first one changes nothing that was there.
func released(before, after models.Release) []models.AuditChange {
	if before.ID == "" {
		return nil
	}
	return models.AuditChanges(models.ReleaseFields, before, after)
}

// sayRelease names a release for the audit log, with its time if it has one to come.
func sayRelease(r models.Release) string {
	said := fmt.Sprintf("release %d", r.Number)
	if r.AsNumber > 0 {
		said += fmt.Sprintf(", as release %d was", r.AsNumber)
	}
	if r.State.Waits() && r.PublishAt != nil {
		said += ", for " + r.PublishAt.UTC().Format(time.RFC3339)
	}
	return said
}

// RunningRelease is what a version serves now, or models.ErrNotFound before its first publish.
func (s *Store) RunningRelease(ctx context.Context, versionID string) (models.Release, error) {
	var release models.Release
	err := s.read(ctx).Joins("JOIN versions v ON v.running_release_id = releases.id").First(&release, "v.id = ?", versionID).Error
	return release, translate(err)
}

// WaitingRelease is the release of a version that is proposed or scheduled, or models.ErrNotFound.
func (s *Store) WaitingRelease(ctx context.Context, versionID string) (models.Release, error) {
	var release models.Release
	err := s.read(ctx).Take(&release, "version_id = ? AND state IN ('proposed', 'scheduled')", versionID).Error
	return release, translate(err)
}

func releaseListings(db *gorm.DB) *gorm.DB {
	return db.Table("releases r").Select(`r.*, COALESCE(u.name, '` + models.TeamTokenName + `') AS creator_name, COALESCE(w.name, '') AS reviewer_name`).
		Joins("LEFT JOIN users u ON u.id = r.created_by").Joins("LEFT JOIN users w ON w.id = r.reviewed_by")
}

// VersionReleases lists the releases of a version, newest first.
func (s *Store) VersionReleases(ctx context.Context, versionID string, page models.Page) (models.Paged[models.ReleaseListing], error) {
	return newest(releaseListings(s.read(ctx)).Where("r.version_id = ?", versionID), "r.id", page, func(l models.ReleaseListing) string { return l.Release.ID })
}

// VersionRelease returns one release of a version by its number, or models.ErrNotFound.
func (s *Store) VersionRelease(ctx context.Context, versionID string, number int) (models.ReleaseListing, error) {
	var row models.ReleaseListing
	err := releaseListings(s.read(ctx)).Where("r.version_id = ? AND r.number = ?", versionID, number).Take(&row).Error
	return row, translate(err)
}

// ReleaseBefore is what callers had before a release took effect, or have now if it never did. The zero value if that is nothing.
func (s *Store) ReleaseBefore(ctx context.Context, r models.Release) (before models.Release, err error) {
	query := s.read(ctx).Where("version_id = ? AND id <> ? AND published_at IS NOT NULL", r.VersionID, r.ID)
	if r.PublishedAt != nil {
		query = query.Where("(published_at, number) < (?, ?)", *r.PublishedAt, r.Number)
	}
	if err = query.Order("published_at DESC, number DESC").Take(&before).Error; errors.Is(err, gorm.ErrRecordNotFound) {
		return models.Release{}, nil
	}
	return before, translate(err)
}

// VersionOfRelease finds a release of a team's APIs by its id, and returns the API with its version, and its number.
func (s *Store) VersionOfRelease(ctx context.Context, teamID, releaseID string) (row models.APIListing, number int, err error) {
	var release models.Release
	if err := s.read(ctx).Take(&release, "id = ?", releaseID).Error; err != nil {
		return row, 0, translate(err)
	}
	err = versionListingsOf(s.read(ctx), s.clock.Now(), release.VersionID).Where("a.team_id = ?", teamID).Take(&row).Error
	return row, release.Number, translate(err)
}
