package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"gorm.io/gorm"

	"github.com/faregate/faregate/models"
)

// proofQuery finds what a check cannot explain: rows of team, subject, amount and calls. One that serves two checks says in
// a further column, "other", which of its rows belong to the second.
type proofQuery struct {
	check, other models.ProofCheck
	sql          string
}

// quotaGrace is, in milliseconds, how long before a period's beginning a call may have arrived that was admitted in it.
const quotaGrace = "60000"

var proofQueries = []proofQuery{
	{check: models.CheckEntries, sql: `SELECT COALESCE(MAX(x.team_id), '') AS team_id, e.transaction_id AS subject, SUM(e.amount) AS amount
		FROM ledger_entries e LEFT JOIN ledger_transactions x ON x.id = e.transaction_id GROUP BY e.transaction_id HAVING SUM(e.amount) <> 0`},
	{check: models.CheckWallets, sql: `WITH posted AS (
			SELECT team_id, SUM(amount) AS balance, SUM(CASE WHEN account = 'wallet:promo' THEN amount ELSE 0 END) AS promo
			FROM ledger_entries WHERE team_id <> '' GROUP BY team_id),
		open AS (
			SELECT team_id, SUM(amount) AS balance, SUM(CASE WHEN credit = 'promo' THEN amount ELSE 0 END) AS promo
			FROM usage_hours WHERE NOT sealed GROUP BY team_id),
		off AS (
			SELECT w.team_id, w.balance - COALESCE(p.balance, 0) + COALESCE(o.balance, 0) AS balance,
				w.promo - COALESCE(p.promo, 0) + COALESCE(o.promo, 0) AS promo
			FROM wallets w LEFT JOIN posted p ON p.team_id = w.team_id LEFT JOIN open o ON o.team_id = w.team_id)
		SELECT team_id, 'balance' AS subject, balance AS amount FROM off WHERE balance <> 0
		UNION ALL SELECT team_id, 'promotional credit', promo FROM off WHERE promo <> 0`},
	{check: models.CheckLots, sql: `SELECT w.team_id, 'promotional credit' AS subject, w.promo - COALESCE(SUM(l.remaining), 0) AS amount
		FROM wallets w LEFT JOIN credit_lots l ON l.team_id = w.team_id AND l.remaining > 0
		GROUP BY w.team_id HAVING w.promo > COALESCE(SUM(l.remaining), 0)`},
	{check: models.CheckUsage, other: models.CheckHours, sql: `SELECT team_id,
			COALESCE((SELECT name FROM apis WHERE id = api_id), api_id) || ', ' || strftime('%Y-%m-%d %H:00', hour * 3600, 'unixepoch') || ' UTC' AS subject,
			CASE WHEN SUM(amount) <> 0 THEN SUM(amount) ELSE SUM(written_off) END AS amount, MAX(kept) = 0 AS other
		FROM (
			SELECT team_id, api_id, hour, SUM(amount) AS amount, SUM(written_off) AS written_off, 1 AS kept FROM usage_hours GROUP BY team_id, api_id, hour
			UNION ALL
			SELECT e.team_id, e.api_id, c.hour, -SUM(c.charge), -SUM(c.written_off), 0 FROM calls c JOIN entitlements e ON e.id = c.entitlement_id
			WHERE c.charge > 0 OR c.written_off > 0 GROUP BY e.team_id, e.api_id, c.hour
		) GROUP BY team_id, api_id, hour HAVING SUM(amount) <> 0 OR SUM(written_off) <> 0`},
	{check: models.CheckBudgets, sql: `WITH paid AS MATERIALIZED (
			SELECT e.team_id, e.key_id, s.charge FROM (SELECT entitlement_id, SUM(charge) AS charge FROM calls GROUP BY entitlement_id) s
			JOIN entitlements e ON e.id = s.entitlement_id)
		SELECT team_id, 'the team' AS subject, SUM(spent) AS amount FROM (
			SELECT team_id, total_spent AS spent FROM wallets UNION ALL SELECT team_id, -charge FROM paid
		) GROUP BY team_id HAVING SUM(spent) <> 0
		UNION ALL
		SELECT COALESCE(MAX(k.team_id), ''), 'key ' || COALESCE(MAX(k.name), s.key_id), SUM(s.spent) FROM (
			SELECT key_id, total_spent AS spent FROM key_spend UNION ALL SELECT key_id, -charge FROM paid
		) s LEFT JOIN api_keys k ON k.id = s.key_id GROUP BY s.key_id HAVING SUM(s.spent) <> 0`},
	{check: models.CheckQuotas, sql: `SELECT q.team_id, COALESCE(a.name, q.api_id) AS subject, q.calls - COALESCE(made.calls, 0) AS calls
		FROM quota_use q LEFT JOIN apis a ON a.id = q.api_id LEFT JOIN (
			SELECT p.team_id, p.api_id, COUNT(*) AS calls FROM quota_use p
			JOIN entitlements e ON e.team_id = p.team_id AND e.api_id = p.api_id AND e.subscription_id <> ''
			JOIN calls c ON c.entitlement_id = e.id AND c.id >= (p.period_start * 1000 - ` + quotaGrace + `) << 16 GROUP BY p.team_id, p.api_id
		) made ON made.team_id = q.team_id AND made.api_id = q.api_id WHERE q.calls > COALESCE(made.calls, 0)`},
	{check: models.CheckWriteOffs, sql: `SELECT '' AS team_id, 'closed hours' AS subject, SUM(amount) AS amount FROM (
			SELECT COALESCE(SUM(written_off), 0) AS amount FROM usage_hours WHERE sealed
			UNION ALL SELECT COALESCE(SUM(amount), 0) FROM ledger_entries WHERE account = 'expense:writeoff'
		) HAVING SUM(amount) <> 0`},
}

