package models

// Wallet is a team's prepaid money. Balance is a cached sum: at every instant it equals the sum of the wallet's ledger
// entries less its open usage hours. Seq grows with every transaction that touches the wallet, so memory can tell a newer
// balance from an older one.
type Wallet struct {
	TeamID  string `gorm:"primaryKey"`
	Balance Nano   // promotional and paid money together
	Promo   Nano   // the promotional part, burnt first
	Seq     int64
	Spend   Spend `gorm:"embedded"` // by calls, for the team's budgets
}

// Take splits an amount by the burn order: promotional credit first, then paid.
func (w Wallet) Take(amount Nano) (promo, paid Nano) {
	promo = min(amount, max(w.Promo, 0))
	return promo, amount - promo
}
