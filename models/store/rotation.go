package store

import (
	"context"
	"time"

	"github.com/faregate/faregate/models"
)

// RotateKey gives a key a new secret. The old one works until the overlap is over, and one that was replaced before ends at
// once. Both are in effect on this node before RotateKey returns. models.ErrConflict if the secret to be replaced is not
// the key's any more, or the key does not work any more: a form that is sent twice replaces nothing twice.
func (s *Store) RotateKey(ctx context.Context, actor models.Actor, teamID, keyID string, r models.Rotation) (models.Key, error) {
	hash, err := models.HashKey(r.Secret)
	if err != nil {
		return models.Key{}, err
	}
	overlap, known := r.Overlap.Time()
	if !known {
		return models.Key{}, models.Invalid{"overlap": "Choose how long the old secret works on."}
	}
	var key models.Key
	err = s.transact(ctx, func(t *txn) error {
		if err := t.Take(&key, "id = ? AND team_id = ?", keyID, teamID).Error; err != nil {
			return err
		}
		if !key.StateAt(t.now).Works() || key.Hint != r.Replaces {
			return models.ErrConflict
		}
		if err := t.replaceSecret(&key, hash, models.KeyHint(r.Secret), overlap); err != nil {
			return err
		}
		return t.audit(actor, models.AuditKeyRotated, teamID, key.ID, r.Replaces+" → "+key.Hint+", overlap: "+string(r.Overlap))
	})
	return key, err
}

func (t *txn) replaceSecret(key *models.Key, hash models.KeyHash, hint string, overlap time.Duration) error {
	if err := t.endReplaced(key); err != nil {
		return err
	}
	old := models.ReplacedSecret{Hash: key.Hash, KeyID: key.ID, Hint: key.Hint, ReplacedAt: t.now, WorksUntil: t.now.Add(overlap)}
	if err := t.Create(&old).Error; err != nil {
		return err
	}
	t.changes.keys = append(t.changes.keys, hash)
	key.Hash, key.Hint, key.RotatingUntil = hash[:], hint, &old.WorksUntil
	return t.Model(key).Select("hash", "hint", "rotating_until").Updates(key).Error
}

// EndRotation ends the time of the secret that a rotation has replaced. It has its effect on this node before EndRotation
// returns. Ending what is over changes nothing.
func (s *Store) EndRotation(ctx context.Context, actor models.Actor, teamID, keyID string) error {
	return s.transact(ctx, func(t *txn) error {
		var key models.Key
		if err := t.Take(&key, "id = ? AND team_id = ?", keyID, teamID).Error; err != nil {
			return err
		}
		if key.StateAt(t.now) != models.KeyRotating {
			return nil
		}
		if err := t.endRotation(&key); err != nil {
			return err
		}
		return t.audit(actor, models.AuditKeyRotationEnded, teamID, key.ID, "only "+key.Hint+" works")
	})
}

func (t *txn) endRotation(key *models.Key) error {
	if err := t.endReplaced(key); err != nil {
		return err
	}
	return t.Model(key).Update("rotating_until", t.now).Error
}

// endReplaced ends the time of the secret before a key's present one, and has the gateway read both anew.
func (t *txn) endReplaced(key *models.Key) error {
	if err := t.keyChanged(key); err != nil {
		return err
	}
	return t.Model(&models.ReplacedSecret{}).Where("key_id = ? AND works_until > ?", key.ID, t.now).Update("works_until", t.now).Error
}

// OldSecret returns the secret before a key's present one while it works, or models.ErrNotFound.
func (s *Store) OldSecret(ctx context.Context, teamID, keyID string) (models.ReplacedSecret, error) {
	var old models.ReplacedSecret
	err := s.read(ctx).Table("replaced_secrets r").Select("r.*").Joins("JOIN api_keys k ON k.id = r.key_id").
		Where("k.id = ? AND k.team_id = ? AND r.works_until > ?", keyID, teamID, s.clock.Now()).Take(&old).Error
	return old, translate(err)
}
