package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// CreateToken stores a new API token by the hash of its secret: for the actor, who gets a mail, or for a team. models.ErrForbidden if the actor
// may not in the team, at this instant, all that the token would; a token makes no tokens.
func (s *Store) CreateToken(ctx context.Context, actor models.Actor, teamID string, n models.NewAPIToken, secret string) (models.APIToken, error) {
	hash, err := models.HashToken(secret)
	if err != nil {
		return models.APIToken{}, err
	}
	token := models.APIToken{
		ID: models.NewID(models.KindToken), TeamID: teamID, UserID: actor.UserID, Name: n.Name,
		SecretHash: hash, Hint: models.TokenHint(secret), Scopes: n.Scopes, ExpiresAt: n.ExpiresAt,
	}
	err = s.transact(ctx, func(t *txn) error {
		if err := t.mayMakeToken(actor, teamID, n.Scopes); err != nil {
			return err
		}
		var working int64
		if err := tokensIn(tokensOf(t.DB, ownerOf(token)), models.TokenActive, t.now).Count(&working).Error; err != nil {
			return err
		}
		if working >= models.MaxTokens {
			return models.ErrTooManyTokens
		}
		token.CreatedAt = t.now
		if err := t.Create(&token).Error; err != nil {
			return err
		}
		if err := t.tellOfToken(token); err != nil {
			return err
		}
		return t.audit(actor, models.AuditTokenCreated, teamID, token.ID, token.Hint)
	})
	return token, err
}

// tellOfToken promises the owner of a new personal token a mail. Of a team's token its audit log tells, and from there webhooks and notifications.
func (t *txn) tellOfToken(token models.APIToken) error {
	if token.TeamID != "" {
		return nil
	}
	owner, err := t.liveUser(token.UserID)
	if err != nil {
		return err
	}
	return t.promise(models.TokenCreated, models.TokenCreatedPayload{
		Email: owner.Email, Name: owner.Name, TokenName: token.Name, Hint: token.Hint, ExpiresAt: token.ExpiresAt, At: t.now,
	})
}

// mayMakeToken is models.ErrForbidden if somebody may not make a token with these scopes.
func (t *txn) mayMakeToken(actor models.Actor, teamID string, scopes []models.Permission) error {
	if actor.TokenID != "" {
		return models.ErrForbidden
	}
	if teamID == "" {
		_, err := t.liveUser(actor.UserID)
		return err
	}
	by, err := t.authority(teamID, actor)
	if err != nil {
		return err
	}
	for _, p := range append([]models.Permission{models.MayManageTeam}, scopes...) {
		if !by.May(p) || p == models.MayOwnTeam {
			return models.ErrForbidden
		}
	}
	return nil
}

// TokenGrant finds a token by its secret and who asks by it, and notes that it is used. models.ErrNotFound for one that is
// none, is revoked or expired, or whose owner was suspended, or deleted as a team may be, too.
func (s *Store) TokenGrant(ctx context.Context, secret string, now time.Time) (models.TokenGrant, error) {
	var grant models.TokenGrant
	hash, err := models.HashToken(secret)
	if err != nil {
		return grant, models.ErrNotFound
	}
	if err := tokensIn(s.read(ctx), models.TokenActive, now).Take(&grant.Token, "secret_hash = ?", hash).Error; err != nil {
		return models.TokenGrant{}, translate(err)
	}
	if grant.Token.TeamID != "" {
		err = s.read(ctx).Where("deleted_at IS NULL").Take(&models.Team{}, "id = ?", grant.Token.TeamID).Error
	} else {
		err = s.read(ctx).Where("deleted_at IS NULL AND suspended_at IS NULL").Take(&grant.User, "id = ?", grant.Token.UserID).Error
	}
	if err == nil {
		err = s.tokenSeen(ctx, &grant.Token, now)
	}
	if err != nil {
		return models.TokenGrant{}, translate(err)
	}
	return grant, nil
}

// tokenSeen notes that a token is used, unless that was noted a short while ago.
func (s *Store) tokenSeen(ctx context.Context, token *models.APIToken, now time.Time) error {
	due := now.Add(-models.TokenSeenEvery)
	if token.LastUsedAt != nil && token.LastUsedAt.After(due) {
		return nil
	}
	token.LastUsedAt = &now
	return s.transact(ctx, func(t *txn) error {
		return t.Exec(`UPDATE api_tokens SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at <= ?)`, now, token.ID, due).Error
	})
}

