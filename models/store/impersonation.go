package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// Impersonate makes a session of the actor, an administrator, show the portal as a user for models.ImpersonationLife. The user
// gets a mail with the administrator's name and the reason. models.ErrNotFound if the session is over or already shows the portal as
// somebody, models.ErrNoImpersonation if the user is one as whom nobody may see it.
func (s *Store) Impersonate(ctx context.Context, actor models.Actor, sessionID, userID, reason string) error {
	return s.transact(ctx, func(t *txn) error {
		user, err := t.userFor(actor, userID)
		if err != nil {
			return err
		}
		administrator, err := t.liveUser(actor.UserID)
		if err != nil {
			return err
		}
		if !models.MayImpersonate(administrator, user) {
			return models.ErrNoImpersonation
		}
		begun := t.Model(&models.Session{}).Where("id = ? AND user_id = ? AND NOT half AND (as_user_id = '' OR as_until <= ?)", sessionID, actor.UserID, t.now).
			Updates(map[string]any{"as_user_id": userID, "as_until": t.now.Add(models.ImpersonationLife)})
		if err := touched(begun); err != nil {
			return err
		}
		told := models.ImpersonatedPayload{Email: user.Email, Name: user.Name, By: administrator.Name, Reason: reason, At: t.now}
		if err := t.promise(models.Impersonated, told); err != nil {
			return err
		}
		return t.audit(actor, models.AuditImpersonationBegun, "", userID, reason)
	})
}

// EndImpersonation makes a session show the portal as its own user again, whose act it is: actor is that user. how is why it ends.
// models.ErrNotFound if the session shows it as nobody else.
func (s *Store) EndImpersonation(ctx context.Context, actor models.Actor, sessionID, how string) error {
	return s.transact(ctx, func(t *txn) error {
		var session models.Session
		if err := t.Take(&session, "id = ? AND user_id = ? AND as_user_id <> ''", sessionID, actor.UserID).Error; err != nil {
			return err
		}
		if err := t.Model(&session).Updates(map[string]any{"as_user_id": "", "as_until": nil}).Error; err != nil {
			return err
		}
		return t.audit(actor, models.AuditImpersonationEnded, "", session.AsUserID, how)
	})
}

// endImpersonationsOf ends at @now what every session shows that shows the portal as @user, or that is theirs. Whom it was is
// forgotten by EndImpersonation, once the session's browser asks for something.
const endImpersonationsOf = `UPDATE sessions SET as_until = @now WHERE as_user_id <> '' AND as_until > @now AND (as_user_id = @user OR user_id = @user)`

// impersonationsOf lists when administrators saw the portal as @user, the latest first.
const impersonationsOf = `SELECT e.created_at AS at, COALESCE(u.name, '') AS "by", e.details AS reason FROM audit_entries e LEFT JOIN users u ON u.id = e.user_id
	WHERE e.subject = @user AND e.action = 'impersonation.begun' ORDER BY e.created_at DESC, e.id DESC`

// Impersonations lists the latest times that an administrator saw the portal as a user, at most so many.
func (s *Store) Impersonations(ctx context.Context, userID string, most int) (times []models.Impersonation, err error) {
	err = s.read(ctx).Raw(impersonationsOf+" LIMIT @most", map[string]any{"user": userID, "most": most}).Scan(&times).Error
	return times, translate(err)
}
