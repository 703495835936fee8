package crash

import (
	"database/sql"
	"path/filepath"

	"github.com/faregate/faregate/cmd/faregate/demo"
	"github.com/faregate/faregate/models"
)

// charge is what the books say of a call.
type charge struct {
	team, key string
	status    int
	amount    models.Nano
}

// books look into the database beside the program that has it open.
type books struct {
	s  *series
	db *sql.DB
}

func (s *series) open() books {
	s.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.dir, "faregate.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	s.must(err)
	return books{s, db}
}

func (b books) close() { b.s.must(b.db.Close()) }

// number reads one number.
func (b books) number(query string, args ...any) (n int64) {
	b.s.Helper()
	b.s.must(b.db.QueryRow(query, args...).Scan(&n))
	return n
}

func (b books) balance(p payer) models.Nano {
	b.s.Helper()
	return models.Nano(b.number(`SELECT balance FROM wallets WHERE team_id = ?`, p.id))
}

func (b books) spentBy(k key) models.Nano {
	b.s.Helper()
	return models.Nano(b.number(`SELECT COALESCE((SELECT total_spent FROM key_spend WHERE key_id = ?), 0)`, k.id))
}

func (b books) calls() map[models.CallID]charge {
	b.s.Helper()
	rows, err := b.db.Query(`SELECT c.id, e.team_id, e.key_id, c.status, c.charge FROM calls c JOIN entitlements e ON e.id = c.entitlement_id`)
	b.s.must(err)
	defer rows.Close()
	calls := map[models.CallID]charge{}
	for rows.Next() {
		var id models.CallID
		var c charge
		b.s.must(rows.Scan(&id, &c.team, &c.key, &c.status, &c.amount))
		calls[id] = c
	}
	b.s.must(rows.Err())
	return calls
}

func (b books) unconfirmed() map[models.CallID]bool {
	b.s.Helper()
	rows, err := b.db.Query(`SELECT call_id FROM unconfirmed_calls`)
	b.s.must(err)
	defer rows.Close()
	ids := map[models.CallID]bool{}
	for rows.Next() {
		var id models.CallID
		b.s.must(rows.Scan(&id))
		ids[id] = true
	}
	b.s.must(rows.Err())
	return ids
}

// compare holds what callers have received against the books, both from the beginning of the series.
func (b books) compare() {
	b.s.Helper()
	calls, unconfirmed := b.calls(), b.unconfirmed()
	b.received(calls)
	b.charged(calls, unconfirmed)
	b.counters(calls)
	b.given()
}

// received: a complete answer of the upstream's is in the books with the charge that its caller was told; a refusal cost
// nothing.
func (b books) received(calls map[models.CallID]charge) {
	b.s.Helper()
	for id, a := range b.s.answers {
		row, there := calls[id]
		switch {
		case a.status == -1:
			b.s.Errorf("%s to %s has its end mark and not all before it", id, a.of.path)
		case !a.whole:
		case !a.upstream && row.amount != 0:
			b.s.Errorf("%s was refused with %d and charged %d", id, a.status, row.amount)
		case !a.upstream:
		case !there && b.s.lossy && a.of.cost == 0: // it went on although its row could not be written
		case !there:
			b.s.Errorf("%s to %s was answered whole and is not in the books", id, a.of.path)
		case row.status != a.of.status, row.amount != a.of.cost, a.told && a.charged != row.amount, !a.told && (a.of.flows || a.of.length < 64<<10):
			b.s.Errorf("%s to %s: the books have %d for a %d, its caller was told %d (%t) for a %d", id, a.of.path, row.amount, row.status, a.charged, a.told, a.status)
		}
	}
}

// charged: whatever was charged was received whole, or is on the list of calls that may want a refund.
func (b books) charged(calls map[models.CallID]charge, unconfirmed map[models.CallID]bool) {
	b.s.Helper()
	for id, row := range calls {
		if row.amount > 0 && !b.s.answers[id].whole && !unconfirmed[id] {
			b.s.Errorf("%s was charged %d, its caller has %+v, and it is not on the list", id, row.amount, b.s.answers[id])
		}
	}
	for id := range unconfirmed {
		if calls[id].amount <= 0 {
			b.s.Errorf("%s is on the list and cost nothing", id)
		}
	}
}

// counters: what wallets, keys and subscriptions have counted is what the rows of calls add up to.
func (b books) counters(calls map[models.CallID]charge) {
	b.s.Helper()
	teams, keys, counted := map[string]models.Nano{}, map[string]models.Nano{}, map[string]int64{}
	for _, row := range calls {
		teams[row.team] += row.amount
		keys[row.key] += row.amount
		if row.status == 200 {
			counted[row.team]++
		}
	}
	for team, spent := range teams {
		for _, column := range []string{"total_spent", "day_spent", "month_spent"} {
			if n := b.number(`SELECT `+column+` FROM wallets WHERE team_id = ?`, team); models.Nano(n) != spent {
				b.s.Errorf("%s of %s is %d, and its calls cost %d", column, team, n, spent)
			}
		}
		if n := b.number(`SELECT COALESCE(SUM(calls), 0) FROM quota_use WHERE team_id = ?`, team); n != counted[team] {
			b.s.Errorf("the quota of %s has counted %d calls of %d", team, n, counted[team])
		}
	}
	for key, spent := range keys {
		for _, column := range []string{"total_spent", "day_spent", "month_spent"} {
			if n := b.number(`SELECT COALESCE((SELECT `+column+` FROM key_spend WHERE key_id = ?), 0)`, key); models.Nano(n) != spent {
				b.s.Errorf("%s of %s is %d, and its calls cost %d", column, key, n, spent)
			}
		}
	}
	if keys[b.s.tight.id] > b.s.tight.budget {
		b.s.Errorf("a key with a budget of %d spent %d", b.s.tight.budget, keys[b.s.tight.id])
	}
}

// given: credit that the portal has confirmed is in the ledger once, credit that it has not at most once.
func (b books) given() {
	b.s.Helper()
	for token, confirmed := range b.s.grants {
		n := b.number(`SELECT COUNT(*) FROM ledger_transactions WHERE business_key = ?`, "grant:"+token)
		if n > 1 || confirmed && n != 1 {
			b.s.Errorf("credit was given %d times; confirmed: %t", n, confirmed)
		}
	}
	granted := models.Nano(b.number(`SELECT COUNT(*) FROM ledger_transactions WHERE business_key LIKE 'grant:txn_%'`)) * gift
	spent := models.Nano(b.number(`SELECT total_spent FROM wallets WHERE team_id = ?`, b.s.small.id))
	if want := 10*demo.Price + granted - spent; b.balance(b.s.small) != want {
		b.s.Errorf("the small team has %d, want %d", b.balance(b.s.small), want)
	}
}
