package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// Passkeys lists a user's passkeys, the oldest first. There are at most models.MaxPasskeys.
func (s *Store) Passkeys(ctx context.Context, userID string) ([]models.Passkey, error) {
	var passkeys []models.Passkey
	err := s.read(ctx).Where("user_id = ?", userID).Order("id").Find(&passkeys).Error
	return passkeys, translate(err)
}

// Passkey returns one of a user's passkeys, or models.ErrNotFound.
func (s *Store) Passkey(ctx context.Context, userID, id string) (models.Passkey, error) {
	var passkey models.Passkey
	err := s.read(ctx).First(&passkey, "user_id = ? AND id = ?", userID, id).Error
	return passkey, translate(err)
}

// PasskeyByCredential returns the passkey that has a credential's id at a host, or models.ErrNotFound.
func (s *Store) PasskeyByCredential(ctx context.Context, host string, credentialID []byte) (models.Passkey, error) {
	var passkey models.Passkey
	err := s.read(ctx).First(&passkey, "host = ? AND credential_id = ?", host, credentialID).Error
	return passkey, translate(err)
}

// AddPasskey gives a user a passkey; they get a mail. models.ErrConflict if it is somebody's already, theirs included, and
// models.ErrTooManyPasskeys if they have as many as one can have.
func (s *Store) AddPasskey(ctx context.Context, actor models.Actor, passkey models.Passkey) error {
	return s.transact(ctx, func(t *txn) error {
		var has int64
		if err := t.Model(&models.Passkey{}).Where("user_id = ?", passkey.UserID).Count(&has).Error; err != nil {
			return err
		}
		if has >= models.MaxPasskeys {
			return models.ErrTooManyPasskeys
		}
		passkey.ID, passkey.CreatedAt = models.NewID(models.KindPasskey), t.now
		if err := t.Create(&passkey).Error; err != nil {
			return err
		}
		if err := t.tellPasskeys(passkey.UserID, models.PasskeyAdded, passkey); err != nil {
			return err
		}
		return t.audit(actor, models.AuditPasskeyAdded, "", passkey.UserID, passkey.Name)
	})
}

// RenamePasskey gives one of a user's passkeys another name. models.ErrNotFound if it is not theirs.
func (s *Store) RenamePasskey(ctx context.Context, actor models.Actor, userID, id, name string) error {
	return s.transact(ctx, func(t *txn) error {
		passkey, err := t.passkey(userID, id)
		if err != nil || passkey.Name == name {
			return err
		}
		if err := t.Exec(`UPDATE passkeys SET name = ? WHERE id = ?`, name, id).Error; err != nil {
			return err
		}
		return t.audit(actor, models.AuditPasskeyRenamed, "", userID, passkey.Name+" → "+name)
	})
}

// RemovePasskey takes one of a user's passkeys away, and ends their sessions but the one with the id keep: it may have opened
// them. They get a mail. models.ErrNotFound if it is not theirs.
func (s *Store) RemovePasskey(ctx context.Context, actor models.Actor, userID, id, keep string) error {
	return s.transact(ctx, func(t *txn) error {
		passkey, err := t.passkey(userID, id)
		if err != nil {
			return err
		}
		return t.removePasskeys(actor, userID, keep, []models.Passkey{passkey})
	})
}

// UsePasskey notes that one of a user's passkeys was used, with the flags and the count that it told. One that counts back may
// have been copied: it is not refused, for whoever has the copy may be the one who is ahead, but each such use is in the audit
// log, and the first is told by mail. models.ErrNotFound if it was removed meanwhile.
func (s *Store) UsePasskey(ctx context.Context, actor models.Actor, userID, id string, flags uint8, count uint32) error {
	return s.transact(ctx, func(t *txn) error {
		passkey, err := t.passkey(userID, id)
		if err != nil {
			return err
		}
		copied := passkey.CountsBack(count)
		if err := t.Exec(`UPDATE passkeys SET flags = ?, sign_count = MAX(sign_count, ?), used_at = ?,
			copied_at = CASE WHEN ? THEN COALESCE(copied_at, ?) ELSE copied_at END WHERE id = ?`, flags, count, t.now, copied, t.now, id).Error; err != nil || !copied {
			return err
		}
		if passkey.CopiedAt == nil {
			if err := t.tellPasskeys(userID, models.PasskeyCopied, passkey); err != nil {
				return err
			}
		}
		actor.UserID = userID // who is still signing in is nobody yet
		return t.audit(actor, models.AuditPasskeyCopied, "", userID, passkey.Name)
	})
}

func (t *txn) passkey(userID, id string) (passkey models.Passkey, err error) {
	err = t.First(&passkey, "user_id = ? AND id = ?", userID, id).Error
	return passkey, err
}

func (t *txn) removePasskeys(actor models.Actor, userID, keep string, passkeys []models.Passkey) error {
	for _, passkey := range passkeys {
		if err := t.Exec(`DELETE FROM passkeys WHERE id = ?`, passkey.ID).Error; err != nil {
			return err
		}
		if err := t.audit(actor, models.AuditPasskeyRemoved, "", userID, passkey.Name); err != nil {
			return err
		}
	}
	if _, err := t.endSessions(userID, keep); err != nil {
		return err
	}
	return t.tellPasskeys(userID, models.PasskeysRemoved, passkeys...)
}

// removeAllPasskeys says whether there was one.
func (t *txn) removeAllPasskeys(actor models.Actor, userID string) (removed bool, err error) {
	var all []models.Passkey
	if err := t.Where("user_id = ?", userID).Order("id").Find(&all).Error; err != nil || len(all) == 0 {
		return false, err
	}
	return true, t.removePasskeys(actor, userID, "", all)
}

// tellPasskeys promises a user the mail about what happened to passkeys of theirs.
func (t *txn) tellPasskeys(userID string, change models.FactorChange, passkeys ...models.Passkey) error {
	var user models.User
	if err := t.First(&user, "id = ?", userID).Error; err != nil {
		return err
	}
	payload := models.SecondFactorChangedPayload{Email: user.Email, Name: user.Name, Change: change, At: t.now}
	for _, passkey := range passkeys {
		payload.Passkeys = append(payload.Passkeys, passkey.Name)
	}
	return t.promise(models.SecondFactorChanged, payload)
}
