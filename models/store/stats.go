package store

import (
	"os"
	"path/filepath"

	"github.com/faregate/faregate/models"
)

// Stats is how the database does. It reads no row.
func (s *Store) Stats() models.StoreStats {
	path := filepath.Join(s.dir, databaseFile)
	return models.StoreStats{DatabaseBytes: sizeOf(path), LogBytes: sizeOf(path + "-wal")}
}

// sizeOf is a file's size in bytes; 0 if there is none.
func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
