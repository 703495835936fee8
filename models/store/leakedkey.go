package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// ReportLeak ends a secret that somebody has found. Its key is revoked; of a key that was rotated, only the old secret ends if
// that is the one that was found. The key's owner and those who manage its team are promised a mail. A secret that is none, or
// does not work any more, changes nothing. In effect on this node before ReportLeak returns. API tokens end likewise.
func (s *Store) ReportLeak(ctx context.Context, actor models.Actor, found models.FoundSecret) error {
	if found.Token {
		return s.reportToken(ctx, actor, found)
	}
	terms, err := s.KeyTerms(ctx, found.Hash)
	switch {
	case errors.Is(err, models.ErrNotFound), err == nil && over(terms, s.clock.Now()):
		return nil // neither strangers' guesses nor secrets that are over get to the writer
	case err != nil:
		return err
	}
	return s.transact(ctx, func(t *txn) error {
		var key models.Key
		err := t.Take(&key, "hash = ?", found.Hash[:]).Error
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound):
			return t.endLeakedOld(actor, found)
		case err != nil || !key.StateAt(t.now).Works():
			return err
		}
		if err := t.revokeKey(&key); err != nil {
			return err
		}
		return t.tellOfLeak(actor, models.AuditKeyLeaked, &key, key.Hint, found.Place)
	})
}

// over says whether calls with a secret are refused already.
func over(k billing.KeyTerms, now time.Time) bool {
	past := func(end time.Time) bool { return !end.IsZero() && !now.Before(end) }
	return k.State == models.KeyRevoked || past(k.ExpiresAt) || past(k.ReplacedUntil)
}

// endLeakedOld ends a secret that was replaced, while it works.
func (t *txn) endLeakedOld(actor models.Actor, found models.FoundSecret) error {
	var old models.ReplacedSecret
	err := t.Take(&old, "hash = ? AND works_until > ?", found.Hash[:], t.now).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var key models.Key
	if err := t.Take(&key, "id = ?", old.KeyID).Error; err != nil || !key.StateAt(t.now).Works() {
		return err
	}
	if err := t.endRotation(&key); err != nil {
		return err
	}
	return t.tellOfLeak(actor, models.AuditOldSecretLeaked, &key, old.Hint, found.Place)
}

// mailsOfLeak bounds how many people are told; the audit log tells the others.
const mailsOfLeak = 50

// tellOfLeak writes the audit entry, and promises a mail to the key's owner and to those who manage the team.
func (t *txn) tellOfLeak(actor models.Actor, action models.AuditAction, key *models.Key, hint, place string) error {
	var team models.Team
	if err := t.Take(&team, "id = ?", key.TeamID).Error; err != nil {
		return err
	}
	people, err := t.concerned(key.TeamID, key.UserID)
	if err != nil {
		return err
	}
	mail := models.LeakedKeyPayload{
		TeamName: team.Name, TeamSlug: team.Slug, KeyID: key.ID, KeyName: key.Name, Hint: hint, Place: place,
		OldSecretOnly: action == models.AuditOldSecretLeaked, At: t.now,
	}
	for _, u := range people {
		if u.ID == key.UserID {
			mail.Owner = u.Name
		}
	}
	for _, u := range people {
		mail.Email, mail.Name = u.Email, u.Name
		if err := t.promise(models.LeakedKey, mail); err != nil {
			return err
		}
	}
	return t.audit(actor, action, key.TeamID, key.ID, leakDetails(hint, place))
}

func leakDetails(hint, place string) string {
	details := hint + ", revoked on report"
	if place != "" {
		details += ", found at " + place
	}
	return details
}

// concerned are the members of a team who are told of a secret that was found: who made it first, then those who manage the
// team.
func (t *txn) concerned(teamID, makerID string) (people []models.User, err error) {
	err = t.Raw(`SELECT u.* FROM users u
		JOIN members m ON m.user_id = u.id AND m.team_id = @team
		WHERE u.deleted_at IS NULL AND u.suspended_at IS NULL AND (u.id = @maker OR m.role IN @roles)
		ORDER BY u.id = @maker DESC, u.id LIMIT @most`,
		map[string]any{"team": teamID, "maker": makerID, "roles": models.RolesThat(models.MayManageTeam), "most": mailsOfLeak}).Scan(&people).Error
	return people, err
}
