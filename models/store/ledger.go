package store

import (
	"context"
	"fmt"
	"strconv"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// post writes a posting and changes the wallet by it. models.ErrConflict if its business key was posted before.
func (t *txn) post(p billing.Posting) (models.Wallet, error) {
	w, err := t.wallet(p.Transaction.TeamID)
	if err != nil {
		return w, err
	}
	if err := t.write(p); err != nil {
		return w, err
	}
	before := w
	if w, err = p.Apply(w); err != nil {
		return w, err
	}
	if given := w.Promo - before.Promo; given > 0 {
		if err := t.addLot(before, p, given); err != nil {
			return w, err
		}
	}
	return w, t.saveWallet(w)
}

// write adds the rows of a posting without touching a balance. The transaction's row comes first, so a business key that
// was posted before stops everything.
func (t *txn) write(p billing.Posting) error {
	if err := p.Check(); err != nil {
		return err
	}
	if err := t.Create(&p.Transaction).Error; err != nil {
		return fmt.Errorf("post %s: %w", p.Transaction.BusinessKey, err)
	}
	return t.Create(&p.Entries).Error
}

// GrantCredit gives a team promotional credit; models.ErrConflict if this gift was given before.
func (s *Store) GrantCredit(ctx context.Context, actor models.Actor, g models.Gift) (models.Wallet, error) {
	var w models.Wallet
	err := s.transact(ctx, func(t *txn) (err error) {
		w, err = t.give(actor, g)
		return err
	})
	return w, err
}

func (t *txn) give(actor models.Actor, g models.Gift) (models.Wallet, error) {
	w, err := t.post(billing.GrantPosting(g, actor.UserID, t.now))
	if err != nil {
		return w, err
	}
	details := g.Amount.Decimal(2) + " " + g.Reason
	if g.ExpiresAt != nil {
		details += ", until " + g.ExpiresAt.UTC().Format("2 Jan 2006 15:04") + " UTC"
	}
	return w, t.audit(actor, models.AuditCreditGranted, g.TeamID, g.TeamID, details)
}

// CorrectBalance books what an administrator puts right: a credit, or a debit, an amount below zero, that the caller has
// reserved. The key names this one act: repeated, it changes nothing more and returns models.ErrConflict.
func (s *Store) CorrectBalance(ctx context.Context, actor models.Actor, teamID, key, reason string, amount models.Nano) (models.Wallet, error) {
	var w models.Wallet
	err := s.transact(ctx, func(t *txn) (err error) {
		if w, err = t.wallet(teamID); err != nil {
			return err
		}
		if w, err = t.post(billing.CorrectionPosting(w, key, reason, actor.UserID, amount, t.now)); err != nil {
			return err
		}
		return t.audit(actor, models.AuditBalanceCorrected, teamID, teamID, amount.Decimal(2)+" "+reason)
	})
	return w, err
}

// CorrectionBooked says whether a correction was booked under a key.
func (s *Store) CorrectionBooked(ctx context.Context, key string) (bool, error) {
	var found int64
	err := s.read(ctx).Raw(`SELECT COUNT(*) FROM ledger_transactions WHERE business_key = ?`, billing.CorrectionKey(key)).Scan(&found).Error
	return found == 1, translate(err)
}

// Statement lists the movements of a team's wallet that are in the ledger, newest first, each with the balance after it. Open hours are
// not among them.
func (s *Store) Statement(ctx context.Context, teamID string, page models.Page) (models.Paged[models.StatementLine], error) {
	before := int64(1<<63 - 1)
	if page.After != "" {
		seq, err := strconv.ParseInt(page.After, 10, 64)
		if err != nil {
			return models.Paged[models.StatementLine]{}, nil //nolint:nilerr // a cursor of nothing: an empty page
		}
		before = seq
	}
	// A line is the last of a transaction's entries on the wallet, with their sum. "team_id <> ''" lets SQLite use the index.
	var rows []models.StatementLine
	err := s.read(ctx).Raw(`SELECT x.id AS transaction_id, x.kind, x.memo, x.created_at, e.id AS seq,
			(SELECT SUM(s.amount) FROM ledger_entries s WHERE s.transaction_id = e.transaction_id AND s.team_id = e.team_id) AS amount
		FROM ledger_entries e JOIN ledger_transactions x ON x.id = e.transaction_id
		WHERE e.team_id = ? AND e.team_id <> '' AND e.id < ? AND NOT EXISTS (
			SELECT 1 FROM ledger_entries l WHERE l.transaction_id = e.transaction_id AND l.team_id = e.team_id AND l.id > e.id)
		ORDER BY e.id DESC LIMIT ?`, teamID, before, page.Size()+1).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return models.Paged[models.StatementLine]{}, translate(err)
	}
	var balance models.Nano
	err = s.read(ctx).Raw(`SELECT COALESCE(SUM(amount), 0) FROM ledger_entries WHERE team_id = ? AND team_id <> '' AND id <= ?`,
		teamID, rows[0].Seq).Scan(&balance).Error
	for i := range rows {
		rows[i].Balance = balance
		balance -= rows[i].Amount
	}
	return models.Cut(rows, page.Size(), func(l models.StatementLine) string { return strconv.FormatInt(l.Seq, 10) }), translate(err)
}
