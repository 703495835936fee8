package store

import (
	"context"
	"os"
	"path/filepath"
)

// maxWAL is the size of the write-ahead log at which the writer itself empties it, whatever readers are doing.
const maxWAL = 256 << 20

// Checkpoint moves committed pages from the write-ahead log into the database file. Called once a second, it runs beside
// the writer without stopping it; only a log that has grown beyond maxWAL is cut on the writer's own connection.
func (s *Store) Checkpoint(ctx context.Context) error {
	info, err := os.Stat(filepath.Join(s.dir, "faregate.db-wal"))
	if err != nil || info.Size() == 0 {
		return nil //nolint:nilerr // no log yet: nothing to do
	}
	if info.Size() > maxWAL {
		return s.writer.WithContext(ctx).Exec("PRAGMA wal_checkpoint(TRUNCATE)").Error
	}
	return s.checker.WithContext(ctx).Exec("PRAGMA wal_checkpoint(PASSIVE)").Error
}
