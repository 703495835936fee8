package models

import "time"

// CreditLot is promotional credit that came in one movement, with its end.
type CreditLot struct {
	ID        string `gorm:"primaryKey"` // of the ledger transaction that brought it
	TeamID    string
	Amount    Nano       // as it came
	Remaining Nano       // what is left of it
	ExpiresAt *time.Time // from then on it is taken back; nil: never
	CreatedAt time.Time
}

// Gift is promotional credit that is given to a team. The key names this one act of giving: repeated, it gives nothing more.
type Gift struct {
	TeamID, Key string
	Reason      string // the team reads it
	Amount      Nano
	ExpiresAt   *time.Time // as a CreditLot's
}

// MaxCreditLife is the longest that credit with an end may last.
const MaxCreditLife = 10 * 366 * 24 * time.Hour
