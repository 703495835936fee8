package store

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/faregate/faregate/models"
)

// stateNow is the state of a version v at an instant, its two parameters, as models.Version.StateAt has it.
const stateNow = `CASE WHEN v.state NOT IN ('published', 'deprecated') THEN v.state
	WHEN v.sunset_at <= ? THEN 'retired' WHEN v.deprecated_at <= ? THEN 'deprecated' ELSE v.state END`

// AnnounceDeprecation announces the end of a version of a team's API and tells its subscribers. models.ErrConflict if it cannot be
// announced in the state the version is in; models.Invalid for what is wrong with the draft, which is checked by its Validate too.
// As with the acts below the error may be ErrNotLive: saved, but the gateway has not heard of it yet.
func (s *Store) AnnounceDeprecation(ctx context.Context, actor models.Actor, teamID, versionID string, draft models.DeprecationDraft) error {
	return s.lifecycle(ctx, models.ActAnnounce, teamID, versionID, func(t *txn, row models.APIListing) error {
		return t.announce(actor, models.ActAnnounce, models.AuditDeprecationAnnounced, row, draft)
	})
}

// ChangeDeprecation puts something else in the place of what was announced of a version, and tells its subscribers. Who had
// acknowledged it is asked again. models.ErrSooner if it leaves them less time and that was not confirmed.
func (s *Store) ChangeDeprecation(ctx context.Context, actor models.Actor, teamID, versionID string, draft models.DeprecationDraft, confirmed bool) error {
	return s.lifecycle(ctx, models.ActChange, teamID, versionID, func(t *txn, row models.APIListing) error {
		if row.Version.Deprecation.Sooner(draft) && !confirmed {
			return models.ErrSooner
		}
		return t.announce(actor, models.ActChange, models.AuditDeprecationChanged, row, draft)
	})
}

// UndoDeprecation takes back what was announced of a version, as if it had never been, and tells its subscribers.
func (s *Store) UndoDeprecation(ctx context.Context, actor models.Actor, teamID, versionID string) error {
	return s.simply(ctx, actor, models.ActUndo, models.AuditDeprecationUndone, teamID, versionID)
}

// RetireVersion retires a version now, before its time, and tells its subscribers. Its end has been announced.
func (s *Store) RetireVersion(ctx context.Context, actor models.Actor, teamID, versionID string) error {
	return s.simply(ctx, actor, models.ActRetire, models.AuditVersionRetired, teamID, versionID)
}

// BringBackVersion has a retired version served again, and tells its subscribers. It is deprecated as it was before, without a date
// for its retirement.
func (s *Store) BringBackVersion(ctx context.Context, actor models.Actor, teamID, versionID string) error {
	return s.simply(ctx, actor, models.ActBringBack, models.AuditVersionBack, teamID, versionID)
}

// simply does what has nothing to choose.
func (s *Store) simply(ctx context.Context, actor models.Actor, act models.LifecycleAct, action models.AuditAction, teamID, versionID string) error {
	return s.lifecycle(ctx, act, teamID, versionID, func(t *txn, row models.APIListing) error {
		if _, err := t.move(row, act, models.DeprecationDraft{}); err != nil {
			return err
		}
		return t.auditLifecycle(actor, action, row)
	})
}

// lifecycle does something with the end of a version of a team's API if that is possible now, or is models.ErrConflict. What fell due
// before it is done before it.
func (s *Store) lifecycle(ctx context.Context, act models.LifecycleAct, teamID, versionID string, do func(*txn, models.APIListing) error) error {
	return s.transact(ctx, func(t *txn) error {
		if _, err := t.versionListing(teamID, versionID); err != nil {
			return err
		}
		if err := t.keepLifecycle(versionID); err != nil {
			return err
		}
		row, err := t.versionListing(teamID, versionID)
		if err != nil {
			return err
		}
		if !row.Version.Allows(act, t.now) {
			return models.ErrConflict
		}
		return do(t, row)
	})
}

// announce writes a draft down, and that the version is deprecated if it is so at once.
func (t *txn) announce(actor models.Actor, act models.LifecycleAct, action models.AuditAction, row models.APIListing, draft models.DeprecationDraft) error {
	if err := draft.Validate(row.Version, t.now); err != nil {
		return err
	}
	if err := t.checkSuccessor(actor, row, draft); err != nil {
		return err
	}
	state, err := t.move(row, act, draft)
	if err != nil {
		return err
	}
	if err := t.auditLifecycle(actor, action, row); err != nil || state == row.Version.State {
		return err
	}
	return t.auditLifecycle(actor, models.AuditVersionDeprecated, row)
}

