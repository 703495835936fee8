package sandbox

import (
	"fmt"
	"strconv"
	"strings"
)

// decimals of the currencies that do not have two, from Stripe's list.
var decimals = map[string]int{
	"bif": 0, "clp": 0, "djf": 0, "gnf": 0, "jpy": 0, "kmf": 0, "krw": 0, "mga": 0, "pyg": 0, "rwf": 0, "vnd": 0, "vuv": 0,
	"xaf": 0, "xof": 0, "xpf": 0, "bhd": 3, "jod": 3, "kwd": 3, "omr": 3, "tnd": 3,
}

var symbols = map[string]string{"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}

// validCurrency takes any three lower-case letters for a currency; the list of those that exist is Stripe's business.
func validCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

// formatMoney shows an amount of minor units as people write it, with the currency's code: "$1,250.00 USD".
func formatMoney(minor int64, currency string) string {
	places, special := decimals[currency]
	if !special {
		places = 2
	}
	digits := fmt.Sprintf("%0*d", places+1, minor)
	whole, fraction := digits[:len(digits)-places], digits[len(digits)-places:]
	if fraction != "" {
		fraction = "." + fraction
	}
	return symbols[currency] + grouped(whole) + fraction + " " + strings.ToUpper(currency)
}

func grouped(whole string) string {
	n, err := strconv.Atoi(whole)
	if err != nil || n < 1000 {
		return whole
	}
	return grouped(strconv.Itoa(n/1000)) + "," + whole[len(whole)-3:]
}
