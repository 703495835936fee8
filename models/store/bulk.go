package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The commit of calls is the one place where the database is spoken to below database/sql: on the driver's own connection,
// with statements that are prepared once and take many rows at a time. A call costs a few microseconds there; row by row
// through the layers above it would cost ten times that.

// bulkSizes are the numbers of rows that a bulk statement is prepared for, greatest first. Any number of rows is a few of
// them, so that few statements are prepared.
var bulkSizes = [...]int{64, 16, 4, 1}

// bulk is a statement that takes many rows of values.
type bulk struct {
	head, tail string // around the rows
	row        string // one row's placeholders, such as "(?,?)"
	width      int    // placeholders of a row
	most       int    // the index in bulkSizes from which it takes rows on
	prepared   [len(bulkSizes)]driver.Stmt
	rows       arguments // of the last use; see fresh
}

// newBulk makes a statement of the form head, rows of so many placeholders each, tail.
func newBulk(head string, width int, tail string) *bulk {
	row := "?" + strings.Repeat(",?", width-1)
	if width > 1 {
		row = "(" + row + ")"
	}
	return &bulk{head: head, tail: tail, row: row, width: width}
}

// single has every row written by a statement of its own. Where a row may change what is there, a statement of many rows first
// copies each page it changes, to be able to undo itself alone; for rows that lie on as many pages, that costs more than it saves.
func (b *bulk) single() *bulk {
	b.most = len(bulkSizes) - 1
	return b
}

func (b *bulk) stmt(conn driver.Conn, size int) (driver.Stmt, error) {
	if b.prepared[size] == nil {
		text := b.head + b.row + strings.Repeat(","+b.row, bulkSizes[size]-1) + b.tail
		stmt, err := conn.Prepare(text)
		if err != nil {
			return nil, fmt.Errorf("prepare %s: %w", b.head, err)
		}
		b.prepared[size] = stmt
	}
	return b.prepared[size], nil
}

// forget drops the prepared statements; their connection is gone.
func (b *bulk) forget() { b.prepared = [len(bulkSizes)]driver.Stmt{} }

// each hands the rows out in the pieces that statements are prepared for.
func (b *bulk) each(conn driver.Conn, rows []driver.NamedValue, do func(driver.Stmt, []driver.NamedValue) error) error {
	size := b.most
	for len(rows) > 0 {
		for bulkSizes[size]*b.width > len(rows) {
			size++
		}
		stmt, err := b.stmt(conn, size)
		if err != nil {
			return err
		}
		n := bulkSizes[size] * b.width
		for i := range rows[:n] {
			rows[i].Ordinal = i + 1
		}
		if err := do(stmt, rows[:n]); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// exec writes the rows and returns how many were changed.
func (b *bulk) exec(conn driver.Conn, rows []driver.NamedValue) (changed int64, err error) {
	err = b.each(conn, rows, func(stmt driver.Stmt, args []driver.NamedValue) error {
		done, err := stmt.(driver.StmtExecContext).ExecContext(context.Background(), args)
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		changed += n
		return err
	})
	return changed, err
}

// query reads what the rows select, line by line.
func (b *bulk) query(conn driver.Conn, rows []driver.NamedValue, columns int, read func([]driver.Value)) error {
	line := make([]driver.Value, columns)
	return b.each(conn, rows, func(stmt driver.Stmt, args []driver.NamedValue) (err error) {
		found, err := stmt.(driver.StmtQueryContext).QueryContext(context.Background(), args)
		if err != nil {
			return err
		}
		defer func() {
			if e := found.Close(); err == nil {
				err = e
			}
		}()
		for {
			if err := found.Next(line); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			read(line)
		}
	})
}

// fresh begins new rows, in the room of the last ones.
func (b *bulk) fresh() *arguments {
	b.rows = b.rows[:0]
	return &b.rows
}

// arguments collects the values of rows.
type arguments []driver.NamedValue

func (a *arguments) add(values ...driver.Value) {
	for _, v := range values {
		*a = append(*a, driver.NamedValue{Value: v})
	}
}

// next is the next argument, with the value that the last use left there. Most values of a commit of calls are those of the
// one before, and what is equal need not be put into an interface, which allocates, once more.
func (a *arguments) next() *driver.NamedValue {
	if n := len(*a); n < cap(*a) {
		*a = (*a)[:n+1]
	} else {
		*a = append(*a, driver.NamedValue{})
	}
	return &(*a)[len(*a)-1]
}

func (a *arguments) number(v int64) {
	if arg := a.next(); arg.Value != v {
		arg.Value = v
	}
}

func (a *arguments) text(v string) {
	if arg := a.next(); arg.Value != v {
		arg.Value = v
	}
}
