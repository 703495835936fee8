package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// addVersion makes a draft version of an API.
func (t *txn) addVersion(actor models.Actor, teamID, apiID, name string, d models.VersionDraft) (models.Version, error) {
	v := models.Version{
		ID: models.NewID(models.KindVersion), APIID: apiID, Name: name, State: models.Draft,
		DraftUpstreamURL: d.UpstreamURL, DraftLimits: d.UpstreamLimits, CreatedAt: t.now, UpdatedAt: t.now,
	}
	if err := t.Create(&v).Error; err != nil {
		return v, err
	}
	var err error
	if v.DraftCredentialID, err = t.changeCredential(actor, teamID, v, d.Credential); err != nil {
		return v, err
	}
	return v, t.Model(&v).Update("draft_credential_id", v.DraftCredentialID).Error
}

// NewVersion makes a draft version of a team's API beside the others. It begins with what another version of the API, from, has
// as its draft: upstream, limits, credential and document. models.ErrConflict if there is one of that name.
func (s *Store) NewVersion(ctx context.Context, actor models.Actor, teamID, apiID, name, from string) (models.Version, error) {
	var made models.Version
	err := s.transact(ctx, func(t *txn) error {
		row, err := t.listing(teamID, apiID)
		if err != nil {
			return err
		}
		var versions []models.Version
		if err := t.Where("api_id = ?", apiID).Find(&versions).Error; err != nil {
			return err
		}
		if len(versions) >= models.MaxVersions {
			return models.Sentence("An API can have at most 50 versions.")
		}
		var base models.Version
		for _, v := range versions {
			if v.ID == from {
				base = v
			}
		}
		if base.ID == "" {
			return models.ErrNotFound
		}
		made = models.Version{
			ID: models.NewID(models.KindVersion), APIID: apiID, Name: name, State: models.Draft, DraftUpstreamURL: base.DraftUpstreamURL,
			DraftLimits: base.DraftLimits, DraftCredentialID: base.DraftCredentialID, DraftDocument: base.DraftDocument, CreatedAt: t.now, UpdatedAt: t.now,
		}
		if err := t.Create(&made).Error; err != nil {
			return err
		}
		return t.audit(actor, models.AuditVersionAdded, teamID, made.ID, row.API.Slug+" "+name)
	})
	return made, err
}

// EditVersion saves the draft of a version of a team's API. Callers get it with the version's next publish.
func (s *Store) EditVersion(ctx context.Context, actor models.Actor, teamID, versionID string, d models.VersionDraft) error {
	return s.transact(ctx, func(t *txn) error {
		row, err := t.versionListing(teamID, versionID)
		if err != nil {
			return err
		}
		if err := t.editDraft(actor, row, d); err != nil {
			return err
		}
		before := models.VersionDraft{UpstreamURL: row.Version.DraftUpstreamURL, UpstreamLimits: row.Version.DraftLimits}
		return t.auditChange(actor, models.AuditVersionEdited, teamID, versionID, "", models.AuditChanges(models.VersionFields, before, d))
	})
}

func (t *txn) editDraft(actor models.Actor, row models.APIListing, d models.VersionDraft) error {
	credential, err := t.changeCredential(actor, row.API.TeamID, row.Version, d.Credential)
	if err != nil {
		return err
	}
	return t.Model(&models.Version{}).Where("id = ?", row.Version.ID).Updates(map[string]any{
		"draft_upstream_url": d.UpstreamURL, "draft_answer_seconds": d.AnswerSeconds, "draft_hang_up_seconds": d.HangUpSeconds,
		"draft_max_body_bytes": d.MaxBodyBytes, "draft_credential_id": credential, "updated_at": t.now,
	}).Error
}

// versionListing is an API of a team with one of its versions, or models.ErrNotFound.
func (t *txn) versionListing(teamID, versionID string) (row models.APIListing, err error) {
	err = versionListingsOf(t.DB, t.now, versionID).Where("a.team_id = ?", teamID).Take(&row).Error
	return row, err
}

// APIVersions lists the versions of an API in any state, newest first. Who may see which is for the caller to know.
func (s *Store) APIVersions(ctx context.Context, apiID string) ([]models.Version, error) {
	var versions []models.Version
	err := s.read(ctx).Where("api_id = ?", apiID).Order("id DESC").Find(&versions).Error
	now := s.clock.Now()
	for i := range versions {
		versions[i].State = versions[i].StateAt(now)
	}
	return versions, translate(err)
}

// mainVersion is the id of the version that lists show of an API, which goes by this alias, at an instant, its two parameters: the
// newest of those that take new subscribers, else the newest that still serves, else the newest that ever did, else the newest. The
// greatest of rank and id is all of that without sorting.
func mainVersion(api string) string {
	return `(SELECT SUBSTR(MAX(CASE (` + stateNow + `) WHEN 'published' THEN 3 WHEN 'deprecated' THEN 2 WHEN 'retired' THEN 1 ELSE 0 END || v.id), 2)
		FROM versions v WHERE v.api_id = ` + api + `.id)`
}
