package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/faregate/faregate/models"
)

// BeginImport has a document imported. Its bytes, unless they are to be fetched, are stored already. models.ErrNotFound if the
// version is none of the team's; a models.Sentence if the team has too many imports that go on.
func (s *Store) BeginImport(ctx context.Context, actor models.Actor, i models.Import) (models.Import, error) {
	err := s.transact(ctx, func(t *txn) error { return t.beginImport(actor, &i) })
	return i, err
}

// BeginEdit is BeginImport for the document of a version's draft with a change to it, which was made to the one with the hash base,
// "" for none. models.ErrConflict if the draft has another one by now, or is about to.
func (s *Store) BeginEdit(ctx context.Context, actor models.Actor, i models.Import, base string) (models.Import, error) {
	i.Source = models.ImportEdit
	err := s.transact(ctx, func(t *txn) error {
		row, err := t.versionListing(i.TeamID, i.VersionID)
		if err != nil {
			return err
		}
		var open int64
		if err := t.Model(&models.Import{}).Where("version_id = ? AND ended_at IS NULL", i.VersionID).Count(&open).Error; err != nil {
			return err
		}
		if open > 0 || row.Version.DraftDocument != base {
			return models.ErrConflict
		}
		return t.beginImport(actor, &i)
	})
	return i, err
}

func (t *txn) beginImport(actor models.Actor, i *models.Import) error {
	if _, err := t.liveTeam(i.TeamID); err != nil {
		return err
	}
	if i.VersionID != "" {
		row, err := t.versionListing(i.TeamID, i.VersionID)
		if err != nil {
			return err
		}
		i.APIID = row.API.ID
	}
	var open int64
	if err := t.Model(&models.Import{}).Where("team_id = ? AND ended_at IS NULL", i.TeamID).Count(&open).Error; err != nil {
		return err
	}
	if open >= models.MaxOpenImports {
		return models.Sentence("Your team has five imports that are not done. Wait for one of them.")
	}
	i.ID, i.State, i.CreatedAt = models.NewID(models.KindImport), models.ImportWaiting, t.now
	i.CreatedBy, i.CreatedToken = actor.UserID, actor.TokenID
	return t.Create(i).Error
}

// Import is an import of a team, or models.ErrNotFound.
func (s *Store) Import(ctx context.Context, teamID, id string) (models.Import, error) {
	var i models.Import
	err := s.read(ctx).First(&i, "id = ? AND team_id = ?", id, teamID).Error
	return i, translate(err)
}

// HasImported reports whether a team has imported the document with a hash.
func (s *Store) HasImported(ctx context.Context, teamID, hash string) (bool, error) {
	var n int64
	err := s.read(ctx).Model(&models.Import{}).Where("team_id = ? AND hash = ? AND state = ?", teamID, hash, models.ImportDone).Limit(1).Count(&n).Error
	return n > 0, translate(err)
}

// NextImport begins the oldest import that has not ended, or models.ErrNotFound. One caller does them one after the other, so
// one that is running already was left by a process that has ended. It is begun once more; if that process ended too, it has failed.
func (s *Store) NextImport(ctx context.Context) (models.Import, error) {
	var next models.Import
	err := s.transact(ctx, func(t *txn) error {
		if err := t.Exec(`UPDATE imports SET state = ?, ended_at = ?, message = ? WHERE ended_at IS NULL AND attempts >= ?`, models.ImportFailed, t.now,
			"The program ended twice while it read this document, so it is not read again. An administrator finds the reason in the log.",
			models.MaxImportAttempts).Error; err != nil {
			return err
		}
		if err := t.Where("ended_at IS NULL").Order("id").First(&next).Error; err != nil {
			return err
		}
		next.State, next.Attempts = models.ImportRunning, next.Attempts+1
		return t.Model(&next).Updates(map[string]any{"state": next.State, "attempts": next.Attempts, "stage": "", "share": 0}).Error
	})
	return next, err
}

// PutBackImport has an import wait as if it had not been begun: the program was stopped in good order meanwhile.
func (s *Store) PutBackImport(ctx context.Context, id string) error {
	return s.transact(ctx, func(t *txn) error {
		return t.Exec(`UPDATE imports SET state = ?, attempts = attempts - 1 WHERE id = ? AND ended_at IS NULL`, models.ImportWaiting, id).Error
	})
}

