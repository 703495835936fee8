package store

import (
	"context"
	"os"

	"github.com/faregate/faregate/models"
)

// Stats is how the database does.
func (s *Store) Stats(ctx context.Context) (models.StoreStats, error) {
	unconfirmed, err := s.CountUnconfirmed(ctx)
	return models.StoreStats{
		DatabaseBytes: sizeOf(s.path), LogBytes: sizeOf(s.path + "-wal"), DocumentsBytes: sizeOf(s.documents.path) + sizeOf(s.documents.path+"-wal"),
		Unconfirmed: unconfirmed,
	}, err
}

// sizeOf is a file's size in bytes; 0 if there is none.
func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
