package models

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Nano is an amount of money in nano-units (billionths) of the installation's currency: 1 USD = 1,000,000,000. All money
// in the product is a Nano; no float ever touches it. The largest amount is about 9.2 thousand million units.
type Nano int64

// Unit is one unit of the currency (one dollar).
const Unit Nano = 1_000_000_000

// ErrOverflow says that a sum or product does not fit; the caller must not continue with the value it got.
var ErrOverflow = errors.New("models: amount out of range")

// Add returns n + m, or ErrOverflow.
func (n Nano) Add(m Nano) (Nano, error) {
	sum := n + m
	if (sum > n) != (m > 0) && m != 0 {
		return 0, ErrOverflow
	}
	return sum, nil
}

// Times returns n × count for a count of at least zero, or ErrOverflow.
func (n Nano) Times(count int64) (Nano, error) {
	if n < 0 || count < 0 {
		return 0, ErrOverflow
	}
	hi, lo := bits.Mul64(uint64(n), uint64(count))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, ErrOverflow
	}
	return Nano(lo), nil
}

// Decimal writes the exact amount with at least min digits after the point: Nano(25_000_000).Decimal(4) is "0.0250".
func (n Nano) Decimal(min int) string {
	var room [32]byte
	text, abs := room[:0], uint64(n)
	if n < 0 {
		text, abs = append(text, '-'), -abs
	}
	text = append(strconv.AppendUint(text, abs/uint64(Unit), 10), '.')
	point := len(text)
	for part, place := abs%uint64(Unit), uint64(Unit)/10; place > 0 && (part > 0 || len(text)-point < min); place /= 10 {
		text, part = append(text, '0'+byte(part/place)), part%place
	}
	if len(text) == point {
		text = text[:point-1]
	}
	return string(text)
}

// ParseNano reads a decimal amount such as "0.02", "12.50" or "1,000". It refuses signs, exponents and more than nine
// decimals rather than round what a person typed, and a comma that does not part thousands rather than take the "12,50" of
// half the world for 1,250.
func ParseNano(text string) (Nano, error) {
	text = strings.TrimPrefix(strings.TrimSpace(text), "$")
	whole, part, dotted := strings.Cut(text, ".")
	whole, grouped := ungroup(whole)
	if !grouped || whole == "" && part == "" || dotted && part == "" {
		return 0, fmt.Errorf("%q is not an amount; write it like 12.50", text)
	}
	if len(part) > 9 {
		return 0, fmt.Errorf("%q has more than nine decimals", text)
	}
	if !digits(whole) || !digits(part) {
		return 0, fmt.Errorf("%q is not an amount; write it like 12.50", text)
	}
	value, err := strconv.ParseInt(whole+part+strings.Repeat("0", 9-len(part)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is too large", text)
	}
	return Nano(value), nil
}

// ungroup takes out the commas between groups of three digits; ok is false if they part anything else.
func ungroup(whole string) (digits string, ok bool) {
	groups := strings.Split(whole, ",")
	for i, group := range groups {
		if i > 0 && len(group) != 3 || i == 0 && len(groups) > 1 && (group == "" || len(group) > 3) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
