package store

import (
	"context"
	"fmt"

	"github.com/faregate/faregate/models"
)

// RenameTeam gives a team another name. Its slug stays, and with it every address that people and programs know.
func (s *Store) RenameTeam(ctx context.Context, actor models.Actor, teamID, name string) error {
	return s.transact(ctx, func(t *txn) error {
		team, err := t.liveTeam(teamID)
		if err != nil || team.Name == name {
			return err
		}
		renamed := team
		renamed.Name = name
		if err := t.Model(&models.Team{}).Where("id = ?", teamID).Update("name", name).Error; err != nil {
			return err
		}
		if err := t.Model(&models.API{}).Where("team_id = ?", teamID).Pluck("id", &t.changes.shown).Error; err != nil {
			return err
		}
		return t.auditChange(actor, models.AuditTeamRenamed, teamID, teamID, team.Slug+": "+name, models.AuditChanges(models.TeamFields, team, renamed))
	})
}

// TeamRemains says what a team would leave behind if it were deleted now.
func (s *Store) TeamRemains(ctx context.Context, teamID string) (models.TeamRemains, error) {
	t := &txn{DB: s.read(ctx), now: s.clock.Now()}
	left, err := t.remains(teamID)
	return left, translate(err)
}

// DeleteTeam ends a team for good: its keys and subscriptions end, its invitations are withdrawn, and its pages are gone
// before DeleteTeam returns. Ledger, calls, members and audit entries stay, and so does the slug, which no other team gets.
// models.ErrForbidden if the actor is no owner, models.ErrConflict if it cannot be deleted; TeamRemains tells why.
func (s *Store) DeleteTeam(ctx context.Context, actor models.Actor, teamID string) error {
	return s.transact(ctx, func(t *txn) error {
		if err := t.fence(); err != nil { // what the wallet has is known to the newest process alone
			return err
		}
		by, err := t.authority(teamID, actor)
		if err != nil {
			return err
		}
		if !by.May(models.MayOwnTeam) {
			return models.ErrForbidden
		}
		left, err := t.remains(teamID)
		if err != nil {
			return err
		}
		if !left.Deletable() {
			return models.ErrConflict
		}
		return t.endTeam(actor, teamID, left)
	})
}

func (t *txn) endTeam(actor models.Actor, teamID string, left models.TeamRemains) error {
	if err := t.revokeKeys(teamID); err != nil {
		return err
	}
	if err := t.endSubscriptions(teamID); err != nil {
		return err
	}
	if err := t.closeInvitations("team_id = ?", teamID); err != nil {
		return err
	}
	if _, err := t.closeJoinRequests(models.JoinDeclined, actor.UserID, "team_id = ?", teamID); err != nil {
		return err
	}
	if err := t.endWebhooks(teamID); err != nil {
		return err
	}
	if err := t.Delete(&models.GroupRule{}, "team_id = ?", teamID).Error; err != nil {
		return err
	}
	if err := t.endTokens("team_id = ?", teamID); err != nil {
		return err
	}
	if err := t.Model(&models.Team{}).Where("id = ?", teamID).Update("deleted_at", t.now).Error; err != nil {
		return err
	}
	t.changes.teams = append(t.changes.teams, teamID)
	return t.audit(actor, models.AuditTeamDeleted, teamID, teamID,
		fmt.Sprintf("with it ended: keys %d, subscriptions %d, members %d", left.Keys, left.Subscriptions, left.Members))
}

// revokeKeys ends all keys of a team.
func (t *txn) revokeKeys(teamID string) error {
	var hashes [][]byte
	if err := t.Raw(`SELECT hash FROM api_keys WHERE team_id = @team AND state = 'active' UNION ALL
		SELECT r.hash FROM api_keys k JOIN replaced_secrets r ON r.key_id = k.id WHERE k.team_id = @team AND k.state = 'active' AND r.works_until > @now`,
		map[string]any{"team": teamID, "now": t.now}).Scan(&hashes).Error; err != nil {
		return err
	}
	for _, hash := range hashes {
		t.changes.keys = append(t.changes.keys, models.KeyHash(hash))
	}
	return t.Model(&models.Key{}).Where("team_id = ? AND state = ?", teamID, models.KeyActive).
		Updates(map[string]any{"state": models.KeyRevoked, "revoked_at": t.now}).Error
}

// endSubscriptions ends those of a team that are active and withdraws those that it has asked for.
func (t *txn) endSubscriptions(teamID string) error {
	var live []models.Subscription
	if err := t.Where("team_id = ? AND state NOT IN ('rejected', 'withdrawn', 'ended')", teamID).Find(&live).Error; err != nil {
		return err
	}
	for _, sub := range live {
		state := models.Ended
		if sub.State == models.Requested {
			state = models.Withdrawn
		}
		if err := t.moveSubscription(sub, state); err != nil {
			return err
		}
	}
	return nil
}

// namedAPIs is how many APIs a page names as being in the way.
const namedAPIs = 10

func (t *txn) remains(teamID string) (left models.TeamRemains, err error) {
	if err = t.Raw(`SELECT w.balance,
		(SELECT COUNT(*) FROM topups WHERE team_id = w.team_id AND state IN ('created', 'checkout_open', 'processing')) AS open_topups,
		(SELECT COUNT(*) FROM api_keys WHERE team_id = w.team_id AND state = 'active' AND (expires_at IS NULL OR expires_at > ?)) AS keys,
		(SELECT COUNT(*) FROM subscriptions WHERE team_id = w.team_id AND state NOT IN ('rejected', 'withdrawn', 'ended')) AS subscriptions,
		(SELECT COUNT(*) FROM members WHERE team_id = w.team_id) AS members
		FROM wallets w WHERE w.team_id = ?`, t.now, teamID).Scan(&left).Error; err != nil {
		return left, err
	}
	err = t.Table("apis a").Joins("JOIN versions v ON v.api_id = a.id").
		Where("a.team_id = ? AND a.deleted_at IS NULL AND v.state IN ?", teamID, []models.VersionState{models.Published, models.Deprecated}).
		Distinct().Order("a.name").Limit(namedAPIs).Pluck("a.name", &left.LiveAPIs).Error
	return left, err
}

// liveTeam returns a team that is not deleted, or models.ErrNotFound. Whatever makes something for a team asks it: its page
// was opened before somebody else deleted the team.
func (t *txn) liveTeam(teamID string) (models.Team, error) {
	var team models.Team
	err := t.Where("deleted_at IS NULL").Take(&team, "id = ?", teamID).Error
	return team, err
}
