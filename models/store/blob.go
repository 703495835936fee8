package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// PutBlob stores bytes and returns the hash that the books may name them by from now on: they are on the disk. Bytes that are
// there already, and their media type, stay as they are. What the books do not name within a day is swept.
func (s *Store) PutBlob(ctx context.Context, mediaType string, raw []byte) (hash string, err error) {
	hash = models.BlobHash(raw)
	content, err := pack(raw)
	if err != nil {
		return "", err
	}
	err = s.documents.write(ctx, func(db *gorm.DB) error {
		var id int64
		if err := db.Raw(`INSERT INTO blobs (hash, media_type, size, stored_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (hash) DO UPDATE SET unused_since = NULL RETURNING id`, hash, mediaType, len(raw), s.clock.Now()).Scan(&id).Error; err != nil {
			return err
		}
		return db.Exec(`INSERT INTO contents (blob_id, deflated, bytes) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, id, content.Deflated, content.Bytes).Error
	})
	return hash, err
}

// Blob is what was stored under a hash, or models.ErrNotFound.
func (s *Store) Blob(ctx context.Context, hash string) (models.Blob, error) {
	var row struct {
		Hash, MediaType string
		Size            int64
		StoredAt        time.Time
		Content         packed `gorm:"embedded"`
	}
	err := s.documents.read(ctx).Raw(`SELECT b.hash, b.media_type, b.size, b.stored_at, c.deflated, c.bytes
		FROM blobs b JOIN contents c ON c.blob_id = b.id WHERE b.hash = ?`, hash).Take(&row).Error
	if err != nil {
		return models.Blob{}, translate(err)
	}
	raw, err := row.Content.unpack()
	return models.Blob{Hash: row.Hash, MediaType: row.MediaType, Size: row.Size, StoredAt: row.StoredAt, Bytes: raw}, err
}
