package store

import (
	"context"
	"errors"
	"os"

	"gorm.io/gorm"
)

// How many pages of 4 KiB the write-ahead log may hold: from restartLog on it is begun anew as soon as that can be done without
// anybody noticing, and beyond maxLog the writer empties it, whatever readers are doing.
const (
	restartLog = 8 << 10
	maxLog     = 64 << 10
)

// Checkpoint moves committed pages from the write-ahead log into the database file. It runs beside the writer without stopping
// it, and where nothing was committed since the last time it does nothing. Called often it has little to do each time: writing
// to the disk all that a busy second has committed would hold up the commits of the next. One goroutine at a time calls it.
func (s *Store) Checkpoint(ctx context.Context) error {
	return errors.Join(s.checkpoint(ctx), s.documents.checkpoint(ctx))
}

// checkpoint is Checkpoint of one database.
//
// The log is begun anew by the first transaction that finds all of it moved, and under steady load there is none: while one
// page is moved, the next is committed. So what came during the checkpoint is moved in a second one, and what came during that,
// which is little, on the writer's own connection.
func (d *database) checkpoint(ctx context.Context) error {
	log, err := os.Stat(d.path + "-wal")
	if err != nil || log.ModTime().Equal(d.checkpointed) {
		return nil //nolint:nilerr // no log yet: nothing to do
	}
	pages, err := moveLog(ctx, d.checker)
	if err != nil {
		return err
	}
	switch d.checkpointed = log.ModTime(); {
	case pages < restartLog:
		return nil
	case pages > maxLog:
		return d.cutLog(ctx)
	}
	for _, connection := range []*gorm.DB{d.checker, d.writer} {
		if _, err := moveLog(ctx, connection); err != nil {
			return err
		}
	}
	return nil
}

// moveLog moves what no reader stands in the way of, and returns how many pages the log holds.
func moveLog(ctx context.Context, connection *gorm.DB) (pages int64, err error) {
	var busy, moved int64
	err = connection.WithContext(ctx).Raw("PRAGMA wal_checkpoint(PASSIVE)").Row().Scan(&busy, &pages, &moved)
	return pages, err
}

// cutLog empties the log on the writer's connection. Settlements wait behind it, so it gives up soon where a long reader
// stands in its way; the next second tries again.
func (d *database) cutLog(ctx context.Context) error {
	return d.writer.WithContext(ctx).Connection(func(db *gorm.DB) error {
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
