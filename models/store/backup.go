package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/faregate/faregate/models"
)

// Copy is what a backup, or the databases that were restored from one, hold.
type Copy struct {
	Bytes     int64        // of the file with the books
	Demo      bool         // it is a demo's
	Older     bool         // an earlier release wrote it, so its money can be proven only after it was brought up to date
	Proof     models.Proof // all is well in it if Older
	Counts    Counts
	Documents CopiedDocuments
}

// CopiedDocuments is what the second file holds; the zero value if there is none.
type CopiedDocuments struct {
	Bytes   int64 // of the file
	Blobs   int64 // documents and logos
	Missing int64 // of those that the books name; not known, so 0, if Older
}

// Counts are how many rows a database has of what people ask about first.
type Counts struct{ Teams, LedgerEntries, Calls int64 }

// Progress hears what is being done and how far that is, perhaps many times a second. total is 0 where nobody knows.
type Progress func(what string, done, total int64)

// What stands in the way of a backup or a restore.
var (
	ErrNoDatabase  = errors.New("there is no database of Faregate")
	ErrHasDatabase = errors.New("there is a database already")
	ErrDamaged     = errors.New("the database is damaged")
	ErrLiveFile    = errors.New("the file is no finished copy: a log with later changes lies beside it; take one with faregate backup")
)

// DocumentsOf names the second file of a backup, which lies beside the first.
func DocumentsOf(file string) string { return file + ".documents" }

// Backup copies the databases of a folder into two new files, each as it is at one instant, while another process may be serving
// them. It needs no lock: it is a reader, and commits go on beside it. Nothing of an unfinished copy ever stands under the
// names of the files, and a file that is there already is left alone (fs.ErrExist). The books are copied first: the documents
// that they name were stored before, and are kept for a day after the books have let go of them.
//
// The copy is read back before it gets its name. ErrDamaged means that it is not whole, and it is thrown away. One whose
// money does not add up, or whose books name documents that are not there, is kept: Copy says what is wrong, and it is wrong in
// the databases themselves.
func Backup(ctx context.Context, dir, file string, progress Progress) (c Copy, err error) {
	from := filesIn(dir)
	if _, err := os.Stat(from.books); err != nil {
		return c, fmt.Errorf("%w in %s", ErrNoDatabase, dir)
	}
	to := files{file, DocumentsOf(file)}
	for _, path := range to.all() {
		if _, err := os.Lstat(path); err == nil {
			return c, fmt.Errorf("%s: %w", path, fs.ErrExist)
		}
	}
	if _, err := os.Stat(from.documents); err != nil {
		from.documents, to.documents = "", "" // no release with documents has served this folder yet
	}
	part, err := newPair(to)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, part.discard()) }()
	for i, path := range from.all() {
		if err := copyPages(ctx, path, part.paths().all()[i], progress); err != nil {
			return c, err
		}
	}
	if c, err = inspect(ctx, part.paths(), progress); err != nil {
		return c, err
	}
	return c, part.publish()
}

// sliceOfPages is how much is copied in one step, 4 MiB at SQLite's usual size of a page; between two steps a copy can be
// given up. Every stepsPerSync of them are written through: fsynced all at once at the end, they would hold up the commits
// of the process that serves, whose own fsync waits for them on most file systems.
const (
	sliceOfPages = 1024
	stepsPerSync = 4
)

// copyPages copies a database page by page through SQLite's backup interface. A read transaction around all of it keeps
// the copy at one instant; without it, every commit beside it would begin the copy anew.
func copyPages(ctx context.Context, from, to string, progress Progress) (err error) {
	db, err := openPool(from, 1, url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)", "query_only(1)"}})
	if err != nil {
		return fmt.Errorf("cannot open the database %s: %w", from, translate(err))
	}
	pool, err := db.DB()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return translate(err)
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	var tables int64                     // it is the first read that fixes the instant
	if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		return translate(err)
	}
	return conn.Raw(func(driver any) error { return steps(ctx, driver, to, progress) })
}

// steps does the copying on the driver's own connection.
func steps(ctx context.Context, driver any, to string, progress Progress) error {
	file, err := os.OpenFile(to, os.O_RDWR, 0) // #nosec G304 -- the file that newPart made
	if err != nil {
		return err
	}
	defer file.Close()
	// A file that is thrown away if anything fails needs no journal, and it is synced here.
	dsn := dataSource(to, url.Values{"_pragma": {"journal_mode(OFF)", "synchronous(OFF)"}})
	copying, err := driver.(interface {
		NewBackup(dsn string) (*sqlite.Backup, error)
	}).NewBackup(dsn)
	if err != nil {
		return translate(err)
	}
	for n, more := 1, true; more; n++ {
		if more, err = copying.Step(sliceOfPages); err == nil {
			err = ctx.Err()
		}
		if err == nil && n%stepsPerSync == 0 {
			err = file.Sync()
		}
		if err != nil {
			_ = copying.Finish() // it says the same once more
			return translate(err)
		}
		total := copying.PageCount()
		progress("copying", int64(total-copying.Remaining()), int64(total))
	}
	return translate(copying.Finish())
}

