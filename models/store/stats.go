package store

import (
	"context"
	"os"
	"path/filepath"

	"github.com/faregate/faregate/models"
)

// Stats is how the database does.
func (s *Store) Stats(ctx context.Context) (models.StoreStats, error) {
	path := filepath.Join(s.dir, databaseFile)
	unconfirmed, err := s.CountUnconfirmed(ctx)
	return models.StoreStats{DatabaseBytes: sizeOf(path), LogBytes: sizeOf(path + "-wal"), Unconfirmed: unconfirmed}, err
}

// sizeOf is a file's size in bytes; 0 if there is none.
func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
