package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// reportToken ends an API token that somebody has found, and promises a mail: to its owner; of a team's token, to who made it
// and to those who manage the team.
func (s *Store) reportToken(ctx context.Context, actor models.Actor, found models.FoundSecret) error {
	working := func(db *gorm.DB) (token models.APIToken, err error) {
		err = tokensIn(db, models.TokenActive, s.clock.Now()).Take(&token, "secret_hash = ?", found.Hash[:]).Error
		return token, err
	}
	if _, err := working(s.read(ctx)); err != nil {
		return noLeak(err) // strangers' guesses do not get to the writer
	}
	return s.transact(ctx, func(t *txn) error {
		token, err := working(t.DB)
		if err != nil {
			return noLeak(err)
		}
		if err := t.tellOfLeakedToken(token, found.Place); err != nil {
			return err
		}
		return t.revokeToken(actor, models.AuditTokenLeaked, token, leakDetails(token.Hint, found.Place))
	})
}

// noLeak is nil for a secret that opens nothing.
func noLeak(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	return translate(err)
}

func (t *txn) tellOfLeakedToken(token models.APIToken, place string) (err error) {
	mail := models.LeakedTokenPayload{TokenName: token.Name, Hint: token.Hint, Place: place, At: t.now}
	var people []models.User
	if token.TeamID == "" {
		err = t.Where("deleted_at IS NULL AND suspended_at IS NULL").Find(&people, "id = ?", token.UserID).Error
	} else {
		var team models.Team
		if err := t.Take(&team, "id = ?", token.TeamID).Error; err != nil {
			return err
		}
		mail.TeamName, mail.TeamSlug = team.Name, team.Slug
		people, err = t.concerned(token.TeamID, token.UserID)
	}
	if err != nil {
		return err
	}
	for _, u := range people {
		mail.Email, mail.Name = u.Email, u.Name
		if err := t.promise(models.LeakedToken, mail); err != nil {
			return err
		}
	}
	return nil
}