// inspect reads a copy from its first page to its last and says what is in it. Nothing else may have the files open.
func inspect(ctx context.Context, copied files, progress Progress) (c Copy, err error) {
	s := &Store{}
	defer func() { err = errors.Join(err, s.closeFiles()) }()
	if c.Older, err = s.lookInto(ctx, copied.books, bookSchema, progress); err != nil {
		return c, err
	}
	if copied.documents != "" {
		older, err := s.documents.lookInto(ctx, copied.documents, documentSchema, progress)
		if err != nil {
			return c, err
		}
		c.Older = c.Older || older
	}
	return s.describe(ctx, c, progress)
}

// lookInto opens a file that nobody changes, and checks it. older says whether an earlier release made its schema.
func (d *database) lookInto(ctx context.Context, path string, kind schema, progress Progress) (older bool, err error) {
	d.path = path
	// To say that nobody changes the file keeps SQLite from putting a log and shared memory beside it.
	if d.reader, err = openPool(path, 1, url.Values{"mode": {"ro"}, "immutable": {"1"}, "_pragma": {"query_only(1)"}}); err != nil {
		return false, unusable(err)
	}
	if older, err = d.older(ctx, kind); err != nil {
		return older, err
	}
	return older, d.whole(ctx, progress)
}

// older says whether an earlier release made the schema. ErrNewerDatabase if a later one did, ErrNoDatabase if this is
// nothing of Faregate's.
func (d *database) older(ctx context.Context, kind schema) (bool, error) {
	var ours int64
	err := d.read(ctx).Raw(`SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('schema_migrations', ?)`, kind.mark).Scan(&ours).Error
	switch {
	case err != nil:
		return false, unusable(err)
	case ours != 2:
		return false, ErrNoDatabase
	}
	var done []string
	if err := d.read(ctx).Raw(`SELECT id FROM schema_migrations`).Scan(&done).Error; err != nil {
		return false, unusable(err)
	}
	known, err := migrations(kind, nil)
	if err != nil {
		return false, err
	}
	missing := map[string]bool{}
	for _, step := range known {
		missing[step.ID] = true
	}
	for _, id := range done {
		if !missing[id] {
			return false, ErrNewerDatabase
		}
		delete(missing, id)
	}
	return len(missing) > 0, nil
}

// whole checks every page and every index.
func (d *database) whole(ctx context.Context, progress Progress) error {
	progress("checking every page", 0, 0)
	var finding string
	err := d.read(ctx).Raw(`PRAGMA integrity_check(1)`).Scan(&finding).Error
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return unusable(err)
	case finding != "ok":
		return fmt.Errorf("%w: %s", ErrDamaged, strings.Join(strings.Fields(finding), " "))
	}
	return nil
}

// describe counts what is in a copy, and unless its schema is an earlier release's proves its money and looks for the documents
// that its books name.
func (s *Store) describe(ctx context.Context, c Copy, progress Progress) (Copy, error) {
	progress("proving the money", 0, 0)
	c.Bytes = sizeOf(s.path)
	if err := s.read(ctx).Raw(`SELECT demo FROM node`).Scan(&c.Demo).Error; err != nil {
		return c, unusable(err)
	}
	if err := s.read(ctx).Raw(`SELECT (SELECT COUNT(*) FROM teams) AS teams, (SELECT COUNT(*) FROM ledger_entries) AS ledger_entries,
		(SELECT COUNT(*) FROM calls) AS calls`).Scan(&c.Counts).Error; err != nil {
		return c, unusable(err)
	}
	if s.documents.reader != nil {
		c.Documents.Bytes = sizeOf(s.documents.path)
		if err := s.documents.read(ctx).Raw(`SELECT COUNT(*) FROM blobs`).Scan(&c.Documents.Blobs).Error; err != nil {
			return c, unusable(err)
		}
	}
	if c.Older {
		return c, nil
	}
	var err error
	if c.Documents.Missing, err = s.missingBlobs(ctx); err != nil {
		return c, unusable(err)
	}
	c.Proof, err = s.Prove(ctx)
	return c, err
}

// unusable tells apart a file that is damaged and one that is something else.
func unusable(err error) error {
	var failure *sqlite.Error
	if errors.As(err, &failure) {
		switch primary(failure) {
		case sqlite3.SQLITE_CORRUPT:
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		case sqlite3.SQLITE_NOTADB:
			return fmt.Errorf("%w: %w", ErrNoDatabase, err)
		}
	}
	return translate(err)
}
