package store

import (
	"context"
	"time"

	"gorm.io/gorm"

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

// SetKeyRules changes what a key is limited by. The next call meets the new rules; what was spent stays spent. models.ErrConflict
// if the key does not work any more.
func (s *Store) SetKeyRules(ctx context.Context, actor models.Actor, teamID, keyID string, rules models.KeyRules) error {
	return s.transact(ctx, func(t *txn) error {
		var key models.Key
		if err := t.First(&key, "id = ? AND team_id = ?", keyID, teamID).Error; err != nil {
			return err
		}
		if !key.StateAt(t.now).Works() {
			return models.ErrConflict
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
		if err := t.revokeKey(&key); err != nil {
			return err
		}
		return t.audit(actor, models.AuditKeyRevoked, teamID, key.ID, key.Hint)
	})
}

func (t *txn) revokeKey(key *models.Key) error {
	if err := t.Model(key).Updates(map[string]any{"state": models.KeyRevoked, "revoked_at": t.now}).Error; err != nil {
		return err
	}
	return t.keyChanged(key)
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

// TeamKeys lists those of a team's keys that a filter leaves, newest first.
func (s *Store) TeamKeys(ctx context.Context, teamID string, filter models.KeyFilter, page models.Page) (models.Paged[models.Key], error) {
	query := s.read(ctx).Table("api_keys k").Select("k.*").Where("k.team_id = ?", teamID)
	if filter.Text != "" {
		like := contains(filter.Text)
		query = query.Joins("LEFT JOIN users u ON u.id = k.user_id").
			Where(`(k.name LIKE @text ESCAPE '\' OR k.hint LIKE @text ESCAPE '\' OR u.name LIKE @text ESCAPE '\')`, map[string]any{"text": like})
	}
	if filter.Owner != "" {
		query = query.Where("k.user_id = ?", filter.Owner)
	}
	return newest(inState(query, filter.State, s.clock.Now()), "k.id", page, func(k models.Key) string { return k.ID })
}

// APIsForKeys are the APIs that a team may limit its keys to, by id: those that it is subscribed to, its own, and those that
// the kept rules name already. The latter stay whatever became of them, for a key that loses the last of its APIs without
// anybody's wish would be free to call all.
func (s *Store) APIsForKeys(ctx context.Context, teamID string, kept ...models.KeyRules) (map[string]models.APIName, error) {
	const most = 200 // of each, the newest
	var ids []string
	err := s.read(ctx).Raw(`SELECT * FROM (SELECT s.api_id FROM subscriptions s WHERE s.team_id = @team AND `+notOver+` ORDER BY s.id DESC LIMIT @most)
		UNION ALL SELECT * FROM (SELECT a.id FROM apis a JOIN teams t ON t.id = a.team_id AND t.provider WHERE a.team_id = @team AND a.deleted_at IS NULL ORDER BY a.id DESC LIMIT @most)`,
		map[string]any{"team": teamID, "most": most}).Scan(&ids).Error
	if err != nil {
		return nil, translate(err)
	}
	return s.APINames(ctx, append(ids, models.APIsOf(kept...)...))
}

// inState is Key.StateAt as a condition; "" is none.
func inState(query *gorm.DB, state models.KeyState, now time.Time) *gorm.DB {
	const lives, turns = "k.state = 'active' AND (k.expires_at IS NULL OR k.expires_at > ?)", "k.rotating_until IS NOT NULL AND k.rotating_until > ?"
	switch state {
	case models.KeyActive:
		return query.Where(lives+" AND NOT ("+turns+")", now, now)
	case models.KeyRotating:
		return query.Where(lives+" AND "+turns, now, now)
	case models.KeyExpired:
		return query.Where("k.state = 'active' AND k.expires_at <= ?", now)
	case models.KeyRevoked:
		return query.Where("k.state = 'revoked'")
	}
	return query
}
