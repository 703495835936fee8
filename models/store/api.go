package store

import (
	"context"
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
		made.API = models.API{ID: models.NewID(models.KindAPI), TeamID: teamID, Slug: d.Slug, Kind: models.HTTPAPI, Tags: []string{}, CreatedAt: t.now}
		describe(&made.API, d)
		made.Plan = models.Plan{
			ID: models.NewID(models.KindPlan), APIID: made.API.ID, Position: 1, Name: firstPlan, Approval: models.ApprovedAtOnce, CreatedAt: t.now, Price: d.Price,
		}
		terms := models.PlanRevision{
			ID: models.NewID(models.KindRevision), PlanID: made.Plan.ID, Number: 1, EffectiveAt: t.now, Price: d.Price,
			ChargeOn: models.ChargeAnswered, CreatedBy: actor.UserID, CreatedAt: t.now,
		}
		for _, row := range []any{&made.API, &made.Plan, &terms} {
			if err := t.Create(row).Error; err != nil {
				return err
			}
		}
		if err := t.share(made.API.ID, d.SharedWith); err != nil {
			return err
		}
		var err error
		if made.Version, err = t.addVersion(actor, teamID, made.API.ID, firstVersion, d.Version()); err != nil {
			return err
		}
		if made.Version.DraftDocument = d.Document; d.Document != "" {
			if err := t.Exec(`UPDATE versions SET draft_document = ? WHERE id = ?`, d.Document, made.Version.ID).Error; err != nil {
				return err
			}
		}
		made.MainVersion, made.SharedWith = made.Version.ID, d.SharedWith
		return t.audit(actor, models.AuditAPICreated, teamID, made.API.ID, d.Slug)
	})
	return made, err
}

// describe puts into an API what is said of it in a draft.
func describe(a *models.API, d models.APIDraft) {
	a.Name, a.Summary, a.Description, a.ExamplePath = d.Name, d.Summary, d.Description, d.ExamplePath
	a.Visibility, a.CategoryID, a.SupportEmail, a.SupportURL = d.Visibility, d.CategoryID, d.SupportEmail, d.SupportURL
	if a.Tags = d.Tags; a.Tags == nil {
		a.Tags = []string{}
	}
}

// EditAPI saves the draft of a team's API and its main version. What the API is called, says and shows is seen at once; the
// upstream reaches callers with the next publish. The slug is part of every caller's address and stays as it is.
func (s *Store) EditAPI(ctx context.Context, actor models.Actor, teamID, apiID string, d models.APIDraft) error {
	return s.transact(ctx, func(t *txn) error {
		before, err := t.listing(teamID, apiID)
		if err != nil {
			return err
		}
		if err := t.editProfile(apiID, d); err != nil {
			return err
		}
		if err := t.editDraft(actor, before, d.Version()); err != nil {
			return err
		}
		return t.auditChange(actor, models.AuditAPIEdited, teamID, apiID, before.API.Slug, models.AuditChanges(models.DraftFields, before.Draft(), d))
	})
}

// EditProfile saves what a team's API is called, says and shows, and who may find it. It is seen at once.
func (s *Store) EditProfile(ctx context.Context, actor models.Actor, teamID, apiID string, d models.APIDraft) error {
	return s.transact(ctx, func(t *txn) error {
		before, err := t.listing(teamID, apiID)
		if err != nil {
			return err
		}
		if err := t.editProfile(apiID, d); err != nil {
			return err
		}
		return t.auditChange(actor, models.AuditAPIEdited, teamID, apiID, before.API.Slug, models.AuditChanges(models.ProfileFields, before.Draft(), d))
	})
}

func (t *txn) editProfile(apiID string, d models.APIDraft) error {
	if d.CategoryID != "" {
		if err := t.exists(`SELECT COUNT(*) FROM categories WHERE id = ?`, d.CategoryID); err != nil {
			return models.Invalid{"category": "This category is gone. Choose another one."}
		}
	}
	var api models.API
	describe(&api, d)
	if err := t.Model(&models.API{}).Where("id = ?", apiID).Select("Name", "Summary", "Description", "ExamplePath", "Visibility", "CategoryID", "Tags",
		"SupportEmail", "SupportURL").Updates(&api).Error; err != nil {
		return err
	}
	var led []string // the APIs whose callers are told of this one as the successor of a version, as far as they may see it
	if err := t.Raw(`SELECT DISTINCT api_id FROM versions WHERE successor_api_id = ?`, apiID).Scan(&led).Error; err != nil {
		return err
	}
	t.changes.apis = append(append(t.changes.apis, apiID), led...)
	return t.share(apiID, d.SharedWith)
}

// share names the teams that an API is shared with. One that is gone is left out.
func (t *txn) share(apiID string, teams []string) error {
	if err := t.Exec(`DELETE FROM api_shares WHERE api_id = ?`, apiID).Error; err != nil || len(teams) == 0 {
		return err
	}
	return t.Exec(`INSERT INTO api_shares (api_id, team_id) SELECT ?, id FROM teams WHERE id IN ? AND deleted_at IS NULL`, apiID, teams).Error
}

