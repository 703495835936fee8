package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"
)

// WriterExec runs SQL on the writer's own connection, to set what belongs to a connection.
func (s *Store) WriterExec(query string) error {
	return translate(s.writer.Exec(query).Error)
}

// ReaderExec tries SQL on the pool that must not write.
func (s *Store) ReaderExec(query string) error {
	return translate(s.reader.Exec(query).Error)
}

// DocumentsExec runs SQL on the writer of the documents.
func (s *Store) DocumentsExec(query string) error {
	return translate(s.documents.writer.Exec(query).Error)
}

// Durably is how every transaction but those of calls is run.
func (s *Store) Durably(ctx context.Context, transaction func(*gorm.DB) error) error {
	return s.durably(ctx, transaction)
}

// UnpackCallIDs reads the list of open answers.
var UnpackCallIDs = unpackCallIDs

// RestartLog is the length of a log that is begun anew, in pages.
const RestartLog = restartLog

// CutLog is what Checkpoint does with a log that has grown too large.
func (s *Store) CutLog(ctx context.Context) error { return s.cutLog(ctx) }

// Plans collects the query plan of every read from now on, each under the query's text.
func (s *Store) Plans() map[string]string {
	plans := map[string]string{}
	explain := func(db *gorm.DB) {
		query := db.Statement.SQL.String()
		if db.Error != nil && !errors.Is(db.Error, gorm.ErrRecordNotFound) || strings.HasPrefix(query, "EXPLAIN") {
			return
		}
		pool, err := s.reader.DB()
		if err != nil {
			panic(err)
		}
		rows, err := pool.QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+query, db.Statement.Vars...)
		if err != nil {
			panic(err)
		}
		defer rows.Close()
		plans[query] = readPlan(rows)
	}
	_ = s.reader.Callback().Query().After("*").Register("plans", explain)
	_ = s.reader.Callback().Row().After("*").Register("plans", explain)
	_ = s.reader.Callback().Raw().After("*").Register("plans", explain)
	return plans
}

func readPlan(rows *sql.Rows) string {
	var plan strings.Builder
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			panic(err)
		}
		plan.WriteString(detail + "\n")
	}
	return plan.String()
}

// Synchronous is PRAGMA synchronous of the writer inside a transaction of any kind but that of calls, and between
// transactions, which is how a commit of calls meets it.
func (s *Store) Synchronous(ctx context.Context) (inside, between int, err error) {
	if err = s.transact(ctx, func(t *txn) error { return t.Raw(`PRAGMA synchronous`).Scan(&inside).Error }); err != nil {
		return 0, 0, err
	}
	return inside, between, s.writer.WithContext(ctx).Raw(`PRAGMA synchronous`).Scan(&between).Error
}

// SearchIn has calls searched in slices of a size, and each question how long it took be answered with a step more than the one
// before: no test waits.
func (s *Store) SearchIn(slice int, step time.Duration) {
	s.searching = searching{slice: slice, begin: func() func() time.Duration {
		var taken time.Duration
		return func() time.Duration { taken += step; return taken }
	}}
}

// CallSearchTime is how long a page searches.
const CallSearchTime = callSearchTime
