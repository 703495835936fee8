package models

import "time"

// LedgerTransaction is one movement of money: entries that sum to zero, with its cause. Rows are never changed or
// deleted; a correction is a further transaction that names the one it corrects.
type LedgerTransaction struct {
	ID          string `gorm:"primaryKey"`
	BusinessKey string // unique: the fact that caused it, so that it can be posted only once
	Kind        LedgerKind
	TeamID      string // whose wallet it touches
	Memo        string
	CorrectsID  string
	CreatedBy   string // user, or "" for the system
	CreatedAt   time.Time
}

// LedgerEntry is one side of a transaction. Amount is negative on the debited account and positive on the credited one,
// so a wallet's entries sum to what the team may spend.
type LedgerEntry struct {
	ID            int64 `gorm:"primaryKey;autoIncrement"`
	TransactionID string
	Account       Account
	TeamID        string // for wallet accounts, "" for the system's
	Amount        Nano
}

// Account is an account of the ledger. Wallet accounts exist once per team, the others once.
type Account string

// The chart of accounts that is in use.
const (
	WalletPaid        Account = "wallet:paid"
	WalletPromo       Account = "wallet:promo"
	StripeClearing    Account = "stripe:clearing" // paid to Stripe, not yet at the bank
	RevenueUsage      Account = "revenue:usage"
	ExpensePromo      Account = "expense:promo"      // credit given away
	ExpenseWriteoff   Account = "expense:writeoff"   // what calls cost beyond what their wallets could pay
	ExpenseCorrection Account = "expense:correction" // the other side of what an administrator puts right
)

// IsWallet says whether the account is part of a team's wallet.
func (a Account) IsWallet() bool { return a == WalletPaid || a == WalletPromo }

// LedgerKind is the sort of event behind a transaction.
type LedgerKind string

// The kinds of transactions.
const (
	LedgerTopup      LedgerKind = "topup"
	LedgerGrant      LedgerKind = "grant"
	LedgerExpiry     LedgerKind = "expiry" // of a grant that was not used in time
	LedgerUsage      LedgerKind = "usage"
	LedgerRefund     LedgerKind = "refund"     // of a call whose answer did not arrive
	LedgerCorrection LedgerKind = "correction" // by an administrator, with a reason
)

// StatementLine is one movement as a wallet's owner sees it.
type StatementLine struct {
	TransactionID string
	Kind          LedgerKind
	Memo          string
	Amount        Nano
	CreatedAt     time.Time
	Seq           int64 // order within the statement, the largest entry id
	Balance       Nano  `gorm:"-"` // of what is in the ledger, up to and including this line
}
