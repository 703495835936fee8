package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"gorm.io/gorm"
)

// maxWAL is the size of the write-ahead log at which the writer itself empties it, whatever readers are doing.
const maxWAL = 256 << 20

// Checkpoint moves committed pages from the write-ahead log into the database file. Called once a second, it runs beside
// the writer without stopping it; only a log that has grown beyond maxWAL is cut on the writer's own connection.
func (s *Store) Checkpoint(ctx context.Context) error {
	info, err := os.Stat(filepath.Join(s.dir, databaseFile+"-wal"))
	if err != nil || info.Size() == 0 {
		return nil //nolint:nilerr // no log yet: nothing to do
	}
	if info.Size() > maxWAL {
		return s.cutLog(ctx)
	}
	return s.checker.WithContext(ctx).Exec("PRAGMA wal_checkpoint(PASSIVE)").Error
}

// cutLog empties the log on the writer's connection. Settlements wait behind it, so it gives up soon where a long reader
// stands in its way; the next second tries again.
func (s *Store) cutLog(ctx context.Context) error {
	return s.writer.WithContext(ctx).Connection(func(db *gorm.DB) error {
		for _, step := range []string{"PRAGMA busy_timeout(50)", "PRAGMA wal_checkpoint(TRUNCATE)"} {
			if err := db.Exec(step).Error; err != nil {
				return errors.Join(err, restorePatience(ctx, db))
			}
		}
		return restorePatience(ctx, db)
	})
}

func restorePatience(ctx context.Context, db *gorm.DB) error {
	return db.WithContext(context.WithoutCancel(ctx)).Exec("PRAGMA busy_timeout(5000)").Error
}
