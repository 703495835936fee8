package store

import "github.com/faregate/faregate/models"

// audit records the act in its own transaction: there is no act without its record, and none recorded that did not happen.
func (t *txn) audit(actor models.Actor, action models.AuditAction, teamID, subject, details string) error {
	return t.Create(&models.AuditEntry{
		ID: models.NewID(models.KindAudit), UserID: actor.UserID, TeamID: teamID, Action: action,
		Subject: subject, Details: details, RequestID: actor.RequestID, CreatedAt: t.now,
	}).Error
}
