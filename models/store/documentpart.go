package store

import (
	"context"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// A slice of parts is one transaction, which takes a few milliseconds: others write documents too.
const (
	partsPerSlice = 200
	bytesPerSlice = 256 << 10
)

// PutDocumentParts stores parts of a document whose bytes are stored, in slices. They may be handed over in several calls, and
// over again: of two parts with one name the later one stays. Nobody is shown them before ShowDocument. models.ErrNotFound if the bytes are not there.
func (s *Store) PutDocumentParts(ctx context.Context, hash string, parts []models.DocumentPart) error {
	packer, err := newPacker()
	if err != nil {
		return err
	}
	var rows []partRow
	size := 0
	for _, part := range parts {
		content, err := packer.pack(part.Bytes)
		if err != nil {
			return err
		}
		rows, size = append(rows, partRow{part.Name, content}), size+len(content.Bytes)
		if len(rows) < partsPerSlice && size < bytesPerSlice {
			continue
		}
		if err := s.documents.putParts(ctx, hash, rows); err != nil {
			return err
		}
		rows, size = nil, 0
	}
	return s.documents.putParts(ctx, hash, rows)
}

// partRow is a part as it is stored.
type partRow struct {
	Name    string
	Content packed `gorm:"embedded"`
}

func (d *database) putParts(ctx context.Context, hash string, rows []partRow) error {
	return d.write(ctx, func(db *gorm.DB) error {
		var id int64
		if err := db.Raw(`SELECT id FROM blobs WHERE hash = ?`, hash).Take(&id).Error; err != nil {
			return err
		}
		for _, row := range rows {
			if err := db.Exec(`INSERT INTO parts (blob_id, name, deflated, bytes) VALUES (?, ?, ?, ?)
				ON CONFLICT DO UPDATE SET deflated = excluded.deflated, bytes = excluded.bytes`, id, row.Name, row.Content.Deflated, row.Content.Bytes).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// ShowDocument says that all parts of a document are there: from now on they are read. models.ErrNotFound if its bytes are not.
func (s *Store) ShowDocument(ctx context.Context, hash string) error {
	return s.documents.write(ctx, func(db *gorm.DB) error {
		return touched(db.Exec(`UPDATE blobs SET parsed_at = COALESCE(parsed_at, ?) WHERE hash = ?`, s.clock.Now(), hash))
	})
}

// DocumentParts are parts of a document by their names, in one query; one that the document has not is left out.
// models.ErrNotFound if there is no such document, or not all of it yet.
func (s *Store) DocumentParts(ctx context.Context, hash string, names ...string) (map[string][]byte, error) {
	var rows []partRow
	// The outer join tells a document without such parts, which is one row without a name, from none.
	err := s.documents.read(ctx).Raw(`SELECT COALESCE(p.name, '') AS name, p.deflated, p.bytes
		FROM blobs b LEFT JOIN parts p ON p.blob_id = b.id AND p.name IN (SELECT value FROM json_each(?))
		WHERE b.hash = ? AND b.parsed_at IS NOT NULL`, list(names), hash).Scan(&rows).Error
	if err != nil {
		return nil, translate(err)
	}
	if len(rows) == 0 {
		return nil, models.ErrNotFound
	}
	found := make(map[string][]byte, len(rows))
	for _, row := range rows {
		if row.Name == "" {
			break
		}
		if found[row.Name], err = row.Content.unpack(); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// DocumentPart is one part of a document, or models.ErrNotFound.
func (s *Store) DocumentPart(ctx context.Context, hash, name string) ([]byte, error) {
	found, err := s.DocumentParts(ctx, hash, name)
	if err != nil {
		return nil, err
	}
	part, there := found[name]
	if !there {
		return nil, models.ErrNotFound
	}
	return part, nil
}
