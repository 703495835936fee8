package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	_ "modernc.org/sqlite" // the driver named "sqlite": pure Go, so a C compiler changes nothing
)

// databaseFile is the name of the database in the data folder.
const databaseFile = "faregate.db"

// Both pools keep times as integers of milliseconds: they compare and index as numbers.
var timesAsIntegers = url.Values{"_time_integer_format": {"unix_milli"}, "_inttotime": {"1"}}

// openPools opens the one writer, migrates through it, and then opens the connections that depend on the schema.
func (s *Store) openPools(ctx context.Context, path string) (err error) {
	if err := private(path); err != nil {
		return err
	}
	synchronous := "FULL"
	if s.relaxed {
		synchronous = "NORMAL" // all but commits of calls ask for more; see durably
	}
	s.writer, err = openPool(path, 1, url.Values{
		"_txlock": {"immediate"},
		"_pragma": {
			"busy_timeout(5000)",
			"auto_vacuum(INCREMENTAL)", // has an effect only before the first table exists
			"journal_mode(WAL)",
			"synchronous(" + synchronous + ")",
			"foreign_keys(1)",
			"recursive_triggers(1)", // or REPLACE would delete ledger rows without firing their triggers
			"cache_size(-32768)",    // KiB: commits of calls touch many rows of many teams
			"wal_autocheckpoint(0)", // Checkpoint does it, so that no settlement has to wait for one
		},
	})
	if err != nil {
		return fmt.Errorf("cannot open the database %s: %w", path, translate(err))
	}
	if err := migrate(ctx, s.writer, s.log); err != nil {
		return err
	}
	s.checker, err = openPool(path, 1, url.Values{"_pragma": {"busy_timeout(0)"}})
	if err != nil {
		return fmt.Errorf("cannot open the database %s for checkpoints: %w", path, translate(err))
	}
	s.reader, err = openPool(path, max(4, runtime.NumCPU()), url.Values{
		"mode":    {"ro"},
		"_pragma": {"busy_timeout(5000)", "query_only(1)"},
	})
	if err != nil {
		return fmt.Errorf("cannot open the database %s for reading: %w", path, translate(err))
	}
	return nil
}

// private makes the database's file readable by its owner alone, whatever the folder allows; SQLite gives its companion
// files the same rights.
func private(path string) error {
	file, err := os.OpenFile(path, os.O_RDONLY|os.O_CREATE, 0o600) // #nosec G304 -- in the data folder that the operator names
	if err != nil {
		return fmt.Errorf("cannot open the database: %w: %w", ErrUnwritable, err)
	}
	return file.Close()
}

func openPool(path string, connections int, query url.Values) (*gorm.DB, error) {
	for name, values := range timesAsIntegers {
		query[name] = values
	}
	pool, err := sql.Open("sqlite", dataSource(path, query))
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	db, err := gorm.Open(sqlite.New(sqlite.Config{DriverName: "sqlite", Conn: pool}), &gorm.Config{
		SkipDefaultTransaction: true,
		PrepareStmt:            true,
		Logger:                 logger.Discard, // errors are returned, and logged once where they are answered
	})
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return db, nil
}

// dataSource names a database file to the driver, whatever characters are in its path.
func dataSource(path string, query url.Values) string {
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: query.Encode()}).String()
}

func (s *Store) closePools() error {
	var errs []error
	for _, db := range []*gorm.DB{s.reader, s.checker, s.writer} {
		if db == nil {
			continue
		}
		pool, err := db.DB()
		if err == nil {
			err = pool.Close()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
