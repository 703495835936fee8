package store

import (
	"context"
	"fmt"
	"time"

	"github.com/faregate/faregate/models"
)

// UserRemains says what a user would leave behind if their account were deleted now.
func (s *Store) UserRemains(ctx context.Context, userID string) (models.UserRemains, error) {
	t := &txn{DB: s.read(ctx), now: s.clock.Now()}
	left, err := t.userRemains(userID)
	return left, translate(err)
}

// DeleteUser ends the actor's own account for good: they are signed out everywhere, are a member of nothing, and neither their
// name nor their address is kept with the account. What they did stays on record under their id, and keys that they made stay
// their teams'. models.ErrConflict if something is in the way; UserRemains tells what.
func (s *Store) DeleteUser(ctx context.Context, actor models.Actor) error {
	return s.transact(ctx, func(t *txn) error {
		user, err := t.liveUser(actor.UserID)
		if err != nil {
			return err
		}
		left, err := t.userRemains(user.ID)
		if err != nil {
			return err
		}
		if !left.Deletable() {
			return models.ErrConflict
		}
		return t.endUser(actor, user, left)
	})
}

func (t *txn) endUser(actor models.Actor, user models.User, left models.UserRemains) error {
	if err := t.closeInvitations("invited_by = ?", user.ID); err != nil {
		return err
	}
	if _, err := t.closeJoinRequests(models.JoinWithdrawn, user.ID, "user_id = ?", user.ID); err != nil {
		return err
	}
	values := map[string]any{
		"user": user.ID, "email": user.Email, "gone": user.ID + "@deleted.invalid", "name": models.DeletedUserName, "now": t.now, // RFC 2606: no such domain
	}
	for _, query := range []string{
		`DELETE FROM members WHERE user_id = @user`,
		`DELETE FROM sessions WHERE user_id = @user`,
		endImpersonationsOf,
		`DELETE FROM second_factors WHERE user_id = @user`,
		`DELETE FROM api_tokens WHERE user_id = @user AND team_id = ''`,
		`DELETE FROM recovery_codes WHERE user_id = @user`,
		`DELETE FROM passkeys WHERE user_id = @user`,
		`DELETE FROM user_identities WHERE user_id = @user`,
		`DELETE FROM mail_links WHERE user_id = @user`,
		`DELETE FROM notification_readers WHERE user_id = @user`,
		`DELETE FROM notification_choices WHERE user_id = @user`,
		`DELETE FROM favourites WHERE user_id = @user`,
		`DELETE FROM mails WHERE recipient = @email`,
		`UPDATE invitations SET email = @gone WHERE (accepted_by = @user OR email = @email) AND state <> 'open'`,
		`UPDATE users SET email = @gone, name = @name, password_hash = '', administrator = FALSE, verified_at = NULL, deleted_at = @now WHERE id = @user`,
	} {
		if err := t.Exec(query, values).Error; err != nil {
			return err
		}
	}
	return t.audit(actor, models.AuditUserDeleted, "", user.ID, fmt.Sprintf("with it ended: memberships %d", left.Teams))
}

func (t *txn) userRemains(userID string) (left models.UserRemains, err error) {
	values := map[string]any{"user": userID, "now": t.now}
	if err := t.Raw(`SELECT t.* FROM members m JOIN teams t ON t.id = m.team_id AND t.deleted_at IS NULL WHERE m.user_id = @user AND m.role = 'owner'
			AND NOT EXISTS (SELECT 1 FROM members o JOIN users u ON u.id = o.user_id AND u.deleted_at IS NULL AND u.suspended_at IS NULL
				WHERE o.team_id = m.team_id AND o.role = 'owner' AND o.user_id <> m.user_id) ORDER BY t.name LIMIT 10`, values).Scan(&left.OnlyOwnerOf).Error; err != nil {
		return left, err
	}
	err = t.Raw(`SELECT
			EXISTS (SELECT 1 FROM users WHERE id = @user AND administrator AND deleted_at IS NULL)
				AND NOT EXISTS (SELECT 1 FROM users WHERE administrator AND deleted_at IS NULL AND suspended_at IS NULL AND id <> @user) AS last_administrator,
			(SELECT COUNT(*) FROM members m JOIN teams t ON t.id = m.team_id AND t.deleted_at IS NULL WHERE m.user_id = @user) AS teams,
			(SELECT COUNT(*) FROM api_keys WHERE user_id = @user AND state = 'active' AND (expires_at IS NULL OR expires_at > @now)) AS keys`, values).
		Row().Scan(&left.LastAdministrator, &left.Teams, &left.Keys)
	return left, err
}

// keepMails is how long mails and the promises of them are remembered.
const keepMails = 30 * 24 * time.Hour

// DropOldMails deletes up to 500 mails of long ago and as many promises that were kept then, and says how many rows it found.
func (s *Store) DropOldMails(ctx context.Context) (dropped int64, err error) {
	err = s.transact(ctx, func(t *txn) error {
		mails := t.Exec(`DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE created_at <= ? LIMIT 500)`, t.now.Add(-keepMails))
		if mails.Error != nil {
			return mails.Error
		}
		promises := t.Exec(`DELETE FROM outbox_messages WHERE id IN (SELECT id FROM outbox_messages WHERE state = 'done' AND done_at <= ? LIMIT 500)`,
			t.now.Add(-keepMails))
		dropped = mails.RowsAffected + promises.RowsAffected
		return promises.Error
	})
	return dropped, err
}
