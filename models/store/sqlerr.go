package store

import (
	"errors"
	"fmt"

	"gorm.io/gorm"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/faregate/faregate/models"
)

// ErrUnwritable says that the database cannot be written: read-only, full, or locked by another program. The wrapped error
// says which.
var ErrUnwritable = errors.New("the database cannot be written")

// translate turns the errors of gorm and SQLite into those of the domain. gorm's own translation does not know this
// driver's error type.
func translate(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return models.ErrNotFound
	}
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return err
	}
	switch failure.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fmt.Errorf("%w: %w", models.ErrConflict, err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fmt.Errorf("%w: %w", models.ErrNotFound, err)
	}
	switch primary(failure) {
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	return err
}

// touched is the error of a statement that must have changed a row: models.ErrNotFound if there was none.
func touched(done *gorm.DB) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return models.ErrNotFound
	}
	return done.Error
}

// isConstraint says whether a row broke one of the schema's own rules.
func isConstraint(err error) bool {
	var failure *sqlite.Error
	return errors.As(err, &failure) && primary(failure) == sqlite3.SQLITE_CONSTRAINT
}

// primary is an error's code without its detail.
func primary(failure *sqlite.Error) int { return failure.Code() & 0xff }
