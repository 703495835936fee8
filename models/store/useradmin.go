package store

import (
	"context"
	"errors"
	"time"

	"github.com/faregate/faregate/models"
)

// What administrators of the platform do to users. Each method asks in its transaction whether the actor is one at this
// instant, as whoever was one a moment ago changes nothing.

// Users lists all users whose name or address contains the text, newest first, for administrators.
func (s *Store) Users(ctx context.Context, text string, page models.Page) (models.Paged[models.UserListing], error) {
	query := s.read(ctx).Table("users u").
		Select(`u.*, (SELECT COUNT(*) FROM members m JOIN teams t ON t.id = m.team_id AND t.deleted_at IS NULL WHERE m.user_id = u.id) AS teams`).
		Where("u.deleted_at IS NULL")
	if text != "" {
		query = query.Where(`(u.name LIKE ? ESCAPE '\' OR u.email LIKE ? ESCAPE '\')`, contains(text), contains(text))
	}
	return newest(query, "u.id", page, func(r models.UserListing) string { return r.User.ID })
}

// UserTeams lists the teams of a user by name, for administrators.
func (s *Store) UserTeams(ctx context.Context, userID string) ([]models.UserTeam, error) {
	var teams []models.UserTeam
	err := s.read(ctx).Raw(`SELECT t.*, m.role, (SELECT COUNT(*) FROM members o JOIN users u ON u.id = o.user_id AND u.deleted_at IS NULL AND u.suspended_at IS NULL
			WHERE o.team_id = t.id AND o.role = ?) AS owners
		FROM members m JOIN teams t ON t.id = m.team_id
		WHERE m.user_id = ? AND t.deleted_at IS NULL ORDER BY t.name, t.id LIMIT 200`, models.RoleOwner, userID).Scan(&teams).Error
	return teams, translate(err)
}

// UserFacts returns what administrators learn of a user beside the account itself.
func (s *Store) UserFacts(ctx context.Context, userID string) (models.UserFacts, error) {
	var row struct {
		models.UserFacts `gorm:"embedded"`
		Seen             *int64 // milliseconds since 1970: what MAX finds has lost its type
	}
	err := s.read(ctx).Raw(`SELECT
		(SELECT COUNT(*) FROM sessions WHERE user_id = @user AND NOT half AND expires_at > @now) AS sessions,
		(SELECT MAX(seen_at) FROM sessions WHERE user_id = @user AND NOT half AND expires_at > @now) AS seen,
		(SELECT COUNT(*) FROM api_keys WHERE user_id = @user AND state = 'active' AND (expires_at IS NULL OR expires_at > @now)) AS keys,
		(SELECT COUNT(*) FROM api_tokens WHERE user_id = @user AND team_id <> '' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > @now)) AS team_tokens,
		EXISTS (SELECT 1 FROM second_factors WHERE user_id = @user) AS second_factor,
		(SELECT COUNT(*) FROM passkeys WHERE user_id = @user) AS passkeys`,
		map[string]any{"user": userID, "now": s.clock.Now()}).Scan(&row).Error
	if row.Seen != nil {
		at := time.UnixMilli(*row.Seen).UTC()
		row.SeenAt = &at
	}
	return row.UserFacts, translate(err)
}

// SetAdministrator makes a user an administrator of the platform, or takes that away. models.ErrLastAdministrator if nobody
// would be left. Doing so twice changes nothing.
func (s *Store) SetAdministrator(ctx context.Context, actor models.Actor, userID string, administrator bool) error {
	return s.transact(ctx, func(t *txn) error {
		user, err := t.userFor(actor, userID)
		if err != nil || user.Administrator == administrator {
			return err
		}
		if !administrator {
			if err := t.othersAdminister(userID); err != nil {
				return err
			}
		}
		if err := t.Exec(endImpersonationsOf, map[string]any{"user": userID, "now": t.now}).Error; err != nil {
			return err
		}
		after := user
		after.Administrator = administrator
		return t.changeUser(actor, models.AuditAdministrator, user, after)
	})
}

// SuspendUser keeps a user out: they cannot sign in, and are signed out before SuspendUser returns. Their teams stay as they
// are, and so do the keys and tokens that they made for teams, unless revokeKeys ends those in all teams. Their personal tokens
// open nothing while they are suspended. They get a mail. Doing so twice changes nothing.
func (s *Store) SuspendUser(ctx context.Context, actor models.Actor, userID string, revokeKeys bool) error {
	return s.transact(ctx, func(t *txn) error {
		user, err := t.userFor(actor, userID)
		if err != nil || user.Suspended() {
			return err
		}
		if userID == actor.UserID {
			return models.ErrOneself
		}
		if user.Administrator {
			if err := t.othersAdminister(userID); err != nil {
				return err
			}
		}
		if err := t.Exec(`DELETE FROM sessions WHERE user_id = ?`, userID).Error; err != nil {
			return err
		}
		if err := t.Exec(endImpersonationsOf, map[string]any{"user": userID, "now": t.now}).Error; err != nil {
			return err
		}
		if revokeKeys {
			if err := t.revokeKeysOf(actor, userID); err != nil {
				return err
			}
			if err := t.revokeTokensOf(actor, userID); err != nil {
				return err
			}
		}
		after := user
		after.SuspendedAt = &t.now
		return t.changeStanding(actor, models.AuditUserSuspended, user, after)
	})
}

