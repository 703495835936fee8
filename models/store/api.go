package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// firstVersion is the name of the version that a new API begins with.
const firstVersion = "v1"

// firstPlan is the name of the plan that a new API begins with.
const firstPlan = "Pay per call"

// CreateAPI makes an API with a draft version and a plan. models.ErrConflict if the slug is taken.
func (s *Store) CreateAPI(ctx context.Context, actor models.Actor, teamID string, d models.APIDraft) (models.APIListing, error) {
	var made models.APIListing
	err := s.transact(ctx, func(t *txn) error {
		if _, err := t.liveTeam(teamID); err != nil {
			return err
		}
		made.API = models.API{
			ID: models.NewID(models.KindAPI), TeamID: teamID, Slug: d.Slug, Kind: models.HTTPAPI, Name: d.Name,
			Summary: d.Summary, Description: d.Description, ExamplePath: d.ExamplePath, Visibility: d.Visibility, CreatedAt: t.now,
		}
		made.Version = models.Version{
			ID: models.NewID(models.KindVersion), APIID: made.API.ID, Name: firstVersion, State: models.Draft,
			DraftUpstreamURL: d.UpstreamURL, DraftLimits: d.UpstreamLimits, DraftPrice: d.Price, CreatedAt: t.now, UpdatedAt: t.now,
		}
		made.Plan = models.Plan{
			ID: models.NewID(models.KindPlan), APIID: made.API.ID, Position: 1, Name: firstPlan, Approval: models.ApprovedAtOnce, CreatedAt: t.now, Price: d.Price,
		}
		terms := models.PlanRevision{
			ID: models.NewID(models.KindRevision), PlanID: made.Plan.ID, Number: 1, EffectiveAt: t.now, Price: d.Price,
			ChargeOn: models.ChargeAnswered, CreatedBy: actor.UserID, CreatedAt: t.now,
		}
		for _, row := range []any{&made.API, &made.Version, &made.Plan, &terms} {
			if err := t.Create(row).Error; err != nil {
				return err
			}
		}
		var err error
		if made.Version.DraftCredentialID, err = t.changeCredential(actor, teamID, made.API.ID, d.Credential); err != nil {
			return err
		}
		if err := t.Model(&made.Version).Update("draft_credential_id", made.Version.DraftCredentialID).Error; err != nil {
			return err
		}
		return t.audit(actor, models.AuditAPICreated, teamID, made.API.ID, d.Slug)
	})
	return made, err
}

// EditAPI saves the draft of a team's API. Name, texts and visibility are seen at once; upstream and price reach callers
// with the next publish. The slug is part of every caller's address and stays as it is.
func (s *Store) EditAPI(ctx context.Context, actor models.Actor, teamID, apiID string, d models.APIDraft) error {
	return s.transact(ctx, func(t *txn) error {
		before, err := t.draft(teamID, apiID)
		if err != nil {
			return err
		}
		if err := t.Model(&models.API{}).Where("id = ?", apiID).Updates(map[string]any{
			"name": d.Name, "summary": d.Summary, "description": d.Description, "example_path": d.ExamplePath, "visibility": d.Visibility,
		}).Error; err != nil {
			return err
		}
		credential, err := t.changeCredential(actor, teamID, apiID, d.Credential)
		if err != nil {
			return err
		}
		if err := t.Model(&models.Version{}).Where("api_id = ?", apiID).Updates(map[string]any{
			"draft_upstream_url": d.UpstreamURL, "draft_answer_seconds": d.AnswerSeconds, "draft_hang_up_seconds": d.HangUpSeconds,
			"draft_max_body_bytes": d.MaxBodyBytes, "draft_credential_id": credential, "draft_price": d.Price, "updated_at": t.now,
		}).Error; err != nil {
			return err
		}
		t.changes.apis = append(t.changes.apis, apiID)
		return t.auditChange(actor, models.AuditAPIEdited, teamID, apiID, before.Slug, models.AuditChanges(models.DraftFields, before, d))
	})
}

// draft is what the form of a team's API edits, as it is saved, or models.ErrNotFound.
func (t *txn) draft(teamID, apiID string) (models.APIDraft, error) {
	var row models.APIListing
	err := listingsIn(t.DB, t.now).Where("a.id = ? AND a.team_id = ?", apiID, teamID).Take(&row).Error
	return row.Draft(), err
}

// PublishAPI puts the draft of a team's API on the gateway: a release that never changes, the plan at the draft's price,
// and the version's next state. The error may be ErrNotLive: saved, but the gateway does not serve it yet.
func (s *Store) PublishAPI(ctx context.Context, actor models.Actor, teamID, apiID, changelog string) (models.Release, error) {
	var release models.Release
	err := s.transact(ctx, func(t *txn) error {
		if _, err := t.liveTeam(teamID); err != nil {
			return err
		}
		if err := t.settleDraftPrice(apiID); err != nil {
			return err
		}
		var v models.Version
		if err := t.Joins("JOIN apis a ON a.id = versions.api_id AND a.team_id = ?", teamID).First(&v, "api_id = ?", apiID).Error; err != nil {
			return err
		}
		state, err := v.State.Publish()
		if err != nil {
			return err
		}
		var running models.Release
		if err := t.Raw(`SELECT * FROM releases WHERE id = ?`, v.RunningReleaseID).Scan(&running).Error; err != nil {
			return err
		}
		if release, err = t.addRelease(actor, v, changelog); err != nil {
			return err
		}
		if err := t.Model(&v).Updates(map[string]any{"state": state, "running_release_id": release.ID, "updated_at": t.now}).Error; err != nil {
			return err
		}
		if err := t.repriceFirstPlan(actor, apiID, v.DraftPrice); err != nil {
			return err
		}
		t.changes.apis = append(t.changes.apis, apiID)
		return t.auditChange(actor, models.AuditVersionPublished, teamID, v.ID, fmt.Sprintf("release %d", release.Number), released(running, release))
	})
	return release, err
}

