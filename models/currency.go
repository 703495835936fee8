package models

import (
	"fmt"
	"strings"
)

// Currency is an ISO 4217 code in lower case, as Stripe writes it. An installation has exactly one.
type Currency string

// USD is the currency of an installation unless it was set otherwise.
const USD Currency = "usd"

// Code is the ISO 4217 code in its usual upper case.
func (c Currency) Code() string { return strings.ToUpper(string(c)) }

// NanoUnit names the unit of amounts on the wire, "nanousd".
func (c Currency) NanoUnit() string { return "nano" + string(c) }

// MinorNano is how many nano-units one minor unit (a cent) is. Zero- and three-decimal currencies are Stripe's list:
// https://docs.stripe.com/currencies#zero-decimal.
func (c Currency) MinorNano() Nano {
	switch c {
	case "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf":
		return Unit
	case "bhd", "jod", "kwd", "omr", "tnd":
		return Unit / 1000
	}
	return Unit / 100
}

// Minor converts an amount to minor units; it refuses one that is not a whole number of them.
func (c Currency) Minor(n Nano) (int64, error) {
	if n%c.MinorNano() != 0 {
		return 0, fmt.Errorf("%s %s is not a whole number of cents", n.Decimal(2), c.Code())
	}
	return int64(n / c.MinorNano()), nil
}

// FromMinor converts minor units, as payment providers count, to an amount.
func (c Currency) FromMinor(minor int64) (Nano, error) { return c.MinorNano().Times(minor) }

// CeilMinor rounds an amount of at least zero up to a whole minor unit.
func (c Currency) CeilMinor(n Nano) Nano {
	unit := c.MinorNano()
	if rest := n % unit; rest != 0 {
		return n - rest + unit
	}
	return n
}