// ReactivateUser lets a suspended user sign in again; they get a mail. Doing so twice changes nothing.
func (s *Store) ReactivateUser(ctx context.Context, actor models.Actor, userID string) error {
	return s.transact(ctx, func(t *txn) error {
		user, err := t.userFor(actor, userID)
		if err != nil || !user.Suspended() {
			return err
		}
		after := user
		after.SuspendedAt = nil
		return t.changeStanding(actor, models.AuditUserReactivated, user, after)
	})
}

// TakeSecondFactor takes a user's second factor away, who has lost it with its recovery codes, their passkeys, or both, and
// signs them out. They get a mail about each. models.ErrNotFound if they have nothing of that.
func (s *Store) TakeSecondFactor(ctx context.Context, actor models.Actor, userID string, factor, passkeys bool) error {
	return s.transact(ctx, func(t *txn) error {
		if _, err := t.userFor(actor, userID); err != nil {
			return err
		}
		taken := false
		if factor {
			err := t.removeSecondFactor(actor, userID, "")
			if err != nil && !errors.Is(err, models.ErrNotFound) {
				return err
			}
			taken = err == nil
		}
		if passkeys {
			removed, err := t.removeAllPasskeys(actor, userID)
			if err != nil || removed {
				return err
			}
		}
		if !taken {
			return models.ErrNotFound
		}
		return nil
	})
}

// SendReset promises a user the mail with a link for a new password, as if they had asked for it.
func (s *Store) SendReset(ctx context.Context, actor models.Actor, userID string) error {
	return s.transact(ctx, func(t *txn) error {
		user, err := t.userFor(actor, userID)
		if err != nil {
			return err
		}
		if err := t.promise(models.PasswordReset, models.PasswordResetPayload{Email: user.Email}); err != nil {
			return err
		}
		return t.audit(actor, models.AuditResetSent, "", userID, "")
	})
}

// SignOutUser ends all sessions of a user.
func (s *Store) SignOutUser(ctx context.Context, actor models.Actor, userID string) error {
	return s.transact(ctx, func(t *txn) error {
		if _, err := t.userFor(actor, userID); err != nil {
			return err
		}
		if err := t.Exec(`DELETE FROM sessions WHERE user_id = ?`, userID).Error; err != nil {
			return err
		}
		return t.audit(actor, models.AuditUserSignedOut, "", userID, "")
	})
}

// userFor is a user to whom an administrator does something: models.ErrForbidden if the actor is none, models.ErrNotFound if
// there is no such user.
func (t *txn) userFor(actor models.Actor, userID string) (models.User, error) {
	if err := t.mayAdminister(actor); err != nil {
		return models.User{}, err
	}
	return t.liveUser(userID)
}

// mayAdminister is models.ErrForbidden unless the actor is an administrator of the platform who can sign in, and acts as nobody
// else. No token's scopes include it.
func (t *txn) mayAdminister(actor models.Actor) error {
	if actor.ImpersonatorID != "" || actor.TokenID != "" {
		return models.ErrForbidden
	}
	var acting models.User
	err := t.Where("deleted_at IS NULL AND suspended_at IS NULL AND administrator").Limit(1).Find(&acting, "id = ?", actor.UserID).Error
	if err == nil && acting.ID == "" {
		return models.ErrForbidden
	}
	return err
}

// othersAdminister is models.ErrLastAdministrator unless somebody else is an administrator who can sign in.
func (t *txn) othersAdminister(userID string) error {
	var others int64
	err := t.Model(&models.User{}).Where("administrator AND deleted_at IS NULL AND suspended_at IS NULL AND id <> ?", userID).Count(&others).Error
	if err == nil && others == 0 {
		return models.ErrLastAdministrator
	}
	return err
}

func (t *txn) changeUser(actor models.Actor, action models.AuditAction, before, after models.User) error {
	if err := t.Model(&models.User{}).Where("id = ?", after.ID).
		Updates(map[string]any{"administrator": after.Administrator, "suspended_at": after.SuspendedAt}).Error; err != nil {
		return err
	}
	return t.auditChange(actor, action, "", after.ID, "", models.AuditChanges(models.UserFields, before, after))
}

// changeStanding is changeUser, and the user is told.
func (t *txn) changeStanding(actor models.Actor, action models.AuditAction, before, after models.User) error {
	if err := t.changeUser(actor, action, before, after); err != nil {
		return err
	}
	return t.promise(models.AccountStanding, models.AccountStandingPayload{Email: after.Email, Name: after.Name, Suspended: after.Suspended(), At: t.now})
}

// revokeKeysOf ends the keys that a user made, in all teams. Each team has the entry of its own.
func (t *txn) revokeKeysOf(actor models.Actor, userID string) error {
	var keys []models.Key
	if err := t.Where("user_id = ? AND state = ?", userID, models.KeyActive).Find(&keys).Error; err != nil {
		return err
	}
	for _, key := range keys {
		if err := t.keyChanged(&key); err != nil {
			return err
		}
		if err := t.audit(actor, models.AuditKeyTakenAway, key.TeamID, key.ID, key.Hint); err != nil {
			return err
		}
	}
	return t.Model(&models.Key{}).Where("user_id = ? AND state = ?", userID, models.KeyActive).
		Updates(map[string]any{"state": models.KeyRevoked, "revoked_at": t.now}).Error
}