// Prove checks the whole ledger against the wallets, the counters and the calls, in one snapshot of the database. It reads
// every row, which takes about a minute for ten million calls.
func (s *Store) Prove(ctx context.Context) (models.Proof, error) {
	return s.ProveStepwise(ctx, func(int) {})
}

// ProveStepwise is Prove that tells after each step how many of models.ProofSteps are done.
func (s *Store) ProveStepwise(ctx context.Context, done func(steps int)) (p models.Proof, err error) {
	tx := s.read(ctx).Begin()
	if tx.Error != nil {
		return p, translate(tx.Error)
	}
	defer tx.Rollback()
	for i, query := range proofQueries {
		if err := query.run(tx, &p); err != nil {
			return p, translate(err)
		}
		done(i + 1)
	}
	err = tx.Raw(`SELECT COALESCE(SUM(written_off), 0) AS amount, COUNT(*) AS calls, COALESCE(MAX(id), 0) AS last FROM calls WHERE written_off > 0`).
		Scan(&p.WrittenOff).Error
	done(models.ProofSteps)
	return p, translate(err)
}

func (q proofQuery) run(tx *gorm.DB, p *models.Proof) error {
	var rows []struct {
		models.Finding `gorm:"embedded"`
		Other          bool
	}
	if err := tx.Raw(q.sql).Scan(&rows).Error; err != nil {
		return err
	}
	found := map[models.ProofCheck]int{}
	for _, row := range rows {
		row.Check = q.check
		if row.Other {
			row.Check = q.other
		}
		if found[row.Check]++; found[row.Check] > models.MaxFindings {
			p.Left++
			continue
		}
		p.Findings = append(p.Findings, row.Finding)
	}
	return nil
}

// SaveProof keeps a proof in the place of the last one.
func (s *Store) SaveProof(ctx context.Context, p models.Proof) error {
	result, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return s.transact(ctx, func(t *txn) error {
		return t.Exec(`INSERT INTO proofs (id, made_at, result) VALUES (1, ?, ?)
			ON CONFLICT (id) DO UPDATE SET made_at = excluded.made_at, result = excluded.result`, p.At, result).Error
	})
}

// LastProof is the proof that was kept last, or models.ErrNotFound.
func (s *Store) LastProof(ctx context.Context) (p models.Proof, err error) {
	var row struct {
		MadeAt time.Time
		Result []byte
	}
	if err := s.read(ctx).Raw(`SELECT made_at, result FROM proofs WHERE id = 1`).Take(&row).Error; err != nil {
		return p, translate(err)
	}
	if err := json.Unmarshal(row.Result, &p); err != nil {
		return p, errors.Join(errors.New("store: the kept proof cannot be read; make a new one"), err)
	}
	return p, nil
}
