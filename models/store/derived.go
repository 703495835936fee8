package store

import (
	"context"

	"gorm.io/gorm"
)

// PutDerived keeps what was made of documents under a name that says of which and how. It can be made again, and is forgotten
// 30 days after it was made.
func (s *Store) PutDerived(ctx context.Context, name string, raw []byte) error {
	content, err := pack(raw)
	if err != nil {
		return err
	}
	return s.documents.write(ctx, func(db *gorm.DB) error {
		return db.Exec(`INSERT INTO derived (name, made_at, deflated, bytes) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET made_at = excluded.made_at, deflated = excluded.deflated, bytes = excluded.bytes`,
			name, s.clock.Now(), content.Deflated, content.Bytes).Error
	})
}

// Derived is what was made of documents, or models.ErrNotFound if it has to be made.
func (s *Store) Derived(ctx context.Context, name string) ([]byte, error) {
	var row packed
	if err := s.documents.read(ctx).Raw(`SELECT deflated, bytes FROM derived WHERE name = ?`, name).Take(&row).Error; err != nil {
		return nil, translate(err)
	}
	return row.unpack()
}
