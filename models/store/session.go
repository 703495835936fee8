package store

import (
	"context"
	"fmt"

	"github.com/faregate/faregate/models"
)

// Session returns a session that has not expired, or models.ErrNotFound. A suspended user has none, however it came about.
func (s *Store) Session(ctx context.Context, tokenHash []byte) (models.Session, error) {
	var session models.Session
	err := s.read(ctx).Where(`NOT EXISTS (SELECT 1 FROM users u WHERE u.id = sessions.user_id AND u.suspended_at IS NOT NULL)`).
		First(&session, "token_hash = ? AND expires_at > ?", tokenHash, s.clock.Now()).Error
	return session, translate(err)
}

// SessionsOf lists a user's whole sessions, the one used last first. There are at most models.MaxSessions.
func (s *Store) SessionsOf(ctx context.Context, userID string) ([]models.Session, error) {
	var sessions []models.Session
	err := s.read(ctx).Where("user_id = ? AND NOT half AND expires_at > ?", userID, s.clock.Now()).Order("seen_at DESC, id DESC").Find(&sessions).Error
	return sessions, translate(err)
}

// SaveSession writes a new session, and ends those of its user that are too many with it.
func (s *Store) SaveSession(ctx context.Context, session models.Session) error {
	return s.transact(ctx, func(t *txn) error {
		if err := t.Create(&session).Error; err != nil {
			return err
		}
		// Half sessions are counted apart: who has the password alone must not push those out that are whole.
		return t.Exec(`DELETE FROM sessions WHERE token_hash IN (
			SELECT token_hash FROM sessions WHERE user_id = ? AND half = ? ORDER BY seen_at DESC, id DESC LIMIT -1 OFFSET ?)`, session.UserID, session.Half, models.MaxSessions).Error
	})
}

// RenewSession writes what a session holds, where and when it was used, and when it ends. models.ErrNotFound if it was ended
// meanwhile, or has another token by now.
func (s *Store) RenewSession(ctx context.Context, session models.Session) error {
	return s.transact(ctx, func(t *txn) error {
		return touched(t.Model(&session).Select("data", "address", "seen_at", "expires_at").Updates(&session))
	})
}

// RotateSession gives a session another token, and writes that its user has just proved who they are, which makes it whole:
// the old token is worth nothing from then on. models.ErrNotFound if it was ended meanwhile.
func (s *Store) RotateSession(ctx context.Context, old []byte, session models.Session) error {
	return s.transact(ctx, func(t *txn) error {
		return touched(t.Model(&models.Session{}).Where("token_hash = ?", old).Updates(map[string]any{
			"token_hash": session.TokenHash, "half": false, "proved_at": session.ProvedAt, "seen_at": session.SeenAt, "expires_at": session.ExpiresAt,
		}))
	})
}

// DeleteSession ends a session. Ending one that is not there is no error.
func (s *Store) DeleteSession(ctx context.Context, tokenHash []byte) error {
	return s.transact(ctx, func(t *txn) error {
		return t.Delete(&models.Session{}, "token_hash = ?", tokenHash).Error
	})
}

// EndSession ends one of a user's sessions by its id. models.ErrNotFound if the user has none with it.
func (s *Store) EndSession(ctx context.Context, actor models.Actor, userID, id string) error {
	return s.transact(ctx, func(t *txn) error {
		if err := touched(t.Delete(&models.Session{}, "user_id = ? AND id = ?", userID, id)); err != nil {
			return err
		}
		return t.audit(actor, models.AuditSessionEnded, "", id, "")
	})
}

// EndOtherSessions ends all of a user's sessions but the one with the id, and says how many those were.
func (s *Store) EndOtherSessions(ctx context.Context, actor models.Actor, userID, keep string) (ended int64, err error) {
	err = s.transact(ctx, func(t *txn) (err error) {
		if ended, err = t.endSessions(userID, keep); err != nil || ended == 0 {
			return err
		}
		return t.audit(actor, models.AuditSessionEnded, "", userID, fmt.Sprintf("all others: %d", ended))
	})
	return ended, err
}

// endSessions ends a user's sessions but the one with the id keep, "" for all.
func (t *txn) endSessions(userID, keep string) (ended int64, err error) {
	done := t.Exec(`DELETE FROM sessions WHERE user_id = ? AND id <> ?`, userID, keep)
	return done.RowsAffected, done.Error
}

// DropExpiredSessions deletes up to 500 expired sessions and says how many it found.
func (s *Store) DropExpiredSessions(ctx context.Context) (dropped int64, err error) {
	err = s.transact(ctx, func(t *txn) error {
		done := t.Exec(`DELETE FROM sessions WHERE token_hash IN (SELECT token_hash FROM sessions WHERE expires_at <= ? LIMIT 500)`, t.now)
		dropped = done.RowsAffected
		return done.Error
	})
	return dropped, err
}
