package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// SettleCalls implements billing.CallBooks: call rows, open hours, wallets, budgets and quotas of a whole batch in one
// transaction of a handful of statements. A wallet that would fall below zero fails the batch by the table's own check; holds
// make sure that it never comes to that.
func (s *Store) SettleCalls(ctx context.Context, calls []*models.Call, earlier []models.CallID) ([]models.Wallet, error) {
	var wallets []models.Wallet
	err := s.onWriter(ctx, func(conn driver.Conn) (err error) {
		wallets, err = s.settling.settle(s, conn, calls, earlier)
		return err
	})
	switch {
	case err == nil:
		s.awaitFollower(calls)
	case errors.Is(err, ErrFenced):
		s.fenceOnce.Do(func() { close(s.fenced) })
	case isConstraint(err) || errors.Is(err, models.ErrNotFound):
		err = fmt.Errorf("%w: %w", billing.ErrCallRefused, err)
	default:
		s.doubt(calls)
	}
	return wallets, translate(err)
}

// onWriter does something on the driver's connection of the one writer.
func (s *Store) onWriter(ctx context.Context, do func(driver.Conn) error) error {
	pool, err := s.writer.DB()
	if err != nil {
		return err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // back to the pool
	return conn.Raw(func(raw any) error { return do(raw.(driver.Conn)) })
}

// maxEntitlements bounds those that are remembered by number, and maxWallets the wallets that are.
const (
	maxEntitlements = 50_000
	maxWallets      = 50_000
)

// errStale says that a wallet is not as it was remembered. Nothing of the transaction stays.
var errStale = errors.New("store: a wallet was changed since it was remembered")

// settling is what the commits of calls share: their statements, the numbers of entitlements, and the room for a batch. It
// belongs to whoever has the writer's connection.
//
// Wallets are remembered as the last commit of calls left them, so that most commits need not read them. What is remembered
// only proposes: the statement that saves a wallet changes it only if it is still that one, by its seq, which every
// transaction on a wallet advances, and by what its team ever had, which a charge moves from the balance to what was spent.
// Otherwise, and where a rule of the books is broken, all is undone and done again with what is read.
type settling struct {
	prepared
	numbers map[models.Entitlement]int64
	known   map[string]models.Wallet
	batch   batch

	open, numberOf, number, calls, console, wallets, save, hours, keys, quotas *bulk
}

// spendColumns are those of a models.Spend, in wallets and key_spend.
const spendColumns = "day_start, day_end, day_spent, month_start, month_end, month_spent, total_spent"

func newSettling() *settling {
	x := &settling{prepared: newPrepared(), numbers: map[models.Entitlement]int64{}, known: map[string]models.Wallet{}}
	x.batch.fresh = map[models.Entitlement]int64{}
	x.open = x.values(`UPDATE open_answers SET calls = `, 1, ` WHERE id = 1 AND (SELECT epoch FROM node WHERE id = 1) = ?`)
	x.numberOf = x.values(`SELECT id FROM entitlements WHERE
			(key_id, release_id, revision_id, subscription_id, version_id, api_id, team_id) = `, 7, ``)
	x.number = x.values(`INSERT INTO entitlements (team_id, key_id, api_id, version_id, release_id, plan_id, revision_id, subscription_id) VALUES `,
		8, ` RETURNING id`)
	// A call that breaks a rule ends the transaction in any case; told so, SQLite keeps no way back to before the statement.
	x.calls = x.values(`INSERT OR ROLLBACK INTO calls (id, entitlement_id, method, path, status, origin, price, hold, charge, promo, written_off,
			evidence, hour, duration_micros, request_bytes, response_bytes) VALUES `, 16, ``)
	x.console = x.values(`INSERT INTO console_calls (call_id, user_id) VALUES `, 2, ``)
	x.wallets = x.values(`SELECT team_id, balance, promo, seq, `+spendColumns+` FROM wallets WHERE team_id IN (`, 1, `)`)
	x.save = x.values(`INSERT INTO wallets (team_id, balance, promo, seq, `+spendColumns+`) VALUES `,
		11, ` ON CONFLICT (team_id) DO UPDATE SET balance = excluded.balance, promo = excluded.promo, seq = excluded.seq,
			day_start = excluded.day_start, day_end = excluded.day_end, day_spent = excluded.day_spent,
			month_start = excluded.month_start, month_end = excluded.month_end, month_spent = excluded.month_spent,
			total_spent = excluded.total_spent
			WHERE seq = excluded.seq - 1 AND balance + total_spent = excluded.balance + excluded.total_spent`).single()
	x.hours = x.values(`INSERT INTO usage_hours (team_id, api_id, credit, hour, amount, written_off, calls) VALUES `,
		7, ` ON CONFLICT (team_id, hour, api_id, credit) DO UPDATE SET amount = amount + excluded.amount,
			written_off = written_off + excluded.written_off, calls = calls + excluded.calls WHERE NOT sealed`).single()
	// These two do what models.Spend.Add and models.QuotaUse.Add do.
	x.keys = x.values(`INSERT INTO key_spend (key_id, `+spendColumns+`) VALUES `,
		8, ` ON CONFLICT (key_id) DO UPDATE SET
			day_spent = CASE WHEN excluded.day_start > day_start THEN excluded.day_spent
				WHEN excluded.day_start = day_start THEN day_spent + excluded.day_spent ELSE day_spent END,
			day_end = CASE WHEN excluded.day_start > day_start THEN excluded.day_end
				WHEN excluded.day_start = day_start THEN MAX(day_end, excluded.day_end) ELSE day_end END,
			day_start = MAX(day_start, excluded.day_start),
			month_spent = CASE WHEN excluded.month_start > month_start THEN excluded.month_spent
				WHEN excluded.month_start = month_start THEN month_spent + excluded.month_spent ELSE month_spent END,
			month_end = CASE WHEN excluded.month_start > month_start THEN excluded.month_end
				WHEN excluded.month_start = month_start THEN MAX(month_end, excluded.month_end) ELSE month_end END,
			month_start = MAX(month_start, excluded.month_start),
			total_spent = total_spent + excluded.total_spent`).single()
	x.quotas = x.values(`INSERT INTO quota_use (team_id, api_id, period_start, period_end, period, calls) VALUES `,
		6, ` ON CONFLICT (team_id, api_id) DO UPDATE SET
			calls = CASE WHEN excluded.period_start > period_start THEN excluded.calls
				WHEN excluded.period_start = period_start THEN calls + excluded.calls ELSE calls END,
			period = CASE WHEN (excluded.period_start, excluded.period_end) > (period_start, period_end) THEN excluded.period ELSE period END,
			period_end = CASE WHEN (excluded.period_start, excluded.period_end) > (period_start, period_end) THEN excluded.period_end
				ELSE period_end END,
			period_start = MAX(period_start, excluded.period_start)`).single()
	return x
}

// settle is the whole transaction. It returns the charged teams' wallets as it leaves them.
func (x *settling) settle(s *Store, conn driver.Conn, calls []*models.Call, earlier []models.CallID) ([]models.Wallet, error) {
	err := x.attempt(s, conn, calls, earlier)
	if errors.Is(err, errStale) || isConstraint(err) { // credit that came since may pay what the remembered could not
		for _, team := range x.batch.wallets.keys {
			delete(x.known, team)
		}
		err = x.attempt(s, conn, calls, earlier)
	}
	if err != nil {
		return nil, err
	}
	x.remember()
	return slices.Clone(x.batch.wallets.sums), nil
}

func (x *settling) attempt(s *Store, conn driver.Conn, calls []*models.Call, earlier []models.CallID) error {
	x.batch.begin(calls)
	return x.commit(conn, func() error { return x.write(s, conn, &x.batch, earlier) })
}

// write is the transaction's body.
func (x *settling) write(s *Store, conn driver.Conn, b *batch, earlier []models.CallID) error {
	if err := x.noteOpen(conn, s.epoch, b.openAnswers(earlier)); err != nil {
		return err
	}
	b.stamp(s.ledgerHour(s.clock.Now())) // inside the transaction: a sealed hour is never opened again
	if err := x.numberCalls(conn, b); err != nil {
		return err
	}
	if err := x.readWallets(conn, b); err != nil {
		return err
	}
	if err := b.charge(); err != nil {
		return err
	}
	for _, part := range []struct {
		*bulk
		rows    func(*arguments)
		skipped error // if a row is not written
	}{
		{x.save, b.walletRows, errStale}, {x.calls, b.callRows, nil}, {x.console, b.consoleRows, nil}, {x.keys, b.keyRows, nil}, {x.quotas, b.quotaRows, nil}, {x.hours, b.hourRows, errSealed},
	} {
		rows := part.fresh()
		part.rows(rows)
		changed, err := part.exec(conn, *rows)
		if err != nil {
			return err
		}
		if part.skipped != nil && changed != int64(len(*rows)/part.width) {
			return part.skipped
		}
	}
	return nil
}

// noteOpen writes which answers are open. It changes nothing, and returns ErrFenced, where another process has begun an
// epoch: that process's memory does not know of our holds.
func (x *settling) noteOpen(conn driver.Conn, epoch int64, ids []models.CallID) error {
	stmt, err := x.open.stmt(conn, len(bulkSizes)-1)
	if err != nil {
		return err
	}
	done, err := stmt.(driver.StmtExecContext).ExecContext(context.Background(),
		[]driver.NamedValue{{Ordinal: 1, Value: packCallIDs(ids)}, {Ordinal: 2, Value: epoch}})
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrFenced, err)
	}
	return nil
}