// NoteImport says how far an import is, share in percent of the whole work.
func (s *Store) NoteImport(ctx context.Context, id, stage string, share int) error {
	return s.transact(ctx, func(t *txn) error {
		return t.Exec(`UPDATE imports SET stage = ?, share = ? WHERE id = ? AND ended_at IS NULL`, stage, share, id).Error
	})
}

// NoteImportBytes says which bytes were fetched. They are stored already.
func (s *Store) NoteImportBytes(ctx context.Context, id, hash string) error {
	return s.transact(ctx, func(t *txn) error {
		return t.Exec(`UPDATE imports SET hash = ? WHERE id = ? AND ended_at IS NULL`, hash, id).Error
	})
}

// FailImport ends an import that has led to nothing, with a sentence that says why, and where if that is known.
func (s *Store) FailImport(ctx context.Context, id, message string, line, column int) error {
	return s.transact(ctx, func(t *txn) error {
		return t.Model(&models.Import{}).Where("id = ? AND ended_at IS NULL", id).Updates(map[string]any{
			"state": models.ImportFailed, "message": message, "line": line, "column": column, "ended_at": t.now,
		}).Error
	})
}

// FinishImport ends an import whose document can be read from now on, and puts it into the draft that it is for. A version that
// is gone meanwhile gets nothing.
func (s *Store) FinishImport(ctx context.Context, id string, d models.Document) error {
	return s.transact(ctx, func(t *txn) error {
		var i models.Import
		if err := t.First(&i, "id = ? AND ended_at IS NULL", id).Error; err != nil {
			return err
		}
		d.CreatedAt = t.now
		if err := t.Clauses(clause.OnConflict{UpdateAll: true}).Create(&d).Error; err != nil {
			return err
		}
		if err := t.Model(&i).Updates(map[string]any{"state": models.ImportDone, "hash": d.Hash, "ended_at": t.now}).Error; err != nil {
			return err
		}
		if i.VersionID == "" {
			return nil
		}
		return t.takeDocument(models.Actor{UserID: i.CreatedBy, TokenID: i.CreatedToken}, i, d)
	})
}

// takeDocument puts a document into the draft of a version.
func (t *txn) takeDocument(actor models.Actor, i models.Import, d models.Document) error {
	row, err := t.versionListing(i.TeamID, i.VersionID)
	if errors.Is(err, gorm.ErrRecordNotFound) || row.Version.DraftDocument == d.Hash {
		return nil
	}
	if err != nil {
		return err
	}
	var before models.Document
	if err := t.Where("hash = ?", row.Version.DraftDocument).Limit(1).Find(&before).Error; err != nil {
		return err
	}
	if err := t.Exec(`UPDATE versions SET draft_document = ?, updated_at = ? WHERE id = ?`, d.Hash, t.now, i.VersionID).Error; err != nil {
		return err
	}
	action, details := models.AuditDocumentImported, ""
	if i.Source == models.ImportEdit {
		action, details = models.AuditDocumentEdited, i.FileName
	}
	return t.auditChange(actor, action, i.TeamID, i.VersionID, details, models.AuditChanges(models.DocumentFields, before, d))
}

// Documents are the documents with the hashes, by hash; one that is not there is left out.
func (s *Store) Documents(ctx context.Context, hashes ...string) (map[string]models.Document, error) {
	var rows []models.Document
	err := s.read(ctx).Where("hash IN (SELECT value FROM json_each(?))", list(hashes)).Find(&rows).Error
	found := make(map[string]models.Document, len(rows))
	for _, row := range rows {
		found[row.Hash] = row
	}
	return found, translate(err)
}

const keepImports = 30 * 24 * time.Hour

// DropOldImports forgets up to 500 imports that ended 30 days ago, and says how many it found. What they alone name is swept.
func (s *Store) DropOldImports(ctx context.Context) (dropped int64, err error) {
	err = s.transact(ctx, func(t *txn) error {
		gone := t.Exec(`DELETE FROM imports WHERE id IN (SELECT id FROM imports WHERE ended_at <= ? LIMIT 500)`, t.now.Add(-keepImports))
		dropped = gone.RowsAffected
		return gone.Error
	})
	return dropped, err
}