// move does an act to a version. What was acknowledged is not what holds any more.
func (t *txn) move(row models.APIListing, act models.LifecycleAct, draft models.DeprecationDraft) (models.VersionState, error) {
	state, d := row.Version.After(act, draft, t.now)
	if err := t.Model(&models.Version{}).Where("id = ?", row.Version.ID).Updates(map[string]any{
		"state": state, "announced_at": d.AnnouncedAt, "deprecated_at": d.DeprecatedAt, "sunset_at": d.SunsetAt,
		"successor_version_id": d.SuccessorVersionID, "successor_api_id": d.SuccessorAPIID, "deprecation_reason": d.Reason,
		"deprecation_due_at": d.DueAt, "updated_at": t.now,
	}).Error; err != nil {
		return state, err
	}
	if err := t.Exec(`DELETE FROM deprecation_acks WHERE version_id = ?`, row.Version.ID).Error; err != nil {
		return state, err
	}
	t.changes.apis = append(t.changes.apis, row.API.ID)
	return state, t.noteEnd(act, row.Version.ID, d)
}

// noteEnd keeps for the feeds what was done about the end of a version, and what holds since.
func (t *txn) noteEnd(act models.LifecycleAct, versionID string, d models.Deprecation) error {
	return t.Create(&models.VersionEnd{
		ID: models.NewID(models.KindEnd), VersionID: versionID, Act: act, DeprecatedAt: d.DeprecatedAt, SunsetAt: d.SunsetAt,
		SuccessorVersionID: d.SuccessorVersionID, SuccessorAPIID: d.SuccessorAPIID, Reason: d.Reason, CreatedAt: t.now,
	}).Error
}

// auditLifecycle writes down what was done, in the words that subscribers are told. row is what was before.
func (t *txn) auditLifecycle(actor models.Actor, action models.AuditAction, row models.APIListing) error {
	var v models.Version
	if err := t.Take(&v, "id = ?", row.Version.ID).Error; err != nil {
		return err
	}
	details := ""
	if v.Deprecation.AnnouncedAt != nil {
		successor, err := t.successor(row.Version.ID)
		if err != nil {
			return err
		}
		details = v.Deprecation.Words(successor.String(), t.now)
	}
	return t.auditChange(actor, action, row.API.TeamID, row.Version.ID, details,
		models.AuditChanges(models.DeprecationFields, row.Version.Deprecation, v.Deprecation))
}

// seenByCallers is the condition that whoever may call the API a may know of the API b, where it is the successor of a version of a.
const seenByCallers = `(b.deleted_at IS NULL AND (b.visibility IN ('internal', 'public') OR b.team_id = a.team_id AND (a.visibility = 'private'
	OR a.visibility = 'shared' AND b.visibility = 'shared' AND NOT EXISTS (SELECT 1 FROM api_shares x WHERE x.api_id = a.id
		AND x.team_id NOT IN (SELECT team_id FROM api_shares WHERE api_id = b.id)))))`

// checkSuccessor says what is wrong with a successor: it has to be served and not to end itself, and those who are sent there have
// to be able to see it.
func (t *txn) checkSuccessor(actor models.Actor, row models.APIListing, d models.DeprecationDraft) error {
	query, id := "", ""
	switch {
	case d.SuccessorVersionID != "":
		query, id = `SELECT COUNT(*) FROM versions v WHERE v.id = ? AND v.api_id = ? AND v.id <> ? AND v.state = 'published' AND v.announced_at IS NULL`, d.SuccessorVersionID
	case d.SuccessorAPIID != "":
		if err := visible(listingsIn(t.DB, t.now), actor.In(row.API.TeamID)).Where("a.id = ?", d.SuccessorAPIID).Take(&models.APIListing{}).Error; err != nil {
			return models.Invalid{"successor_api": "There is no such API that you can see. Check the short name."}
		}
		query, id = `SELECT COUNT(*) FROM apis b JOIN apis a ON a.id = ? JOIN versions v ON v.id = `+mainVersion("b")+` WHERE b.id = ? AND b.id <> a.id
			AND v.state = 'published' AND v.announced_at IS NULL AND `+seenByCallers, d.SuccessorAPIID
	default:
		return nil
	}
	args := []any{id, row.API.ID, row.Version.ID}
	if d.SuccessorVersionID == "" {
		args = []any{row.API.ID, t.now, t.now, id}
	}
	switch err := t.exists(query, args...); {
	case !errors.Is(err, models.ErrNotFound):
		return err
	case d.SuccessorVersionID != "":
		return models.Invalid{"successor": "Choose another version of this API that is published and does not end itself."}
	}
	return models.Invalid{"successor_api": "This API cannot take over: it has to be published, not to end itself, and to be visible to all who can see yours."}
}

