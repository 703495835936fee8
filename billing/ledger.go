package billing

import (
	"errors"
	"fmt"
	"time"

	"github.com/faregate/faregate/models"
)

// Posting is a ledger transaction with its entries, ready to be written. Constructors of this file are the only places
// that say which accounts an event touches.
type Posting struct {
	Transaction models.LedgerTransaction
	Entries     []models.LedgerEntry
	Expires     *time.Time // when the promotional credit ends that it brings; nil: never
}

// ErrUnbalanced says that a posting's entries do not sum to zero. It is a defect of ours and is never written.
var ErrUnbalanced = errors.New("billing: entries do not sum to zero")

// TopupPosting is the credit of a paid top-up: stripe:clearing → wallet:paid.
func TopupPosting(t models.Topup, now time.Time) Posting {
	return post(models.LedgerTransaction{
		BusinessKey: "topup:" + t.ID, Kind: models.LedgerTopup, TeamID: t.TeamID, Memo: "Top-up", CreatedAt: now,
	}, models.StripeClearing, models.WalletPaid, t.Amount)
}

// GrantPosting is credit given without a payment: expense:promo → wallet:promo. The key makes a repeated request the same gift.
func GrantPosting(g models.Gift, userID string, now time.Time) Posting {
	p := post(models.LedgerTransaction{
		BusinessKey: "grant:" + g.Key, Kind: models.LedgerGrant, TeamID: g.TeamID, Memo: g.Reason, CreatedBy: userID, CreatedAt: now,
	}, models.ExpensePromo, models.WalletPromo, g.Amount)
	p.Expires = g.ExpiresAt
	return p
}

// UsagePosting seals a closed usage hour: wallet:paid or wallet:promo → revenue:usage, and for what the wallet could not pay
// expense:writeoff → revenue:usage. The wallet's balance was lowered when the calls were settled, so writing this changes the
// entries and not the balance.
func UsagePosting(u models.UsageHour, apiName string, now time.Time) Posting {
	p := Posting{Transaction: models.LedgerTransaction{
		ID: models.NewID(models.KindTransaction), BusinessKey: fmt.Sprintf("usage:%s:%s:%s:%d", u.TeamID, u.APIID, u.Grant, u.Hour),
		Kind: models.LedgerUsage, TeamID: u.TeamID, Memo: usageMemo(apiName, u.Hour), CreatedAt: now,
	}}
	p.move(u.Grant.Account(), models.RevenueUsage, u.Amount)
	p.move(models.ExpenseWriteoff, models.RevenueUsage, u.WrittenOff)
	return p
}

// RefundPosting gives back what a call cost whose answer did not arrive: revenue:usage → the credit that it burnt. There is
// one for a call.
func RefundPosting(c models.Call, userID string, now time.Time) Posting {
	p := Posting{Transaction: models.LedgerTransaction{
		ID: models.NewID(models.KindTransaction), BusinessKey: "refund:" + c.ID.String(), Kind: models.LedgerRefund, TeamID: c.TeamID,
		Memo: "Refund of the call " + c.ID.String(), CreatedBy: userID, CreatedAt: now,
	}}
	p.move(models.RevenueUsage, models.WalletPromo, c.Promo)
	p.move(models.RevenueUsage, models.WalletPaid, c.Charge-c.Promo)
	return p
}

// CorrectionPosting is what an administrator puts right: credit is expense:correction → wallet:paid; a debit, an amount below
// zero, takes promotional credit first. The key makes a repeated request the same correction.
func CorrectionPosting(w models.Wallet, key, reason, userID string, amount models.Nano, now time.Time) Posting {
	p := Posting{Transaction: models.LedgerTransaction{
		ID: models.NewID(models.KindTransaction), BusinessKey: CorrectionKey(key), Kind: models.LedgerCorrection, TeamID: w.TeamID,
		Memo: reason, CreatedBy: userID, CreatedAt: now,
	}}
	if amount >= 0 {
		p.move(models.ExpenseCorrection, models.WalletPaid, amount)
		return p
	}
	promo, paid := w.Take(-amount)
	p.move(models.WalletPromo, models.ExpenseCorrection, promo)
	p.move(models.WalletPaid, models.ExpenseCorrection, paid)
	return p
}

// CorrectionKey is the business key of the correction that a form's key names.
func CorrectionKey(key string) string { return "correction:" + key }

// move adds the two entries of an amount that goes from one account to another; nothing for nothing.
func (p *Posting) move(debit, credit models.Account, amount models.Nano) {
	if amount != 0 {
		p.Entries = append(p.Entries, entry(p.Transaction, debit, -amount), entry(p.Transaction, credit, amount))
	}
}

// usageMemo names the API and the hour; the transaction's own time is that of the sealing.
func usageMemo(apiName string, hour models.Hour) string {
	return apiName + ", " + hour.Start().Format("2 Jan 2006 15:04") + " to " + (hour + 1).Start().Format("15:04") + " UTC"
}

// post debits one account and credits another.
func post(txn models.LedgerTransaction, debit, credit models.Account, amount models.Nano) Posting {
	txn.ID = models.NewID(models.KindTransaction)
	return Posting{Transaction: txn, Entries: []models.LedgerEntry{
		entry(txn, debit, -amount),
		entry(txn, credit, amount),
	}}
}

func entry(txn models.LedgerTransaction, account models.Account, amount models.Nano) models.LedgerEntry {
	e := models.LedgerEntry{TransactionID: txn.ID, Account: account, Amount: amount}
	if account.IsWallet() {
		e.TeamID = txn.TeamID
	}
	return e
}

// Check returns ErrUnbalanced unless the entries sum to zero and none of them is empty.
func (p Posting) Check() error {
	var sum models.Nano
	for _, e := range p.Entries {
		var err error
		if sum, err = sum.Add(e.Amount); err != nil || e.Amount == 0 {
			return fmt.Errorf("%w: %s: %s on %s", ErrUnbalanced, p.Transaction.BusinessKey, e.Amount.Decimal(2), e.Account)
		}
	}
	if sum != 0 || len(p.Entries) < 2 {
		return fmt.Errorf("%w: %s: off by %s", ErrUnbalanced, p.Transaction.BusinessKey, sum.Decimal(2))
	}
	return nil
}

// Apply returns the wallet after the posting, with its seq advanced.
func (p Posting) Apply(w models.Wallet) (models.Wallet, error) {
	var err error
	for _, e := range p.Entries {
		if !e.Account.IsWallet() {
			continue
		}
		if w.Balance, err = w.Balance.Add(e.Amount); err != nil {
			return w, err
		}
		if e.Account == models.WalletPromo {
			w.Promo += e.Amount
		}
	}
	w.Seq++
	return w, nil
}
