package store

import (
	"context"
	"errors"

	"github.com/faregate/faregate/models"
)

// ResetPassword gives the holder of a link a new password, ends all sessions of theirs, and promises the mail that says so.
// Their address is verified by that: the link was read there. If it was not verified before, whatever else opens the account is taken
// from it: whoever added that may be somebody else, who only claimed the address. models.ErrNotFound if the link does not work.
func (s *Store) ResetPassword(ctx context.Context, actor models.Actor, token, passwordHash string) error {
	return s.transact(ctx, func(t *txn) error {
		user, err := t.useLink(models.LinkReset, token)
		if err != nil {
			return err
		}
		if err := t.Exec(`UPDATE users SET verified_at = COALESCE(verified_at, ?) WHERE id = ?`, t.now, user.ID).Error; err != nil {
			return err
		}
		if err := t.setPassword(user, passwordHash, ""); err != nil {
			return err
		}
		actor.UserID = user.ID
		if !user.Verified() {
			if err := t.closeOtherWays(actor); err != nil {
				return err
			}
		}
		return t.audit(actor, models.AuditPasswordReset, "", user.ID, "")
	})
}

// closeOtherWays takes from an account all that opens it beside its password, and the second factor that would keep its owner out.
func (t *txn) closeOtherWays(actor models.Actor) error {
	if _, err := t.removeAllPasskeys(actor, actor.UserID); err != nil {
		return err
	}
	if err := t.removeSecondFactor(actor, actor.UserID, ""); err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	if err := t.endTokens("user_id = ? AND team_id = ''", actor.UserID); err != nil {
		return err
	}
	return t.dropIdentities(actor)
}

// ChangePassword gives a user a new password, ends their sessions but the one with the id keep, and promises the mail that
// says so. Links that were asked for to reset the old one are used up by it.
func (s *Store) ChangePassword(ctx context.Context, actor models.Actor, userID, passwordHash, keep string) error {
	return s.transact(ctx, func(t *txn) error {
		var user models.User
		if err := t.Where("deleted_at IS NULL").First(&user, "id = ?", userID).Error; err != nil {
			return err
		}
		if err := t.Exec(`DELETE FROM mail_links WHERE user_id = ? AND purpose = ?`, userID, models.LinkReset).Error; err != nil {
			return err
		}
		if err := t.setPassword(user, passwordHash, keep); err != nil {
			return err
		}
		return t.audit(actor, models.AuditPasswordChanged, "", userID, "")
	})
}

// setPassword writes a user's new password, ends their sessions but the one with the id keep, "" for none, and promises the
// mail that says so.
func (t *txn) setPassword(user models.User, passwordHash, keep string) error {
	if err := t.Exec(`UPDATE users SET password_hash = ? WHERE id = ?`, passwordHash, user.ID).Error; err != nil {
		return err
	}
	if _, err := t.endSessions(user.ID, keep); err != nil {
		return err
	}
	return t.promise(models.PasswordChanged, models.PasswordChangedPayload{Email: user.Email, Name: user.Name, At: t.now})
}
