package store

import (
	"context"
	"crypto/sha256"
	"errors"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// begin starts a new epoch: from here on every money transaction of an older process fails.
func (s *Store) begin(ctx context.Context, demo bool) error {
	return s.transact(ctx, func(t *txn) error {
		var n models.Node
		switch err := t.First(&n).Error; {
		case errors.Is(err, gorm.ErrRecordNotFound):
			n = models.Node{ID: 1, Currency: models.USD, CleanStop: true, Demo: demo}
		case err != nil:
			return err
		case n.Demo && !demo:
			return ErrDemo
		case demo && !n.Demo:
			return ErrNotDemo
		}
		s.unclean = !n.CleanStop
		n.Epoch, n.CleanStop, n.StartedAt = n.Epoch+1, false, t.now
		if err := t.Save(&n).Error; err != nil {
			return err
		}
		s.epoch = n.Epoch
		return s.resume(t, n)
	})
}

// resume loads what must only ever grow, and finds the answers that the last process may have cut.
func (s *Store) resume(t *txn, n models.Node) error {
	var open models.Hour
	if err := t.Raw(`SELECT COALESCE(MAX(hour), 0) FROM usage_hours WHERE NOT sealed`).Scan(&open).Error; err != nil {
		return err
	}
	s.lastHour.Store(int64(max(open, n.LastHour)))
	return t.findUnconfirmed()
}

// markClean notes that the process stopped in good order. Answers that are open even then were cut after their commit.
func (s *Store) markClean(ctx context.Context) error {
	return s.transact(ctx, func(t *txn) error {
		done := t.Exec(`UPDATE node SET clean_stop = TRUE WHERE id = 1 AND epoch = ?`, s.epoch)
		if done.Error != nil || done.RowsAffected == 0 {
			return done.Error
		}
		return t.findUnconfirmed()
	})
}

// StoppedUncleanly says whether the process before this one ended without Close.
func (s *Store) StoppedUncleanly() bool { return s.unclean }

// Currency is the installation's currency.
func (s *Store) Currency(ctx context.Context) (models.Currency, error) {
	var n models.Node
	err := s.read(ctx).First(&n).Error
	return n.Currency, translate(err)
}

// Probe implements billing.CallBooks: it writes, durably, something that changes nothing.
func (s *Store) Probe(ctx context.Context) error {
	return s.transact(ctx, func(t *txn) error {
		done := t.Exec(`UPDATE node SET clean_stop = FALSE WHERE id = 1 AND epoch = ?`, s.epoch)
		if done.Error == nil && done.RowsAffected == 0 {
			return ErrFenced
		}
		return done.Error
	})
}

// Ready says whether the database answers.
func (s *Store) Ready(ctx context.Context) error {
	return translate(s.read(ctx).Exec(`SELECT 1`).Error)
}

// NeedsSetUp says whether nobody has used the one-time set-up link yet.
func (s *Store) NeedsSetUp(ctx context.Context) (bool, error) {
	var administrators int64
	err := s.read(ctx).Model(&models.User{}).Where("administrator").Limit(1).Count(&administrators).Error
	return administrators == 0, translate(err)
}

// OfferSetUp replaces the set-up link; only its hash is stored.
func (s *Store) OfferSetUp(ctx context.Context, token string) error {
	hash := sha256.Sum256([]byte(token))
	return s.transact(ctx, func(t *txn) error {
		return t.Exec(`UPDATE node SET setup_hash = ? WHERE id = 1`, hash[:]).Error
	})
}

// ValidSetUp says whether the token is that of the set-up link, unused.
func (s *Store) ValidSetUp(ctx context.Context, token string) (bool, error) {
	hash := sha256.Sum256([]byte(token))
	var found int64
	err := s.read(ctx).Model(&models.Node{}).Where("setup_hash = ?", hash[:]).Count(&found).Error
	return found == 1, translate(err)
}

// SetUp makes the platform's first administrator and uses up the link. models.ErrForbidden if the link is not valid.
func (s *Store) SetUp(ctx context.Context, actor models.Actor, token string, u models.NewUser, passwordHash string) (models.User, error) {
	hash := sha256.Sum256([]byte(token))
	var user models.User
	err := s.transact(ctx, func(t *txn) error {
		used := t.Exec(`UPDATE node SET setup_hash = NULL WHERE id = 1 AND setup_hash = ?`, hash[:])
		if used.Error != nil {
			return used.Error
		}
		if used.RowsAffected == 0 {
			return models.ErrForbidden
		}
		var err error
		if user, err = t.addUser(u, passwordHash, administrator); err != nil {
			return err
		}
		actor.UserID = user.ID
		return t.audit(actor, models.AuditInstallationSetUp, "", user.ID, user.Email)
	})
	return user, err
}
