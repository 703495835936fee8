package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"runtime"
	"time"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	_ "modernc.org/sqlite" // the driver named "sqlite": pure Go, so a C compiler changes nothing
)

// schema says which of the two databases a file is.
type schema struct {
	file  string // its name in the data folder
	steps string // the folder of its migrations
	mark  string // a table by which it is known
	cache int    // of the writer, in KiB
}

// The books are what the portal cannot be without. The documents are large, are written apart from all money, and are
// named in the books by what they hash to.
var (
	bookSchema     = schema{file: "faregate.db", steps: "migrations", mark: "node", cache: 32 << 10} // commits of calls touch many rows of many teams
	documentSchema = schema{file: "documents.db", steps: "migrations/documents", mark: "blobs", cache: 4 << 10}
)

// database is one open file: the only connection that writes to it, a pool that cannot write, and a connection of its own
// for checkpoints.
type database struct {
	path                    string
	writer, reader, checker *gorm.DB
	checkpointed            time.Time // when the log was last written to before the last checkpoint
}

// Both pools keep times as integers of milliseconds: they compare and index as numbers.
var timesAsIntegers = url.Values{"_time_integer_format": {"unix_milli"}, "_inttotime": {"1"}}

// openPools opens the one writer, migrates through it, and then opens the connections that depend on the schema. relaxed
// lets commits return before they are on the disk.
func (d *database) openPools(ctx context.Context, path string, kind schema, relaxed bool, log *slog.Logger) (err error) {
	d.path = path
	if err := private(path); err != nil {
		return err
	}
	synchronous := "FULL"
	if relaxed {
		synchronous = "NORMAL" // all but commits of calls ask for more; see durably
	}
	d.writer, err = openPool(path, 1, url.Values{
		"_txlock": {"immediate"},
		"_pragma": {
			"busy_timeout(5000)",
			"auto_vacuum(INCREMENTAL)", // has an effect only before the first table exists
			"journal_mode(WAL)",
			"synchronous(" + synchronous + ")",
			"foreign_keys(1)",
			"recursive_triggers(1)", // or REPLACE would delete ledger rows without firing their triggers
			fmt.Sprintf("cache_size(-%d)", kind.cache),
			"wal_autocheckpoint(0)", // Checkpoint does it, so that no settlement has to wait for one
		},
	})
	if err != nil {
		return fmt.Errorf("cannot open the database %s: %w", path, translate(err))
	}
	if err := migrate(ctx, d.writer, kind, log); err != nil {
		return err
	}
	d.checker, err = openPool(path, 1, url.Values{"_pragma": {"busy_timeout(0)"}})
	if err != nil {
		return fmt.Errorf("cannot open the database %s for checkpoints: %w", path, translate(err))
	}
	d.reader, err = openPool(path, max(4, runtime.NumCPU()), url.Values{
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

// read starts a query on the pool that cannot write.
func (d *database) read(ctx context.Context) *gorm.DB { return d.reader.WithContext(ctx) }

// write runs a transaction on the writer. That of the books is transact's.
func (d *database) write(ctx context.Context, work func(*gorm.DB) error) error {
	return translate(d.writer.WithContext(ctx).Transaction(work))
}

func (d *database) closePools() error {
	var errs []error
	for _, db := range []*gorm.DB{d.reader, d.checker, d.writer} {
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
