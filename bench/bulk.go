package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	_ "modernc.org/sqlite" // the driver named "sqlite"
)

// bulk writes to a world's database that no process has open, faster than a use case at a time: rows are copies of one
// that the product itself has written, so they have every column that the schema has.
type bulk struct {
	ctx context.Context
	tx  *sql.Tx
}

// inBulk runs write in one transaction. Nothing is safe against a crash meanwhile: the database is made anew for each run.
func (b *bench) inBulk(w world, write func(bulk) error) error {
	db, err := sql.Open("sqlite", "file:"+w.database()+"?_pragma=journal_mode(MEMORY)&_pragma=synchronous(OFF)&_pragma=cache_size(-500000)")
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.BeginTx(b.ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after the commit
	if err := write(bulk{b.ctx, tx}); err != nil {
		return err
	}
	return tx.Commit()
}

func (b bulk) exec(query string, args ...any) error {
	if _, err := b.tx.ExecContext(b.ctx, query, args...); err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	return nil
}

// copies inserts count copies of the rows of a table that match a condition. The columns in values get an SQL expression
// instead, in which n counts the copies from 1 and t is the copied row.
func (b bulk) copies(table string, count int, values map[string]string, condition string, args ...any) error {
	columns, err := b.columns(table)
	if err != nil {
		return err
	}
	expressions := make([]string, len(columns))
	for i, column := range columns {
		expressions[i] = "t." + column
		if value, replaced := values[column]; replaced {
			expressions[i] = value
		}
	}
	return b.exec(fmt.Sprintf(`WITH RECURSIVE seq(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM seq WHERE n < %d)
		INSERT INTO %s (%s) SELECT %s FROM seq CROSS JOIN (SELECT * FROM %s WHERE %s) t`,
		count, table, strings.Join(columns, ", "), strings.Join(expressions, ", "), table, condition), args...)
}

func (b bulk) columns(table string) (names []string, err error) {
	rows, err := b.tx.QueryContext(b.ctx, `SELECT name FROM pragma_table_info(?)`, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
