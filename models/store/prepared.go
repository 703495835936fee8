package store

import (
	"context"
	"database/sql/driver"
)

// prepared is what transactions below database/sql share: statements that are prepared once on the writer's own connection,
// and anew when that is another. There is one writer, so nothing of it is used twice at a time.
type prepared struct {
	conn driver.Conn // that the statements are prepared on

	begin, end, undo step
	bulks            []*bulk
}

// newPrepared makes a set without statements.
func newPrepared() prepared {
	return prepared{begin: step{text: "BEGIN IMMEDIATE"}, end: step{text: "COMMIT"}, undo: step{text: "ROLLBACK"}}
}

// values adds a bulk statement of the form head, rows of so many placeholders each, tail.
func (x *prepared) values(head string, width int, tail string) *bulk {
	b := newBulk(head, width, tail)
	x.bulks = append(x.bulks, b)
	return b
}

// commit runs a transaction on the connection.
func (x *prepared) commit(conn driver.Conn, work func() error) error {
	x.on(conn)
	if err := x.begin.run(conn); err != nil {
		return err
	}
	err := work()
	if err == nil {
		err = x.end.run(conn)
	}
	if err != nil {
		_ = x.undo.run(conn) // or the connection would stay in a transaction; where there is none left, nothing happens
	}
	return err
}

// on forgets what was prepared on another connection.
func (x *prepared) on(conn driver.Conn) {
	if x.conn == conn {
		return
	}
	x.conn = conn
	x.begin.prepared, x.end.prepared, x.undo.prepared = nil, nil, nil
	for _, b := range x.bulks {
		b.forget()
	}
}

// step is a statement without values.
type step struct {
	text     string
	prepared driver.Stmt
}

func (x *step) run(conn driver.Conn) (err error) {
	if x.prepared == nil {
		if x.prepared, err = conn.Prepare(x.text); err != nil {
			return err
		}
	}
	_, err = x.prepared.(driver.StmtExecContext).ExecContext(context.Background(), nil)
	return err
}