// numberCalls gives every call the number of its entitlement, and a new one a number.
func (x *settling) numberCalls(conn driver.Conn, b *batch) error {
	var last models.Entitlement // of the call before, and its number
	var n int64
	for _, call := range b.calls {
		if e := call.Entitlement(); n == 0 || e != last {
			var known bool
			if n, known = x.numbers[e]; !known {
				n, known = b.fresh[e]
			}
			if !known {
				var err error
				if n, err = x.numberFor(conn, e); err != nil {
					return err
				}
				b.fresh[e] = n
			}
			last = e
		}
		call.EntitlementID = n
	}
	return nil
}

func (x *settling) numberFor(conn driver.Conn, e models.Entitlement) (n int64, err error) {
	read := func(line []driver.Value) { n = line[0].(int64) }
	var key, row arguments
	key.add(e.KeyID, e.ReleaseID, e.RevisionID, e.SubscriptionID, e.VersionID, e.APIID, e.TeamID)
	if err := x.numberOf.query(conn, key, 1, read); err != nil || n != 0 {
		return n, err
	}
	row.add(e.TeamID, e.KeyID, e.APIID, e.VersionID, e.ReleaseID, e.PlanID, e.RevisionID, e.SubscriptionID)
	return n, x.number.query(conn, row, 1, read)
}

