package sandbox

import (
	"strings"
	"time"
)

// decline is why a bank refuses a card, in Stripe's words.
type decline struct {
	Code    string `json:"code"`    // Stripe's: card_declined
	Reason  string `json:"reason"`  // the bank's decline_code: insufficient_funds; "" where Code says it all
	Message string `json:"message"` // for the payer
}

func (d decline) object() object {
	o := object{"code": d.Code, "message": d.Message,
		"doc_url": "https://stripe.com/docs/error-codes/" + strings.ReplaceAll(d.Code, "_", "-")}
	if d.Reason != "" {
		o["decline_code"] = d.Reason
	}
	return o
}

// testCard is a number that Stripe documents, and what it does.
type testCard struct {
	Number  string // as printed on a card, in groups
	Does    string // for the table on the page
	decline *decline
}

// testCards are all cards there are. No other number is ever accepted, so nobody can mistake the page for a real one.
var testCards = []testCard{
	{"4242 4242 4242 4242", "Succeeds", nil},
	{"4000 0000 0000 0002", "Declined: no reason given",
		&decline{"card_declined", "generic_decline", "Your card was declined."}},
	{"4000 0000 0000 9995", "Declined: too little money",
		&decline{"card_declined", "insufficient_funds", "Your card has insufficient funds."}},
	{"4000 0000 0000 0069", "Declined: card expired",
		&decline{"expired_card", "", "Your card has expired."}},
	{"4000 0000 0000 0127", "Declined: wrong CVC",
		&decline{"incorrect_cvc", "", "Your card's security code is incorrect."}},
}

func findTestCard(digits string) (testCard, bool) {
	for _, c := range testCards {
		if c.Digits() == digits {
			return c, true
		}
	}
	return testCard{}, false
}

// Digits is the number without its groups.
func (c testCard) Digits() string { return strings.ReplaceAll(c.Number, " ", "") }

// card is a test card with the expiry date that was typed.
type card struct {
	test        testCard
	month, year int
}

func (c card) facts() cardFacts {
	return cardFacts{Brand: "visa", Last4: c.test.Number[len(c.test.Number)-4:], ExpMonth: c.month, ExpYear: c.year}
}

// expired says whether the card's last month is over.
func expired(month, year int, now time.Time) bool {
	return !now.Before(time.Date(year, time.Month(month)+1, 1, 0, 0, 0, 0, time.UTC))
}

// luhn checks the digit that catches mistyped card numbers.
func luhn(digits string) bool {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
			d = d/10 + d%10
		}
		sum += d
	}
	return sum%10 == 0
}
