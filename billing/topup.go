package billing

import (
	"time"

	"github.com/faregate/faregate/models"
)

// Limits of one top-up. Stripe refuses less than about half a dollar.
const (
	MinTopup = 1 * models.Unit
	MaxTopup = 10_000 * models.Unit
)

// CheckoutLife is how long the hosted page of a top-up can be used; Stripe allows 30 minutes to 24 hours.
const CheckoutLife = 2 * time.Hour

// SuggestTopup is the amount to fill in for somebody whose call was refused: what is missing, rounded up to a cent, and
// no less than the minimum nor more than the maximum. Required includes the hole of a wallet below zero already, so
// available counts for nothing there.
func SuggestTopup(required, available models.Nano, currency models.Currency) models.Nano {
	missing := max(required, 0) - max(available, 0)
	return currency.CeilMinor(min(max(missing, MinTopup), MaxTopup))
}

// ParseTopup reads the amount that somebody typed. Its errors are sentences for the form.
func ParseTopup(text string, currency models.Currency) (models.Nano, error) {
	amount, err := models.ParseNano(text)
	if err != nil {
		return 0, models.Sentence("Enter an amount like 25 or 12.50.")
	}
	if _, err := currency.Minor(amount); err != nil {
		return 0, models.Sentence("Enter whole cents, like 12.50.")
	}
	if amount < MinTopup || amount > MaxTopup {
		return 0, models.Sentence("Choose between " + MinTopup.Decimal(2) + " and " + MaxTopup.Decimal(2) + " " + currency.Code() + ".")
	}
	return amount, nil
}