// remember keeps what was committed: the numbers of entitlements, and the wallets.
func (x *settling) remember() {
	if len(x.numbers)+len(x.batch.fresh) > maxEntitlements {
		clear(x.numbers)
	}
	maps.Copy(x.numbers, x.batch.fresh)
	if len(x.known)+len(x.batch.wallets.sums) > maxWallets {
		clear(x.known)
	}
	for _, w := range x.batch.wallets.sums {
		x.known[w.TeamID] = w
	}
}

// readWallets fills in the wallets of the batch: those that are remembered, and the others from the database.
func (x *settling) readWallets(conn driver.Conn, b *batch) error {
	unknown := x.wallets.fresh()
	for i, team := range b.wallets.keys {
		if w, known := x.known[team]; known {
			b.wallets.sums[i] = w
		} else {
			unknown.text(team)
		}
	}
	return x.wallets.query(conn, *unknown, 11, func(line []driver.Value) {
		n := func(i int) int64 { return line[i].(int64) }
		team := line[0].(string)
		*b.wallets.of(team) = models.Wallet{
			TeamID: team, Balance: models.Nano(n(1)), Promo: models.Nano(n(2)), Seq: n(3),
			Spend: models.Spend{
				DayStart: n(4), DayEnd: n(5), DaySpent: models.Nano(n(6)),
				MonthStart: n(7), MonthEnd: n(8), MonthSpent: models.Nano(n(9)), TotalSpent: models.Nano(n(10)),
			},
		}
	})
}
