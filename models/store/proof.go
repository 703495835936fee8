package store

import (
	"context"
	"fmt"
	"strings"
)

// Proof is the answer to "is the money right?". All is well if every list is empty.
type Proof struct {
	UnbalancedTransactions []string // entries that do not sum to zero
	WrongWallets           []string // balance, or its promotional part, differs from entries less open hours
	WrongHours             []string // usage hours that differ from the calls they sum up, as team/api/hour
}

// Holds says whether nothing is wrong.
func (p Proof) Holds() bool {
	return len(p.UnbalancedTransactions)+len(p.WrongWallets)+len(p.WrongHours) == 0
}

// String says in a line what is wrong, with the first few of each list; nothing if all is well.
func (p Proof) String() string {
	var findings []string
	for _, list := range []struct {
		what string
		ids  []string
	}{
		{"transactions that do not sum to zero", p.UnbalancedTransactions},
		{"wallets that differ from their entries", p.WrongWallets},
		{"hours that differ from their calls", p.WrongHours},
	} {
		if n := len(list.ids); n > 0 {
			findings = append(findings, fmt.Sprintf("%s: %d (%s)", list.what, n, strings.Join(list.ids[:min(n, 3)], ", ")))
		}
	}
	return strings.Join(findings, "; ")
}

// Prove checks the whole ledger against the wallets and the calls, in one snapshot of the database. It reads every row.
func (s *Store) Prove(ctx context.Context) (p Proof, err error) {
	tx := s.read(ctx).Begin()
	if tx.Error != nil {
		return p, translate(tx.Error)
	}
	defer tx.Rollback()
	for _, check := range []struct {
		into *[]string
		sql  string
	}{
		{&p.UnbalancedTransactions, `SELECT transaction_id FROM ledger_entries GROUP BY transaction_id HAVING SUM(amount) <> 0`},
		{&p.WrongWallets, `SELECT w.team_id FROM wallets w WHERE w.balance <>
			COALESCE((SELECT SUM(e.amount) FROM ledger_entries e WHERE e.team_id = w.team_id AND e.team_id <> ''), 0) -
			COALESCE((SELECT SUM(u.amount) FROM usage_hours u WHERE u.team_id = w.team_id AND NOT u.sealed), 0)
			OR w.promo <>
			COALESCE((SELECT SUM(e.amount) FROM ledger_entries e WHERE e.team_id = w.team_id AND e.team_id <> '' AND e.account = 'wallet:promo'), 0) -
			COALESCE((SELECT SUM(u.amount) FROM usage_hours u WHERE u.team_id = w.team_id AND NOT u.sealed AND u.credit = 'promo'), 0)`},
		{&p.WrongHours, `SELECT team_id || '/' || api_id || '/' || hour FROM (
			SELECT team_id, api_id, hour, SUM(amount) AS amount, SUM(written_off) AS written_off FROM usage_hours GROUP BY team_id, api_id, hour
			UNION ALL
			SELECT e.team_id, e.api_id, c.hour, -SUM(c.charge), -SUM(c.written_off) FROM calls c JOIN entitlements e ON e.id = c.entitlement_id
			WHERE c.charge > 0 OR c.written_off > 0 GROUP BY e.team_id, e.api_id, c.hour
		) GROUP BY team_id, api_id, hour HAVING SUM(amount) <> 0 OR SUM(written_off) <> 0`},
	} {
		if err := tx.Raw(check.sql).Scan(check.into).Error; err != nil {
			return p, translate(err)
		}
	}
	return p, nil
}