// released is what a publish changes for callers; a first one changes nothing that was there.
func released(before, after models.Release) []models.AuditChange {
	if before.ID == "" {
		return nil
	}
	return models.AuditChanges(models.ReleaseFields, before, after)
}

func (t *txn) addRelease(actor models.Actor, v models.Version, changelog string) (models.Release, error) {
	var last int
	if err := t.Raw(`SELECT COALESCE(MAX(number), 0) FROM releases WHERE version_id = ?`, v.ID).Scan(&last).Error; err != nil {
		return models.Release{}, err
	}
	release := models.Release{
		ID: models.NewID(models.KindRelease), VersionID: v.ID, Number: last + 1, UpstreamURL: v.DraftUpstreamURL,
		UpstreamLimits: v.DraftLimits, CredentialID: v.DraftCredentialID, Price: v.DraftPrice, Changelog: changelog, CreatedBy: actor.UserID, CreatedAt: t.now,
	}
	return release, t.Create(&release).Error
}

// RunningRelease is what a version serves now, or models.ErrNotFound before its first publish.
func (s *Store) RunningRelease(ctx context.Context, versionID string) (models.Release, error) {
	var release models.Release
	err := s.read(ctx).Joins("JOIN versions v ON v.running_release_id = releases.id").First(&release, "v.id = ?", versionID).Error
	return release, translate(err)
}

// listings queries APIs with version, plan and owner on the reading pool.
func (s *Store) listings(ctx context.Context) *gorm.DB { return listingsIn(s.read(ctx), s.clock.Now()) }

// listingsIn is the same query inside a transaction, which sees its own writes.
// The plan is the API's first; its price is the one in effect now.
func listingsIn(db *gorm.DB, now time.Time) *gorm.DB {
	return db.Table("apis a").Select(`a.*, t.name AS team_name,
		v.id AS version_id, v.api_id AS version_api_id, v.name AS version_name, v.state AS version_state, v.blocked AS version_blocked,
		v.running_release_id AS version_running_release_id, v.draft_upstream_url AS version_draft_upstream_url,
		v.draft_answer_seconds AS version_draft_answer_seconds, v.draft_hang_up_seconds AS version_draft_hang_up_seconds,
		v.draft_max_body_bytes AS version_draft_max_body_bytes, v.draft_credential_id AS version_draft_credential_id,
		`+draftPrice+` AS version_draft_price, v.created_at AS version_created_at, v.updated_at AS version_updated_at,
		p.id AS plan_id, p.api_id AS plan_api_id, p.position AS plan_position, p.name AS plan_name, p.approval AS plan_approval, p.question AS plan_question,
		p.closed_at AS plan_closed_at, p.created_at AS plan_created_at, (`+priceInEffect+`) AS plan_price`, now, now).
		Joins("JOIN teams t ON t.id = a.team_id").
		Joins("JOIN versions v ON v.api_id = +a.id"). // the plus has the APIs read first, in the order of lists
		Joins("JOIN plans p ON p.api_id = a.id AND p.position = 1").
		Where("a.deleted_at IS NULL")
}

// TeamAPI returns an API of the team by its slug, in any state, or models.ErrNotFound.
func (s *Store) TeamAPI(ctx context.Context, teamID, slug string) (models.APIListing, error) {
	var row models.APIListing
	err := s.listings(ctx).Where("a.team_id = ? AND a.slug = ?", teamID, slug).Take(&row).Error
	return row, translate(err)
}

// APIOfVersion returns the API that a version belongs to, whoever may see it: for a caller who has called it before.
func (s *Store) APIOfVersion(ctx context.Context, versionID string) (models.APIListing, error) {
	var row models.APIListing
	err := s.listings(ctx).Where("v.id = ? AND a.id = (SELECT api_id FROM versions WHERE id = ?)", versionID, versionID).Take(&row).Error
	return row, translate(err)
}

// APINames names the APIs with the ids, whoever may see them: for a team that has them in its own settings. An id that names
// nothing is left out.
func (s *Store) APINames(ctx context.Context, ids []string) (map[string]models.APIName, error) {
	names, err := apiNames(s.read(ctx), ids)
	return names, translate(err)
}

func apiNames(db *gorm.DB, ids []string) (map[string]models.APIName, error) {
	var rows []struct {
		ID             string
		models.APIName `gorm:"embedded"`
	}
	err := db.Raw(`SELECT id, name, slug FROM apis WHERE id IN ?`, ids).Scan(&rows).Error
	names := make(map[string]models.APIName, len(rows))
	for _, row := range rows {
		names[row.ID] = row.APIName
	}
	return names, err
}

// TeamAPIs lists a team's APIs, newest first.
func (s *Store) TeamAPIs(ctx context.Context, teamID string, page models.Page) (models.Paged[models.APIListing], error) {
	return pageAPIs(s.listings(ctx).Where("a.team_id = ?", teamID), page)
}

func pageAPIs(query *gorm.DB, page models.Page) (models.Paged[models.APIListing], error) {
	return newest(query, "a.id", page, func(r models.APIListing) string { return r.API.ID })
}