// successorOf reads what comes after a version v of the API a, as far as everybody may know who may call it: an API b, and of the
// same API the version w.
const (
	successorOf = `LEFT JOIN versions w ON w.id = v.successor_version_id AND w.state <> 'retired'
		LEFT JOIN apis b ON b.id = CASE WHEN w.id IS NULL THEN v.successor_api_id ELSE a.id END AND (b.id = a.id OR ` + seenByCallers + `)`
	successorNames = `COALESCE(b.name, '') AS successor_api_name, COALESCE(b.slug, '') AS successor_api_slug, COALESCE(w.name, '') AS successor_version`
)

// successor is what comes after a version, the zero value for nothing.
func (t *txn) successor(versionID string) (models.Successor, error) {
	var found struct {
		models.Successor `gorm:"embedded;embeddedPrefix:successor_"`
	}
	err := t.Raw(`SELECT `+successorNames+` FROM versions v JOIN apis a ON a.id = v.api_id `+successorOf+` WHERE v.id = ?`, versionID).Scan(&found).Error
	return found.Successor, err
}

// Successor is what comes after a version, as far as everybody may know who may call it; the zero value for nothing.
func (s *Store) Successor(ctx context.Context, versionID string) (models.Successor, error) {
	successor, err := (&txn{DB: s.read(ctx)}).successor(versionID)
	return successor, translate(err)
}

// KeepLifecycles acts on the dates that were announced of one version and have come: it writes its state down, and reminds
// subscribers of a retirement that is near. It says whether there was one. Calls and pages keep to the clock and do not wait for it.
func (s *Store) KeepLifecycles(ctx context.Context) (kept int64, err error) {
	var id string
	if err := s.read(ctx).Raw(`SELECT id FROM versions WHERE deprecation_due_at <= ? ORDER BY deprecation_due_at LIMIT 1`, s.clock.Now()).Scan(&id).Error; err != nil || id == "" {
		return 0, translate(err) // the writer is asked only where there is something to write
	}
	return 1, s.transact(ctx, func(t *txn) error { return t.keepLifecycle(id) })
}

// keepLifecycle acts on the dates of a version that have come and were not acted on yet, if there are any.
func (t *txn) keepLifecycle(versionID string) error {
	var row models.APIListing
	err := versionListingsOf(t.DB, t.now, versionID).Where("v.deprecation_due_at <= ?", t.now).Take(&row).Error
	if errors.Is(translate(err), models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	d, state := row.Version.Deprecation, row.Version.State
	next := d.Due(t.now)
	if state == models.Retired {
		next = nil
	}
	if err := t.Model(&models.Version{}).Where("id = ?", versionID).Updates(map[string]any{"state": state, "deprecation_due_at": next}).Error; err != nil {
		return err
	}
	t.changes.apis = append(t.changes.apis, row.API.ID)
	if !d.DeprecatedAt.Before(*d.DueAt) && !d.DeprecatedAt.After(t.now) {
		if err := t.auditLifecycle(models.System, models.AuditVersionDeprecated, row); err != nil {
			return err
		}
	}
	if state == models.Retired {
		if err := t.noteEnd(models.ActRetire, versionID, d); err != nil {
			return err
		}
		return t.auditLifecycle(models.System, models.AuditVersionRetired, row)
	}
	days := d.Reminds(*d.DueAt, t.now)
	if days == 0 {
		return nil
	}
	return t.remindOfSunset(row, days)
}

// remindOfSunset tells subscribers that a version is retired in so many days, once for each date.
func (t *txn) remindOfSunset(row models.APIListing, days int) error {
	successor, err := t.successor(row.Version.ID)
	if err != nil {
		return err
	}
	words := strconv.Itoa(days) + " days"
	if days == 1 {
		words = "1 day"
	}
	sunset := *row.Version.Deprecation.SunsetAt
	once := models.VersionSunsetNear + ":" + row.Version.ID + ":" + sunset.UTC().Format(time.RFC3339) + ":" + strconv.Itoa(days)
	return t.tellOnce(models.AuditEntry{
		Action: models.VersionSunsetNear, TeamID: row.API.TeamID, Subject: row.Version.ID,
		Details: words + ".\n" + row.Version.Deprecation.Words(successor.String(), t.now),
	}, once)
}
