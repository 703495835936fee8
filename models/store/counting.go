package store

import (
	"context"
	"database/sql/driver"
)

// counting is what the follower and the record of refusals write with: statements that are prepared once, on the writer's own
// connection, in transactions that do not wait for the disk. A loss of power may take such a transaction back as a whole;
// calls are then indexed and counted at the next start.
type counting struct {
	prepared
	index, watermark, subjects, lines, operations, denials *bulk
}

func newCounting() *counting {
	w := &counting{prepared: newPrepared()}
	w.index = w.values(`INSERT OR IGNORE INTO team_calls (team_id, call_id) VALUES `, 2, ``)
	w.watermark = w.values(`UPDATE follower SET call_id = MAX(call_id, `, 1, `) WHERE id = 1`)
	w.subjects = w.values(`INSERT OR IGNORE INTO usage_subjects (team_id, key_id, api_id, version_id, ai_model) VALUES `, 5, ``)
	w.lines = addToLines(&w.prepared)
	w.operations = addToOperations(&w.prepared)
	w.denials = w.values(`INSERT INTO denials (id, team_id, key_id, api_id, version_id, code, method, path, price, required, available, held, count, created_at,
		limit_policy, limit_most, limit_used, limit_held, limit_seconds, limit_resets_at) VALUES `, 20,
		` ON CONFLICT (id) DO UPDATE SET count = count + excluded.count, required = MAX(required, excluded.required)`)
	return w
}

// transact runs a transaction. Its outcome is the transaction's own: what fails after it costs a connection, for the next
// transaction may be of money, and not an error that would have something counted twice.
func (w *counting) transact(ctx context.Context, s *Store, work func(*counting) error) (err error) {
	reached := false
	unreached := s.onWriter(ctx, func(conn driver.Conn) error {
		reached = true
		if !s.relaxed {
			if err = pragma(conn, "PRAGMA synchronous = NORMAL"); err != nil {
				return driver.ErrBadConn // whatever it is set to now
			}
		}
		err = w.commit(conn, func() error { return work(w) })
		if s.relaxed {
			return nil
		}
		if failed := pragma(conn, "PRAGMA synchronous = FULL"); failed != nil {
			s.log.Warn("the database's connection is replaced", "err", failed)
			return driver.ErrBadConn
		}
		return nil
	})
	if !reached {
		err = unreached
	}
	return translate(err)
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