// Tokens lists those of an owner's tokens that are in a state, "" for any, newest first.
func (s *Store) Tokens(ctx context.Context, owner models.TokenOwner, state models.TokenState, page models.Page) (models.Paged[models.TokenListing], error) {
	query := tokensIn(tokensOf(s.read(ctx), owner), state, s.clock.Now()).
		Select("api_tokens.*, u.name AS maker_name").Joins("JOIN users u ON u.id = api_tokens.user_id")
	return newest(query, "api_tokens.id", page, func(l models.TokenListing) string { return l.Token.ID })
}

// Token returns a token of an owner, in whatever state, or models.ErrNotFound.
func (s *Store) Token(ctx context.Context, owner models.TokenOwner, id string) (models.APIToken, error) {
	var token models.APIToken
	err := tokensOf(s.read(ctx), owner).Take(&token, "id = ?", id).Error
	return token, translate(err)
}

// RevokeToken ends a token of an owner for good. models.ErrNotFound if the owner has none with the id. Revoking it again changes
// nothing.
func (s *Store) RevokeToken(ctx context.Context, actor models.Actor, owner models.TokenOwner, id string) error {
	return s.transact(ctx, func(t *txn) error {
		var token models.APIToken
		if err := tokensOf(t.DB, owner).Take(&token, "id = ?", id).Error; err != nil || token.RevokedAt != nil {
			return err
		}
		return t.revokeToken(actor, models.AuditTokenRevoked, token, token.Hint)
	})
}

func (t *txn) revokeToken(actor models.Actor, action models.AuditAction, token models.APIToken, details string) error {
	if err := t.endTokens("id = ?", token.ID); err != nil {
		return err
	}
	return t.audit(actor, action, token.TeamID, token.ID, details)
}

// revokeTokensOf ends the tokens that a user made for teams. Each team has the entry of its own.
func (t *txn) revokeTokensOf(actor models.Actor, userID string) error {
	var tokens []models.APIToken
	if err := tokensIn(t.DB, models.TokenActive, t.now).Where("user_id = ? AND team_id <> ''", userID).Find(&tokens).Error; err != nil {
		return err
	}
	for _, token := range tokens {
		if err := t.revokeToken(actor, models.AuditTokenTakenAway, token, token.Hint); err != nil {
			return err
		}
	}
	return nil
}

// endTokens revokes the tokens that a condition names and that are not revoked yet.
func (t *txn) endTokens(condition string, values ...any) error {
	return t.Model(&models.APIToken{}).Where("revoked_at IS NULL").Where(condition, values...).Update("revoked_at", t.now).Error
}

// authority is what somebody may do in a team at this instant: who is no member any more may do nothing, nor does a token that
// was revoked a moment ago.
func (t *txn) authority(teamID string, actor models.Actor) (models.Authority, error) {
	var role models.Role
	if actor.UserID != "" || actor.TokenID == "" {
		var err error
		if role, err = t.actorRole(teamID, actor); err != nil {
			return models.Authority{}, err
		}
	}
	if actor.TokenID == "" {
		return models.Authority{Role: role}, nil
	}
	var token models.APIToken
	err := tokensIn(t.DB, models.TokenActive, t.now).Take(&token, "id = ?", actor.TokenID).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return models.Authority{}, models.ErrForbidden
	case err != nil:
		return models.Authority{}, err
	}
	return token.In(teamID, role), nil
}

func ownerOf(token models.APIToken) models.TokenOwner {
	if token.TeamID != "" {
		return models.TokenOwner{TeamID: token.TeamID}
	}
	return models.TokenOwner{UserID: token.UserID}
}

// tokensOf is the condition for tokens of an owner.
func tokensOf(query *gorm.DB, owner models.TokenOwner) *gorm.DB {
	query = query.Model(&models.APIToken{})
	if owner.TeamID != "" {
		return query.Where("api_tokens.team_id = ?", owner.TeamID)
	}
	return query.Where("api_tokens.team_id = '' AND api_tokens.user_id = ?", owner.UserID)
}

// tokensIn is APIToken.StateAt as a condition; "" is none.
func tokensIn(query *gorm.DB, state models.TokenState, now time.Time) *gorm.DB {
	switch state {
	case models.TokenActive:
		return query.Where("api_tokens.revoked_at IS NULL AND (api_tokens.expires_at IS NULL OR api_tokens.expires_at > ?)", now)
	case models.TokenExpired:
		return query.Where("api_tokens.revoked_at IS NULL AND api_tokens.expires_at <= ?", now)
	case models.TokenRevoked:
		return query.Where("api_tokens.revoked_at IS NOT NULL")
	}
	return query
}
