// Package store keeps everything in two SQLite files and is the only package that knows of them. There is one file per
// entity and one exported method per use case; a method is one transaction. All writing goes through a single connection,
// so a transaction sees no other writer and never waits for a lock inside; reading has a pool of its own that cannot
// write. What is large, the documents of APIs, is in the second file, so that no charge waits for it: it is stored first, and
// then named in the first file by what it hashes to. After a commit the store tells its listeners, before the caller is answered: what a page shows is what the next
// call meets.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// Config says where the database is and what it is given from outside.
type Config struct {
	Dir  string // holds faregate.db and documents.db
	Demo bool   // the database is a demo's; one that was made otherwise is not opened
	// Relaxed lets a commit of calls return before it is on the disk: it survives the end of the process, but not a loss of
	// power. All other money waits for the disk in any case.
	Relaxed bool
	Clock   models.Clock
	Log     *slog.Logger
}

// ErrDemo and ErrNotDemo keep the demo and real portals apart: one's credit is a present, the other's was paid for.
var (
	ErrDemo    = errors.New("the data belong to a demo, whose credit nobody paid for; name another folder with --data")
	ErrNotDemo = errors.New("the data belong to a real portal, which a demo would fill with samples; name another folder with --data")
)

// Store is the open database. It is safe for concurrent use.
type Store struct {
	database  // the books
	documents database
	dir       string
	clock     models.Clock
	log       *slog.Logger
	epoch     int64
	unclean   bool // the last process did not stop cleanly
	listeners listeners
	relaxed   bool // commits of calls do not wait for the disk
	searching searching
	settling  *settling
	counting  *counting

	fenced    chan struct{}
	fenceOnce sync.Once

	subjects   subjectNumbers
	operations operations   // the follower's
	lastHour   atomic.Int64 // of the ledger; only grows
	follow     struct {
		running  sync.Mutex // one FollowCalls at a time
		mu       sync.Mutex
		waiting  []callRef // committed calls that the follower has neither indexed nor counted
		doubtful []callRef // of the last commit whose outcome is not known
	}
}

// ErrFenced says that another process has taken over the database; this one must stop.
var ErrFenced = errors.New("another process has taken over the database")

// Open opens the database in the folder, creates it if it is not there, brings its schema up to date and begins a new
// epoch. The caller holds the Lock of the folder.
func Open(ctx context.Context, c Config) (_ *Store, err error) {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot create the data folder: %w", err)
	}
	s := &Store{dir: c.Dir, clock: c.Clock, log: c.Log, relaxed: c.Relaxed, settling: newSettling(), counting: newCounting(), searching: newSearching(), fenced: make(chan struct{})}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.closeFiles())
		}
	}()
	if err := s.openPools(ctx, filepath.Join(c.Dir, bookSchema.file), bookSchema, c.Relaxed, c.Log); err != nil {
		return nil, err
	}
	if err := s.documents.openPools(ctx, filepath.Join(c.Dir, documentSchema.file), documentSchema, false, c.Log); err != nil {
		return nil, err
	}
	if err := s.begin(ctx, c.Demo); err != nil {
		return nil, err
	}
	if err := s.catchUp(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Close notes a clean stop and closes the database. Nothing may use the store afterwards.
func (s *Store) Close(ctx context.Context) error {
	return errors.Join(s.markClean(ctx), s.Checkpoint(ctx), s.closeFiles())
}

func (s *Store) closeFiles() error { return errors.Join(s.closePools(), s.documents.closePools()) }

// txn is one write transaction: its instant, and what the listeners will be told once it is committed.
type txn struct {
	*gorm.DB
	now     time.Time
	epoch   int64
	changes changes
}

// transact runs a write transaction and then tells the listeners what it changed.
func (s *Store) transact(ctx context.Context, work func(t *txn) error) error {
	t := &txn{now: s.clock.Now(), epoch: s.epoch}
	err := s.durably(ctx, func(db *gorm.DB) error {
		return db.Transaction(func(db *gorm.DB) error {
			t.DB = db
			if err := work(t); err != nil {
				return err
			}
			return t.markActed(ctx)
		})
	})
	if errors.Is(err, ErrFenced) {
		s.fenceOnce.Do(func() { close(s.fenced) })
	}
	if err != nil {
		return translate(err)
	}
	return s.listeners.tell(ctx, t.changes)
}

// durably has a transaction on the writer wait for the disk, whatever commits of calls do. Its outcome is the transaction's
// own: what fails after that costs a connection, and the next one begins as it should.
func (s *Store) durably(ctx context.Context, transaction func(*gorm.DB) error) error {
	writer := s.writer.WithContext(ctx)
	if !s.relaxed {
		return transaction(writer)
	}
	return writer.Connection(func(db *gorm.DB) error {
		if err := db.Exec("PRAGMA synchronous = FULL").Error; err != nil {
			return err
		}
		err := transaction(db)
		if failed := db.WithContext(context.WithoutCancel(ctx)).Exec("PRAGMA synchronous = NORMAL").Error; failed != nil {
			s.log.Warn("the database's connection is replaced", "err", failed)
			_ = db.Statement.ConnPool.(*sql.Conn).Raw(func(any) error { return driver.ErrBadConn })
		}
		return err
	})
}

// Fenced is closed once a transaction has found that another process has taken over the database. Nothing that this
// process remembers is true from then on; it must stop.
func (s *Store) Fenced() <-chan struct{} { return s.fenced }
