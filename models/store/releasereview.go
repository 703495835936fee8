package store

import (
	"context"
	"strings"

	"github.com/faregate/faregate/models"
)

// ReviewRelease approves or declines a release that waits for it, and tells its proposer. What is approved takes effect now, or at
// the time that the proposer wants. models.ErrConflict if it waits no longer; a models.Sentence says why the actor cannot review
// it, or the version has no release any more. The error may be ErrNotLive: saved, but the gateway does not serve it yet.
func (s *Store) ReviewRelease(ctx context.Context, actor models.Actor, teamID, releaseID string, review models.ReleaseReview) (models.Release, error) {
	var release models.Release
	err := s.transact(ctx, func(t *txn) error {
		row, found, err := t.waitingRelease(teamID, releaseID, models.ActApproveRelease)
		if err != nil {
			return err
		}
		release = found
		if err := t.byAnother(actor, release); err != nil {
			return err
		}
		release.ReviewedBy, release.ReviewedAt, release.Comment = actor.UserID, &t.now, review.Comment
		if review.Now || release.DueAt(t.now) {
			release.PublishAt = nil
		}
		action := models.AuditReleaseApproved
		if release.State = models.ReleaseScheduled; !review.Approve {
			action, release.State = models.AuditReleaseDeclined, models.ReleaseDeclined
		}
		if err := t.answerRelease(actor, row, release, action); err != nil || !review.Approve || release.PublishAt != nil {
			return err
		}
		release.State, release.PublishedAt = models.ReleasePublished, &t.now
		return t.takeEffect(actor, row, release, models.AuditVersionPublished, sayRelease(release))
	})
	return release, err
}

// answerRelease writes down what became of a proposal.
func (t *txn) answerRelease(actor models.Actor, row models.APIListing, release models.Release, action models.AuditAction) error {
	if release.State != models.ReleaseDeclined {
		if _, err := row.Version.State.Publish(); err != nil {
			return err
		}
	}
	if err := t.Model(&models.Release{}).Where("id = ?", release.ID).Updates(map[string]any{
		"state": release.State, "publish_at": release.PublishAt, "reviewed_by": release.ReviewedBy, "reviewed_at": release.ReviewedAt, "comment": release.Comment,
	}).Error; err != nil {
		return err
	}
	if err := t.waitForReview(row.Version, false); err != nil {
		return err
	}
	details := sayRelease(release)
	if release.Comment != "" {
		details += ": " + strings.Join(strings.Fields(release.Comment), " ")
	}
	return t.audit(actor, action, row.API.TeamID, release.ID, shortened(details))
}

// maxDetails is how many characters of a comment the audit log keeps; the whole of it is with the release.
const maxDetails = 300

func shortened(text string) string {
	if runes := []rune(text); len(runes) > maxDetails {
		return string(runes[:maxDetails]) + "…"
	}
	return text
}

// byAnother says why an actor cannot review a release: only a person can, and only another one than whoever made it. A token of the
// team is whoever made the token.
func (t *txn) byAnother(actor models.Actor, release models.Release) error {
	maker := release.CreatedBy
	if maker == "" {
		if err := t.Raw(`SELECT COALESCE((SELECT user_id FROM api_tokens WHERE id = ?), '')`, release.CreatedToken).Scan(&maker).Error; err != nil {
			return err
		}
	}
	switch {
	case actor.UserID == "":
		return models.ErrNoReviewer
	case actor.ImpersonatorID != "":
		return models.ErrForbidden
	case actor.UserID == maker:
		return models.ErrOwnRelease
	}
	return nil
}

// WithdrawRelease takes a proposal back. models.ErrConflict if it waits for no review any more.
func (s *Store) WithdrawRelease(ctx context.Context, actor models.Actor, teamID, releaseID string) error {
	return s.endRelease(ctx, actor, teamID, releaseID, models.ActWithdrawRelease)
}

// CancelRelease takes a scheduled release back. models.ErrConflict if it is not scheduled any more.
func (s *Store) CancelRelease(ctx context.Context, actor models.Actor, teamID, releaseID string) error {
	return s.endRelease(ctx, actor, teamID, releaseID, models.ActCancelRelease)
}

