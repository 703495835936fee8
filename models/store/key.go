package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// CreateKey stores a new key of a team by the hash of its secret, with the rules that it is limited by.
func (s *Store) CreateKey(ctx context.Context, actor models.Actor, teamID, name, secret string, rules models.KeyRules) (models.Key, error) {
	hash, err := models.HashKey(secret)
	if err != nil {
		return models.Key{}, err
	}
	key := models.Key{
		ID: models.NewID(models.KindKey), TeamID: teamID, UserID: actor.UserID, Name: name, Hash: hash[:],
		Hint: models.KeyHint(secret), State: models.KeyActive, KeyRules: rules,
	}
	err = s.transact(ctx, func(t *txn) error {
		if _, err := t.liveTeam(teamID); err != nil {
			return err
		}
		key.CreatedAt = t.now
		if err := t.Create(&key).Error; err != nil {
			return err
		}
		t.changes.keys = append(t.changes.keys, hash)
		return t.audit(actor, models.AuditKeyCreated, teamID, key.ID, key.Hint)
	})
	return key, err
}

// SetKeyRules changes what a key is limited by. The next call meets the new rules; what was spent stays spent.
func (s *Store) SetKeyRules(ctx context.Context, actor models.Actor, teamID, keyID string, rules models.KeyRules) error {
	return s.transact(ctx, func(t *txn) error {
		var key models.Key
		if err := t.First(&key, "id = ? AND team_id = ?", keyID, teamID).Error; err != nil {
			return err
		}
		before := key.KeyRules
		key.KeyRules = rules
		if err := t.Save(&key).Error; err != nil {
			return err
		}
		if err := t.keyChanged(&key); err != nil {
			return err
		}
		names, err := apiNames(t.DB, models.APIsOf(before, rules))
		if err != nil {
			return err
		}
		return t.auditChange(actor, models.AuditKeyRulesSet, teamID, key.ID, key.Hint, models.AuditChanges(models.KeyRuleFields(names), before, rules))
	})
}

// RevokeKey ends a key for good, and with it the secret before its present one. It has its effect on this node before RevokeKey returns. Revoking it again changes
// nothing.
func (s *Store) RevokeKey(ctx context.Context, actor models.Actor, teamID, keyID string) error {
	return s.transact(ctx, func(t *txn) error {
		var key models.Key
		if err := t.First(&key, "id = ? AND team_id = ?", keyID, teamID).Error; err != nil {
			return err
		}
		if key.State == models.KeyRevoked {
			return nil
		}
		if err := t.Model(&key).Updates(map[string]any{"state": models.KeyRevoked, "revoked_at": t.now}).Error; err != nil {
			return err
		}
		if err := t.keyChanged(&key); err != nil {
			return err
		}
		return t.audit(actor, models.AuditKeyRevoked, teamID, key.ID, key.Hint)
	})
}

// keyChanged has the gateway read a key anew, under each of its secrets that works.
func (t *txn) keyChanged(key *models.Key) error {
	var old [][]byte
	if err := t.Model(&models.ReplacedSecret{}).Where("key_id = ? AND works_until > ?", key.ID, t.now).Pluck("hash", &old).Error; err != nil {
		return err
	}
	for _, hash := range append(old, key.Hash) {
		t.changes.keys = append(t.changes.keys, models.KeyHash(hash))
	}
	return nil
}

// TeamKey returns a key of the team, or models.ErrNotFound.
func (s *Store) TeamKey(ctx context.Context, teamID, keyID string) (models.Key, error) {
	var key models.Key
	err := s.read(ctx).First(&key, "id = ? AND team_id = ?", keyID, teamID).Error
	return key, translate(err)
}

// TeamKeys lists a team's keys, newest first.
func (s *Store) TeamKeys(ctx context.Context, teamID string, page models.Page) (models.Paged[models.Key], error) {
	return newest(s.read(ctx).Where("team_id = ?", teamID), "id", page, func(k models.Key) string { return k.ID })
}
