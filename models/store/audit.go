package store

import "github.com/faregate/faregate/models"

// audit records the act in its own transaction: there is no act without its record, and none recorded that did not happen.
func (t *txn) audit(actor models.Actor, action models.AuditAction, teamID, subject, details string) error {
	return t.auditChange(actor, action, teamID, subject, details, nil)
}

// auditChange is audit for an act that changes something, with what it was before and is now. It is also where webhooks hear of
// the act.
func (t *txn) auditChange(actor models.Actor, action models.AuditAction, teamID, subject, details string, changes []models.AuditChange) error {
	if changes == nil {
		changes = []models.AuditChange{}
	}
	entry := models.AuditEntry{
		ID: models.NewID(models.KindAudit), UserID: actor.UserID, TokenID: actor.TokenID, ImpersonatorID: actor.ImpersonatorID, TeamID: teamID, Action: action, Subject: subject,
		Details: details, Changes: changes, Address: actor.Address, RequestID: actor.RequestID, CreatedAt: t.now,
	}
	if err := t.Create(&entry).Error; err != nil {
		return err
	}
	return t.tellWebhooks(entry)
}
