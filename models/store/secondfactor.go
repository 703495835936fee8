package store

import (
	"context"
	"fmt"

	"github.com/faregate/faregate/models"
)

// SecondFactor returns a user's second factor, or models.ErrNotFound.
func (s *Store) SecondFactor(ctx context.Context, userID string) (models.SecondFactor, error) {
	var factor models.SecondFactor
	err := s.read(ctx).First(&factor, "user_id = ?", userID).Error
	return factor, translate(err)
}

// RecoveryCodesLeft is how many of a user's recovery codes were not used.
func (s *Store) RecoveryCodesLeft(ctx context.Context, userID string) (left int64, err error) {
	err = s.read(ctx).Model(&models.RecoveryCode{}).Where("user_id = ?", userID).Count(&left).Error
	return left, translate(err)
}

// AddSecondFactor gives a user a second factor with its recovery codes, and ends their sessions but the one with the id keep:
// a password alone had opened them. models.ErrConflict if they have one.
func (s *Store) AddSecondFactor(ctx context.Context, actor models.Actor, factor models.SecondFactor, codes []models.RecoveryCode, keep string) error {
	return s.transact(ctx, func(t *txn) error {
		factor.CreatedAt = t.now
		if err := t.Create(&factor).Error; err != nil {
			return err
		}
		if err := t.Create(&codes).Error; err != nil {
			return err
		}
		if _, err := t.endSessions(factor.UserID, keep); err != nil {
			return err
		}
		if err := t.tellFactor(factor.UserID, models.FactorAdded, 0); err != nil {
			return err
		}
		return t.audit(actor, models.AuditFactorAdded, "", factor.UserID, "")
	})
}

// AcceptStep notes that a code of a step was taken. models.ErrConflict if one of this step or a later one was taken before:
// whoever reads a code over a shoulder comes too late with it.
func (s *Store) AcceptStep(ctx context.Context, userID string, step int64) error {
	return s.transact(ctx, func(t *txn) error {
		done := t.Exec(`UPDATE second_factors SET last_step = ? WHERE user_id = ? AND last_step < ?`, step, userID, step)
		if done.Error == nil && done.RowsAffected == 0 {
			return models.ErrConflict
		}
		return done.Error
	})
}

// UseRecoveryCode uses up one of a user's recovery codes. models.ErrNotFound if they have none with the hash.
func (s *Store) UseRecoveryCode(ctx context.Context, actor models.Actor, userID string, hash []byte) error {
	return s.transact(ctx, func(t *txn) error {
		if err := touched(t.Delete(&models.RecoveryCode{}, "user_id = ? AND code_hash = ?", userID, hash)); err != nil {
			return err
		}
		var left int64
		if err := t.Model(&models.RecoveryCode{}).Where("user_id = ?", userID).Count(&left).Error; err != nil {
			return err
		}
		if err := t.tellFactor(userID, models.RecoveryCodeUsed, left); err != nil {
			return err
		}
		actor.UserID = userID // who is still signing in is nobody yet
		return t.audit(actor, models.AuditRecoveryCodeUsed, "", userID, fmt.Sprintf("left: %d", left))
	})
}

// ReplaceRecoveryCodes gives a user new recovery codes; what was left of the old ones is worth nothing. models.ErrNotFound if
// they have no second factor.
func (s *Store) ReplaceRecoveryCodes(ctx context.Context, actor models.Actor, userID string, codes []models.RecoveryCode) error {
	return s.transact(ctx, func(t *txn) error {
		if err := t.First(&models.SecondFactor{}, "user_id = ?", userID).Error; err != nil {
			return err
		}
		if err := t.Delete(&models.RecoveryCode{}, "user_id = ?", userID).Error; err != nil {
			return err
		}
		if err := t.Create(&codes).Error; err != nil {
			return err
		}
		if err := t.tellFactor(userID, models.RecoveryCodesMade, 0); err != nil {
			return err
		}
		return t.audit(actor, models.AuditRecoveryCodesMade, "", userID, "")
	})
}

// RemoveSecondFactor takes a user's second factor away with its recovery codes, and ends their sessions but the one with the
// id keep, "" for none. models.ErrNotFound if they have none.
func (s *Store) RemoveSecondFactor(ctx context.Context, actor models.Actor, userID, keep string) error {
	return s.transact(ctx, func(t *txn) error { return t.removeSecondFactor(actor, userID, keep) })
}

func (t *txn) removeSecondFactor(actor models.Actor, userID, keep string) error {
	if err := touched(t.Delete(&models.SecondFactor{}, "user_id = ?", userID)); err != nil {
		return err
	}
	if err := t.Delete(&models.RecoveryCode{}, "user_id = ?", userID).Error; err != nil {
		return err
	}
	if _, err := t.endSessions(userID, keep); err != nil {
		return err
	}
	if err := t.tellFactor(userID, models.FactorRemoved, 0); err != nil {
		return err
	}
	return t.audit(actor, models.AuditFactorRemoved, "", userID, "")
}

// tellFactor promises a user the mail about a change of their second factor.
func (t *txn) tellFactor(userID string, change models.FactorChange, left int64) error {
	var user models.User
	if err := t.First(&user, "id = ?", userID).Error; err != nil {
		return err
	}
	return t.promise(models.SecondFactorChanged, models.SecondFactorChangedPayload{
		Email: user.Email, Name: user.Name, Change: change, Left: left, At: t.now,
	})
}
