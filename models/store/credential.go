package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// DraftCredential returns the credential that the draft of a version sends to its upstream, without its value, or
// models.ErrNotFound if there is none.
func (s *Store) DraftCredential(ctx context.Context, versionID string) (models.UpstreamCredential, error) {
	var c models.UpstreamCredential
	err := s.read(ctx).Raw(`SELECT c.id, c.api_id, c.header, c.created_by, c.created_at FROM upstream_credentials c
		JOIN versions v ON v.draft_credential_id = c.id WHERE v.id = ?`, versionID).First(&c).Error
	return c, translate(err)
}

// changeCredential returns the id of the credential that the draft of a version sends from now on, "" for none.
func (t *txn) changeCredential(actor models.Actor, teamID string, v models.Version, change models.CredentialChange) (string, error) {
	var old models.UpstreamCredential
	if err := t.Raw(`SELECT * FROM upstream_credentials WHERE id = ?`, v.DraftCredentialID).Scan(&old).Error; err != nil {
		return "", err
	}
	switch {
	case change.Remove && old.ID != "":
		return "", t.auditChange(actor, models.AuditCredentialRemoved, teamID, old.ID, old.Header,
			models.AuditChanges(models.CredentialFields, old, models.UpstreamCredential{}))
	case change.Remove, change.Sealed == "" && (change.Header == "" || change.Header == old.Header):
		return old.ID, nil
	case change.Sealed == "":
		if change.Sealed = old.Sealed; old.ID == "" {
			return "", models.Invalid{"credential": "Enter the value that is sent in this header."}
		}
	}
	made := models.UpstreamCredential{
		ID: models.NewID(models.KindCredential), APIID: v.APIID, Header: change.Header, Sealed: change.Sealed,
		CreatedBy: actor.UserID, CreatedAt: t.now,
	}
	if err := t.Create(&made).Error; err != nil {
		return "", err
	}
	return made.ID, t.auditChange(actor, models.AuditCredentialSet, teamID, made.ID, made.Header, models.AuditChanges(models.CredentialFields, old, made))
}
