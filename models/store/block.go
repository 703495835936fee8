package store

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// BlockVersion stops all calls of a version of a team's API, for one side. The next call is refused. models.ErrConflict if that
// side has blocked it already, models.ErrNotBlockable if nobody can call it. The error may be ErrNotLive: saved, but the gateway
// lets calls through still.
func (s *Store) BlockVersion(ctx context.Context, actor models.Actor, by models.Blocker, teamID, versionID, reason string) error {
	return s.transact(ctx, func(t *txn) error {
		row, err := t.versionListing(teamID, versionID)
		switch {
		case err != nil:
			return err
		case row.Version.BlockBy(by).At != nil:
			return models.ErrConflict
		case !row.Version.State.Callable():
			return models.ErrNotBlockable
		}
		return t.setBlock(actor, row, by, models.Block{At: &t.now, Reason: reason}, reason)
	})
}

// UnblockVersion takes back what one side has blocked. models.ErrConflict if it has not. Calls go through again unless the other
// side blocks the version, too. The error may be ErrNotLive.
func (s *Store) UnblockVersion(ctx context.Context, actor models.Actor, by models.Blocker, teamID, versionID string) error {
	return s.transact(ctx, func(t *txn) error {
		row, err := t.versionListing(teamID, versionID)
		if err != nil {
			return err
		}
		if row.Version.BlockBy(by).At == nil {
			return models.ErrConflict
		}
		return t.setBlock(actor, row, by, models.Block{}, "")
	})
}

// setBlock writes down what a side blocks, and tells the gateway.
func (t *txn) setBlock(actor models.Actor, row models.APIListing, by models.Blocker, block models.Block, details string) error {
	other, column := row.Version.OperatorBlock, "team_block"
	action := models.AuditVersionBlocked
	if block.At == nil {
		action = models.AuditVersionUnblocked
	}
	if by == models.ByOperator {
		other, column, action = row.Version.TeamBlock, "operator_block", models.AuditVersionBlockedByOperator
		if block.At == nil {
			action = models.AuditVersionUnblockedByOperator
		}
	}
	if err := t.Model(&models.Version{}).Where("id = ?", row.Version.ID).Updates(map[string]any{
		"blocked": block.At != nil || other.At != nil, column + "_at": block.At, column + "_reason": block.Reason,
	}).Error; err != nil {
		return err
	}
	t.changes.apis = append(t.changes.apis, row.API.ID)
	return t.audit(actor, action, row.API.TeamID, row.Version.ID, details)
}

// CallingTeams are other teams whose subscription to a version's API is live and that called the version since the quarter hour
// that an instant lies in, the latest caller first, at most limit; total is how many there are. Calls count a second after they
// ended, when the follower has seen them.
func (s *Store) CallingTeams(ctx context.Context, v models.Version, since time.Time, limit int) (callers []models.CallingTeam, total int64, err error) {
	var rows []struct {
		models.CallingTeam
		Total int64
	}
	// Of each subject one line is read, its last.
	err = s.read(ctx).Raw(`SELECT t.name AS team_name, c.last_call, COUNT(*) OVER () AS total FROM (
			SELECT s.team_id, MAX((SELECT l.last_call FROM usage_lines l WHERE l.subject_id = s.id AND l.code = '' AND l.quarter >= @since ORDER BY l.quarter DESC LIMIT 1)) AS last_call
			FROM subscriptions u CROSS JOIN usage_subjects s ON s.team_id = u.team_id AND +s.api_id = u.api_id AND +s.version_id = @version
			WHERE u.api_id = @api AND u.state NOT IN ('requested', 'rejected', 'withdrawn', 'ended') GROUP BY s.team_id) c
		JOIN teams t ON t.id = c.team_id WHERE c.last_call > 0 ORDER BY c.last_call DESC LIMIT @limit`, map[string]any{
		"api": v.APIID, "version": v.ID, "since": models.QuarterOf(since), "limit": limit,
	}).Scan(&rows).Error
	for _, row := range rows {
		callers, total = append(callers, row.CallingTeam), row.Total
	}
	return callers, total, translate(err)
}
