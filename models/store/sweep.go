package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"gorm.io/gorm"
)

// namedBlobs are the hashes by which the books name what is in the documents. A column that begins to name blobs is added here,
// or they are swept.
const namedBlobs = `SELECT hash FROM imports UNION SELECT draft_document FROM versions UNION SELECT document FROM releases UNION SELECT logo FROM apis`

// What was let go of is kept for a while: for a backup, which copies the documents some time after the books, and for an
// import, which stores bytes before the books name them.
const (
	keepUnused  = 24 * time.Hour
	keepDerived = 30 * 24 * time.Hour
)

// Slices of a sweep: blobs that are looked at together, and parts or results that one transaction removes.
const (
	sweptBlobs = 500
	sweptParts = 200
)

// SweepDocuments removes what the books have named nothing of for a day, and what was derived 30 days ago. It works in slices, so
// that whoever stores a document meanwhile waits for none of it.
func (s *Store) SweepDocuments(ctx context.Context) error {
	for after := ""; ; {
		var hashes []string
		if err := s.documents.read(ctx).Raw(`SELECT hash FROM blobs WHERE hash > ? ORDER BY hash LIMIT ?`, after, sweptBlobs).Scan(&hashes).Error; err != nil {
			return translate(err)
		}
		if len(hashes) == 0 {
			return s.sweepDerived(ctx)
		}
		after = hashes[len(hashes)-1]
		if err := s.sweepBlobs(ctx, hashes); err != nil {
			return err
		}
	}
}

func (s *Store) sweepBlobs(ctx context.Context, hashes []string) error {
	unused, err := s.unnamed(ctx, hashes)
	if err != nil {
		return err
	}
	now, due := s.clock.Now(), []dueBlob{}
	err = s.documents.write(ctx, func(db *gorm.DB) error {
		if err := db.Exec(`UPDATE blobs SET unused_since = NULL WHERE unused_since IS NOT NULL AND hash IN (SELECT value FROM json_each(?))
			AND hash NOT IN (SELECT value FROM json_each(?))`, list(hashes), list(unused)).Error; err != nil {
			return err
		}
		if err := db.Exec(`UPDATE blobs SET unused_since = ? WHERE unused_since IS NULL AND hash IN (SELECT value FROM json_each(?))`, now, list(unused)).Error; err != nil {
			return err
		}
		return db.Raw(`SELECT id, hash FROM blobs WHERE unused_since <= ? AND hash IN (SELECT value FROM json_each(?))`, now.Add(-keepUnused), list(unused)).Scan(&due).Error
	})
	for _, blob := range due {
		if err == nil {
			err = errors.Join(s.forgetDocument(ctx, blob.Hash), s.removeBlob(ctx, blob.ID, now.Add(-keepUnused)))
		}
	}
	return err
}

// dueBlob is a blob whose time has come.
type dueBlob struct {
	ID   int64
	Hash string
}

// forgetDocument removes what the books say of a document, unless they name it again.
func (s *Store) forgetDocument(ctx context.Context, hash string) error {
	return s.transact(ctx, func(t *txn) error {
		return t.Exec(`DELETE FROM documents WHERE hash = ? AND hash NOT IN (`+namedBlobs+`)`, hash).Error
	})
}

// removeBlob removes a blob that has been unused since an instant, its parts first. An import that stores it again meanwhile
// keeps what is left and puts back the rest.
func (s *Store) removeBlob(ctx context.Context, id int64, unusedSince time.Time) error {
	for more := true; more; {
		err := s.documents.write(ctx, func(db *gorm.DB) error {
			hidden := db.Exec(`UPDATE blobs SET parsed_at = NULL WHERE id = ? AND unused_since <= ?`, id, unusedSince)
			if more = hidden.RowsAffected == 1; hidden.Error != nil || !more {
				return hidden.Error
			}
			parts := db.Exec(`DELETE FROM parts WHERE rowid IN (SELECT rowid FROM parts WHERE blob_id = ? LIMIT ?)`, id, sweptParts)
			if more = parts.RowsAffected > 0; parts.Error != nil || more {
				return parts.Error
			}
			return db.Exec(`DELETE FROM blobs WHERE id = ?`, id).Error
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) sweepDerived(ctx context.Context) error {
	for {
		var gone int64
		err := s.documents.write(ctx, func(db *gorm.DB) error {
			done := db.Exec(`DELETE FROM derived WHERE rowid IN (SELECT rowid FROM derived WHERE made_at <= ? LIMIT ?)`, s.clock.Now().Add(-keepDerived), sweptParts)
			gone = done.RowsAffected
			return done.Error
		})
		if err != nil || gone == 0 {
			return err
		}
	}
}

// unnamed are those of the hashes that nothing in the books names.
func (s *Store) unnamed(ctx context.Context, hashes []string) (unused []string, err error) {
	err = s.read(ctx).Raw(`SELECT value FROM json_each(?) WHERE value NOT IN (`+namedBlobs+`)`, list(hashes)).Scan(&unused).Error
	return unused, translate(err)
}

// missingBlobs counts what the books name and is not there.
func (s *Store) missingBlobs(ctx context.Context) (missing int64, err error) {
	var named []string
	if err := s.read(ctx).Raw(`SELECT DISTINCT hash FROM (` + namedBlobs + `) WHERE hash <> ''`).Scan(&named).Error; err != nil || s.documents.reader == nil {
		return int64(len(named)), err
	}
	err = s.documents.read(ctx).Raw(`SELECT COUNT(*) FROM json_each(?) j WHERE NOT EXISTS
		(SELECT 1 FROM blobs b JOIN contents c ON c.blob_id = b.id WHERE b.hash = j.value)`, list(named)).Scan(&missing).Error
	return missing, err
}

// list is how one parameter of a query holds many texts, so that the query is the same for any number of them.
func list(texts []string) string {
	if len(texts) == 0 {
		return "[]"
	}
	raw, _ := json.Marshal(texts) // texts can always be written
	return string(raw)
}
