package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// Session returns a session that has not expired, or models.ErrNotFound. A suspended user has none, however it came about.
func (s *Store) Session(ctx context.Context, tokenHash []byte) (models.Session, error) {
	var session models.Session
	err := s.read(ctx).Where(`NOT EXISTS (SELECT 1 FROM users u WHERE u.id = sessions.user_id AND u.suspended_at IS NOT NULL)`).
		First(&session, "token_hash = ? AND expires_at > ?", tokenHash, s.clock.Now()).Error
	return session, translate(err)
}

// SaveSession writes a new session.
func (s *Store) SaveSession(ctx context.Context, session models.Session) error {
	return s.transact(ctx, func(t *txn) error { return t.Create(&session).Error })
}

// RenewSession writes what a session holds and when it ends. One that was ended meanwhile stays ended.
func (s *Store) RenewSession(ctx context.Context, session models.Session) error {
	return s.transact(ctx, func(t *txn) error {
		return t.Model(&session).Select("data", "expires_at").Updates(&session).Error
	})
}

// DeleteSession ends a session. Ending one that is not there is no error.
func (s *Store) DeleteSession(ctx context.Context, tokenHash []byte) error {
	return s.transact(ctx, func(t *txn) error {
		return t.Delete(&models.Session{}, "token_hash = ?", tokenHash).Error
	})
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
