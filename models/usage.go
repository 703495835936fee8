package models

// UsageHour is what a wallet's calls of one API cost in one hour, by the grant that was burnt. It is open and grows with
// every group commit until the hour is over; a job then posts it to the ledger once and seals it.
type UsageHour struct {
	TeamID string `gorm:"primaryKey"`
	APIID  string `gorm:"primaryKey;column:api_id"`
	Grant  Grant  `gorm:"primaryKey;column:credit"`
	Hour   Hour   `gorm:"primaryKey"`
	Amount Nano
	// WrittenOff is what the hour's calls cost beyond what the wallet could pay.
	WrittenOff Nano
	Calls      int64
	Sealed     bool
}

// Grant is a source of credit that usage burns.
type Grant string

// The grants: promotional credit is burnt first.
const (
	PromoCredit Grant = "promo"
	PaidCredit  Grant = "paid"
)

// Account is the wallet account that the grant lies in.
func (g Grant) Account() Account {
	if g == PromoCredit {
		return WalletPromo
	}
	return WalletPaid
}