func (s *Store) endRelease(ctx context.Context, actor models.Actor, teamID, releaseID string, act models.ReleaseAct) error {
	return s.transact(ctx, func(t *txn) error {
		row, release, err := t.waitingRelease(teamID, releaseID, act)
		if err != nil {
			return err
		}
		return t.withdrawRelease(actor, row, release, "")
	})
}

// withdrawRelease ends a release that waits, and says why where nobody asked for it.
func (t *txn) withdrawRelease(actor models.Actor, row models.APIListing, release models.Release, why string) error {
	if err := t.Model(&models.Release{}).Where("id = ?", release.ID).
		Updates(map[string]any{"state": models.ReleaseWithdrawn, "withdrawn_at": t.now}).Error; err != nil {
		return err
	}
	if err := t.waitForReview(row.Version, false); err != nil {
		return err
	}
	details := sayRelease(release)
	if why != "" {
		details += ": " + why
	}
	return t.audit(actor, models.AuditReleaseWithdrawn, row.API.TeamID, release.ID, details)
}

// waitingRelease finds a release of a team's APIs with its version. models.ErrConflict if its state does not allow the act.
func (t *txn) waitingRelease(teamID, releaseID string, act models.ReleaseAct) (row models.APIListing, release models.Release, err error) {
	if err := t.Take(&release, "id = ?", releaseID).Error; err != nil {
		return row, release, err
	}
	if row, err = t.versionListing(teamID, release.VersionID); err != nil {
		return row, release, err
	}
	if !release.Allows(act) {
		return row, release, models.ErrConflict
	}
	return row, release, nil
}

// ReleasesToReview lists the releases of a team's APIs that wait for review, the longest waiting first.
func (s *Store) ReleasesToReview(ctx context.Context, teamID string, page models.Page) (models.Paged[models.ReleaseToReview], error) {
	query := releaseListings(s.read(ctx)).Select(`r.*, COALESCE(u.name, ?) AS creator_name, '' AS reviewer_name, a.name AS api_name, a.slug AS api_slug, v.name AS version_name`,
		models.TeamTokenName).Joins("JOIN versions v ON v.id = r.version_id").Joins("JOIN apis a ON a.id = v.api_id AND a.deleted_at IS NULL").
		Where("a.team_id = ? AND r.state = ?", teamID, models.ReleaseProposed)
	if page.After != "" {
		query = query.Where("r.id > ?", page.After)
	}
	var rows []models.ReleaseToReview
	err := query.Order("r.id").Limit(page.Size() + 1).Find(&rows).Error
	return models.Cut(rows, page.Size(), func(r models.ReleaseToReview) string { return r.Release.ID }), translate(err)
}

// CountReleasesToReview counts the releases of a team's APIs that wait for review.
func (s *Store) CountReleasesToReview(ctx context.Context, teamID string) (n int64, err error) {
	err = s.read(ctx).Raw(`SELECT COUNT(*) FROM apis a JOIN versions v ON v.api_id = a.id JOIN releases r ON r.version_id = v.id AND r.state = 'proposed'
		WHERE a.team_id = ? AND a.deleted_at IS NULL`, teamID).Scan(&n).Error
	return n, translate(err)
}

// SetReleaseReview says whether a team publishes releases only after another member has reviewed them. What is scheduled already
// stays scheduled.
func (s *Store) SetReleaseReview(ctx context.Context, actor models.Actor, teamID string, wanted bool) error {
	return s.transact(ctx, func(t *txn) error {
		team, err := t.liveTeam(teamID)
		if err != nil || team.ReviewReleases == wanted {
			return err
		}
		if err := t.Model(&models.Team{}).Where("id = ?", teamID).Update("review_releases", wanted).Error; err != nil {
			return err
		}
		after := team
		after.ReviewReleases = wanted
		return t.auditChange(actor, models.AuditReleaseReviewSet, teamID, teamID, "", models.AuditChanges(models.TeamFields, team, after))
	})
}
