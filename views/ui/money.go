package ui

import (
	"strconv"
	"strings"
)

// Amount is money as pages show it: an exact number of nano-units (10⁻⁹) of one currency.
type Amount struct {
	Nano     int64
	Currency string // ISO 4217 in upper case; "" means USD
}

const nanoPerUnit = 1_000_000_000

// minus is the real minus sign: as wide as a plus and a digit, and never broken off at a line's end.
const minus = "−"

var symbols = map[string]string{"": "$", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}

// noCents are the currencies whose smallest coin is one unit.
var noCents = map[string]bool{"JPY": true, "KRW": true, "VND": true, "CLP": true, "ISK": true}

// Exact is the amount with every digit that matters and no more: "$12.50", "−$0.0125", "$0.000000125".
func (a Amount) Exact() string { return a.format(9) }

// String is the amount to at most four decimals, for balances and totals. It never shows more than there is: it cuts
// towards zero. If digits were cut, all four decimals stand, so that "$12.4900" is seen not to be exact; Exact goes into
// the title. What would be cut to nothing stands in full: "$0.000000003" is not "$0.0000".
func (a Amount) String() string {
	if -least4 < a.Nano && a.Nano < least4 {
		return a.format(9)
	}
	return a.format(4)
}

// least4 is the smallest amount, in nano-units, that four decimals show.
const least4 = nanoPerUnit / 10_000

// Signed is Exact with a plus sign for money that came in.
func (a Amount) Signed() string {
	if a.Nano > 0 {
		return "+" + a.Exact()
	}
	return a.Exact()
}

// Value is the machine's form for <data value>: "-0.0125".
func (a Amount) Value() string {
	sign, whole, fraction := a.parts()
	if sign != "" {
		sign = "-"
	}
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		fraction = "." + fraction
	}
	return sign + strconv.FormatUint(whole, 10) + fraction
}

// Input is the form in which an amount stands in a text field: "10.00".
func (a Amount) Input() string {
	plain := strings.NewReplacer(",", "", a.symbol(), "", minus, "-").Replace(a.Exact())
	return strings.TrimSpace(plain)
}

// Code is the currency's three letters.
func (a Amount) Code() string {
	if a.Currency == "" {
		return "USD"
	}
	return a.Currency
}

// Sign is -1, 0 or 1.
func (a Amount) Sign() int {
	switch {
	case a.Nano < 0:
		return -1
	case a.Nano > 0:
		return 1
	}
	return 0
}

func (a Amount) parts() (sign string, whole uint64, fraction string) {
	magnitude := uint64(a.Nano)
	if a.Nano < 0 {
		sign, magnitude = minus, -magnitude // right for the smallest int64 too
	}
	digits := strconv.FormatUint(magnitude%nanoPerUnit, 10)
	return sign, magnitude / nanoPerUnit, strings.Repeat("0", 9-len(digits)) + digits
}

func (a Amount) symbol() string {
	if s, ok := symbols[a.Currency]; ok {
		return s
	}
	return a.Currency + "\u00a0"
}

func (a Amount) format(decimals int) string {
	sign, whole, fraction := a.parts()
	least := 2
	if noCents[a.Currency] {
		least = 0
	}
	shown, cut := fraction[:decimals], fraction[decimals:]
	if strings.Trim(cut, "0") == "" { // exact: no zeros below a cent
		for len(shown) > least && shown[len(shown)-1] == '0' {
			shown = shown[:len(shown)-1]
		}
	}
	if shown != "" {
		shown = "." + shown
	}
	return sign + a.symbol() + group(whole) + shown
}

// group writes thousands with commas.
func group(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Count writes a whole number with commas: "12,480".
func Count(n int64) string {
	if n < 0 {
		return minus + group(-uint64(n))
	}
	return group(uint64(n))
}

// Bytes writes a size with its unit: "812 bytes", "4.2 MiB".
func Bytes(n int64) string {
	units := []string{"KiB", "MiB", "GiB", "TiB"}
	if n < 1<<10 {
		return Plural(n, "byte")
	}
	unit, size := 0, n*10>>10 // in tenths of the unit
	for ; size >= 10<<10 && unit < len(units)-1; unit++ {
		size >>= 10
	}
	return Count(size/10) + "." + Count(size%10) + " " + units[unit]
}

// Plural writes a count and its noun: "1 call", "12 calls". The plural is the noun and an s unless given.
func Plural(n int64, one string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + one
	case len(many) > 0:
		return Count(n) + " " + many[0]
	}
	return Count(n) + " " + one + "s"
}
