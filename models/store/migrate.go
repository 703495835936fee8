package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

//go:embed migrations/*.sql migrations/documents/*.sql
var migrationFiles embed.FS

// ErrNewerDatabase says that the database was written by a newer release, which this one must not touch.
var ErrNewerDatabase = errors.New("the database belongs to a newer release of Faregate; use that release or restore a backup")

// migrate runs the numbered files of a schema that were not run yet, each in a transaction of its own.
func migrate(ctx context.Context, db *gorm.DB, kind schema, log *slog.Logger) error {
	steps, err := migrations(kind, log)
	if err != nil {
		return err
	}
	m := gormigrate.New(db.WithContext(ctx), &gormigrate.Options{
		TableName: "schema_migrations", IDColumnName: "id", IDColumnSize: 64,
		UseTransaction: true, ValidateUnknownMigrations: true,
	}, steps)
	switch err := m.Migrate(); {
	case errors.Is(err, gormigrate.ErrUnknownPastMigration):
		return ErrNewerDatabase
	case err != nil:
		return fmt.Errorf("cannot bring the database up to date: %w", translate(err))
	}
	return nil
}

func migrations(kind schema, log *slog.Logger) ([]*gormigrate.Migration, error) {
	names, err := fs.Glob(migrationFiles, kind.steps+"/*.sql") // sorted by name, so by number
	if err != nil {
		return nil, err
	}
	var steps []*gormigrate.Migration
	for _, name := range names {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		id := strings.TrimSuffix(strings.TrimPrefix(name, kind.steps+"/"), ".sql")
		steps = append(steps, &gormigrate.Migration{ID: id, Migrate: func(tx *gorm.DB) error {
			log.Info("migrating the database", "file", kind.file, "step", id)
			return tx.Exec(string(text)).Error
		}})
	}
	return steps, nil
}
