package store

import (
	"context"
	"database/sql/driver"
	"errors"
)

// counting is what the follower and the record of refusals write with: statements that are prepared once, on the writer's own
// connection, in transactions that do not wait for the disk. A loss of power may take such a transaction back as a whole;
// calls are then indexed and counted at the next start.
type counting struct {
	conn driver.Conn // that the statements are prepared on

	begin, end, undo                           *step
	index, watermark, subjects, lines, denials *bulk
}

func newCounting() *counting {
	return &counting{
		begin: &step{text: "BEGIN IMMEDIATE"}, end: &step{text: "COMMIT"}, undo: &step{text: "ROLLBACK"},
		index:     values(`INSERT OR IGNORE INTO team_calls (team_id, call_id) VALUES `, 2, ` RETURNING call_id`),
		watermark: values(`UPDATE follower SET call_id = MAX(call_id, `, 1, `) WHERE id = 1`),
		subjects:  values(`INSERT OR IGNORE INTO usage_subjects (team_id, key_id, api_id, version_id, ai_model) VALUES `, 5, ``),
		lines:     addToLines(),
		denials: values(`INSERT INTO denials (id, team_id, key_id, api_id, version_id, code, method, path, price, required, available, held, count, created_at,
			limit_policy, limit_most, limit_used, limit_held, limit_seconds, limit_resets_at) VALUES `, 20,
			` ON CONFLICT (id) DO UPDATE SET count = count + excluded.count, required = MAX(required, excluded.required)`),
	}
}

// transact runs a transaction. The writer's connection is one, so there is no other at the same time.
func (w *counting) transact(ctx context.Context, s *Store, work func(*counting) error) error {
	return translate(s.onWriter(ctx, func(conn driver.Conn) error {
		w.on(conn)
		if s.relaxed {
			return w.commit(work)
		}
		if err := pragma(conn, "PRAGMA synchronous = NORMAL"); err != nil {
			return err
		}
		err := w.commit(work)
		if failed := pragma(conn, "PRAGMA synchronous = FULL"); failed != nil {
			err = errors.Join(err, failed, driver.ErrBadConn) // the next transaction is of money: it gets a new connection
		}
		return err
	}))
}

// on prepares the statements anew if the connection is another than before.
func (w *counting) on(conn driver.Conn) {
	if w.conn == conn {
		return
	}
	w.conn = conn
	for _, one := range []*step{w.begin, w.end, w.undo} {
		one.prepared = nil
	}
	for _, b := range []*bulk{w.index, w.watermark, w.subjects, w.lines, w.denials} {
		b.forget()
	}
}

func (w *counting) commit(work func(*counting) error) error {
	if err := w.begin.run(w.conn); err != nil {
		return err
	}
	err := work(w)
	if err == nil {
		err = w.end.run(w.conn)
	}
	if err != nil {
		_ = w.undo.run(w.conn) // or the connection would stay in a transaction; where there is none left, nothing happens
	}
	return err
}

// pragma is not prepared beforehand: SQLite obeys this one when it is prepared.
func pragma(conn driver.Conn, text string) error {
	_, err := conn.(driver.ExecerContext).ExecContext(context.Background(), text, nil)
	return err
}

// write is exec for those who do not ask how many rows were changed.
func (b *bulk) write(conn driver.Conn, rows arguments) error {
	_, err := b.exec(conn, rows)
	return err
}