// listing is an API of a team with its main version, or models.ErrNotFound.
func (t *txn) listing(teamID, apiID string) (row models.APIListing, err error) {
	err = listingsIn(t.DB, t.now).Where("a.id = ? AND a.team_id = ?", apiID, teamID).Take(&row).Error
	return row, err
}

// listings queries APIs with version, plan and owner on the reading pool.
func (s *Store) listings(ctx context.Context) *gorm.DB { return listingsIn(s.read(ctx), s.clock.Now()) }

// listingsIn is the same query inside a transaction, which sees its own writes.
// The version is the main one, the plan the API's first; its price is the one in effect now.
func listingsIn(db *gorm.DB, now time.Time) *gorm.DB {
	return versionListings(db, now).Where("v.id = "+mainVersion("a"), now, now)
}

// versionListings is the same with every version of the APIs: the caller says which.
func versionListings(db *gorm.DB, now time.Time) *gorm.DB {
	return db.Table("apis a").Select(`a.*, t.name AS team_name, t.slug AS team_slug, COALESCE(g.name, '') AS category_name, COALESCE(r.document, '') AS document,
		`+mainVersion("a")+` AS main_version,
		(SELECT json_group_array(team_id) FROM api_shares WHERE api_id = a.id) AS shared_with,
		v.id AS version_id, v.api_id AS version_api_id, v.name AS version_name, (`+stateNow+`) AS version_state, v.blocked AS version_blocked,
		v.team_block_at AS version_team_block_at, v.team_block_reason AS version_team_block_reason,
		v.operator_block_at AS version_operator_block_at, v.operator_block_reason AS version_operator_block_reason,
		v.running_release_id AS version_running_release_id, v.draft_upstream_url AS version_draft_upstream_url,
		v.draft_answer_seconds AS version_draft_answer_seconds, v.draft_hang_up_seconds AS version_draft_hang_up_seconds,
		v.draft_max_body_bytes AS version_draft_max_body_bytes, v.draft_credential_id AS version_draft_credential_id,
		v.announced_at AS version_announced_at, v.deprecated_at AS version_deprecated_at, v.sunset_at AS version_sunset_at,
		v.successor_version_id AS version_successor_version_id, v.successor_api_id AS version_successor_api_id,
		v.deprecation_reason AS version_deprecation_reason, v.deprecation_due_at AS version_deprecation_due_at,
		v.draft_document AS version_draft_document, v.created_at AS version_created_at, v.updated_at AS version_updated_at,
		p.id AS plan_id, p.api_id AS plan_api_id, p.position AS plan_position, p.name AS plan_name, p.approval AS plan_approval, p.question AS plan_question,
		p.closed_at AS plan_closed_at, p.created_at AS plan_created_at, (`+priceInEffect+`) AS plan_price`, now, now, now, now, now).
		Joins("JOIN teams t ON t.id = a.team_id").
		Joins("JOIN versions v ON v.api_id = +a.id").
		Joins("LEFT JOIN releases r ON r.id = v.running_release_id").
		Joins("LEFT JOIN categories g ON g.id = a.category_id").
		Joins("JOIN plans p ON p.api_id = a.id AND p.position = 1").
		Where("a.deleted_at IS NULL")
}

// versionListingsOf is the same with the versions of these ids. They say which APIs are read, for those are read first: by the versions'
// ids alone all of them would be.
func versionListingsOf(db *gorm.DB, now time.Time, versionIDs ...string) *gorm.DB {
	return versionListings(db, now).Where("v.id IN ? AND a.id IN (SELECT api_id FROM versions WHERE id IN ?)", versionIDs, versionIDs)
}

// TeamAPI returns an API of the team by its slug, in any state, or models.ErrNotFound.
func (s *Store) TeamAPI(ctx context.Context, teamID, slug string) (models.APIListing, error) {
	var row models.APIListing
	err := s.listings(ctx).Where("a.team_id = ? AND a.slug = ?", teamID, slug).Take(&row).Error
	return row, translate(err)
}

// TeamVersion returns an API of the team with one of its versions, in any state, or models.ErrNotFound.
func (s *Store) TeamVersion(ctx context.Context, teamID, slug, version string) (models.APIListing, error) {
	var row models.APIListing
	err := versionListings(s.read(ctx), s.clock.Now()).Where("a.team_id = ? AND a.slug = ? AND v.name = ?", teamID, slug, version).Take(&row).Error
	return row, translate(err)
}

// APIOfVersion returns the API that a version belongs to, with that version, whoever may see it: for a caller who has called it before.
func (s *Store) APIOfVersion(ctx context.Context, versionID string) (models.APIListing, error) {
	var row models.APIListing
	err := versionListingsOf(s.read(ctx), s.clock.Now(), versionID).Take(&row).Error
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
