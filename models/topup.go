package models

import "time"

// Topup is a payment that becomes credit. Its row is written before the payment provider hears of it, and every parameter
// sent there comes from the row.
type Topup struct {
	ID              string `gorm:"primaryKey"`
	TeamID          string
	UserID          string // who pays
	Amount          Nano
	Currency        Currency
	State           TopupState
	CheckoutID      string // "cs_…", "" until the page was made
	CheckoutURL     string `gorm:"column:checkout_url"`
	PaymentIntentID string // "pi_…", unique once known
	DeclineCode     string // of the last declined attempt
	DenialRef       string // the refusal that led here, to lead back to
	CreatedAt       time.Time
	UpdatedAt       time.Time
	ExpiresAt       time.Time
	CreditedAt      *time.Time
}

// TopupState is how far a top-up has come.
type TopupState string

// The states of a top-up. Credited is set only together with the ledger transaction; a late payment still credits an
// expired or failed one.
const (
	TopupCreated      TopupState = "created"
	TopupCheckoutOpen TopupState = "checkout_open"
	TopupProcessing   TopupState = "processing"
	TopupCredited     TopupState = "credited"
	TopupFailed       TopupState = "failed"
	TopupExpired      TopupState = "expired"
)

// Open says whether money may still arrive in the normal course of things.
func (s TopupState) Open() bool {
	return s == TopupCreated || s == TopupCheckoutOpen || s == TopupProcessing
}
