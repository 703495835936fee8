package models_test

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/faregate/faregate/models"
)

func TestParseNano(t *testing.T) {
	const refused = models.Nano(-1)
	for _, row := range []struct {
		sentence, text string
		want           models.Nano
	}{
		{"zero is an amount", "0", 0},
		{"a whole number of dollars", "25", 25 * models.Unit},
		{"cents after a point", "12.50", 12_500_000_000},
		{"one nano-unit is the smallest amount", "0.000000001", 1},
		{"the zero before the point may be left out", ".5", 500_000_000},
		{"a dollar sign and spaces around are no harm", "  $0.02 ", 20_000_000},
		{"commas part thousands", "1,000", 1000 * models.Unit},
		{"commas part thousands of thousands, with cents", "1,234,567.89", 1_234_567_890_000_000},
		{"leading zeros change nothing", "007.10", 7_100_000_000},
		{"the largest amount", "9223372036.854775807", math.MaxInt64},
		{"one nano-unit more is too large", "9223372036.854775808", refused},
		{"far too large", strings.Repeat("9", 60), refused},
		{"nothing was typed", "", refused},
		{"only spaces", "   ", refused},
		{"only a point", ".", refused},
		{"only a comma", ",", refused},
		{"only a dollar sign", "$", refused},
		{"a point with nothing behind", "5.", refused},
		{"a decimal comma is not taken for thousands", "12,50", refused},
		{"a decimal comma before one digit", "1,5", refused},
		{"commas in the wrong places", "1,00,000", refused},
		{"a long group before the comma", "1234,567", refused},
		{"a comma at the end", "1,000,", refused},
		{"a comma after the point", "1.000,00", refused},
		{"two points", "1.2.3", refused},
		{"a minus sign", "-1", refused},
		{"a plus sign", "+1", refused},
		{"an exponent", "1e3", refused},
		{"hexadecimal", "0x10", refused},
		{"underscores", "1_000", refused},
		{"words", "ten", refused},
		{"digits of another script", "١٢", refused},
		{"a space inside", "1 000", refused},
		{"more than nine decimals, even zeros", "0.0000000010", refused},
	} {
		got, err := models.ParseNano(row.text)
		if row.want == refused {
			if err == nil {
				t.Errorf("%s: %q was read as %d", row.sentence, row.text, got)
			}
		} else if err != nil || got != row.want {
			t.Errorf("%s: %q was read as %d, %v; want %d", row.sentence, row.text, got, err, row.want)
		}
	}
}

func TestAnAmountIsReadAsItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := models.Nano(rapid.Int64Min(0).Draw(t, "amount"))
		text := n.Decimal(rapid.IntRange(0, 9).Draw(t, "decimals"))
		if got, err := models.ParseNano(text); err != nil || got != n {
			t.Fatalf("%d was written %q and read %d, %v", n, text, got, err)
		}
	})
}

func TestDecimal(t *testing.T) {
	for _, row := range []struct {
		sentence string
		amount   models.Nano
		min      int
		want     string
	}{
		{"no more digits than are needed", 25_000_000, 2, "0.025"},
		{"as many as were asked for", 25_000_000, 4, "0.0250"},
		{"a whole amount without a point", 3 * models.Unit, 0, "3"},
		{"a whole amount with cents", 3 * models.Unit, 2, "3.00"},
		{"nothing is lost", 1, 2, "0.000000001"},
		{"below zero", -1_500_000_000, 2, "-1.50"},
		{"the smallest amount of all", math.MinInt64, 2, "-9223372036.854775808"},
	} {
		if got := row.amount.Decimal(row.min); got != row.want {
			t.Errorf("%s: %d is %q, want %q", row.sentence, row.amount, got, row.want)
		}
	}
}

// anAmount favours the ends of the range, where sums overflow.
var anAmount = rapid.OneOf(rapid.Int64(), rapid.Int64Range(math.MaxInt64-3, math.MaxInt64), rapid.Int64Range(math.MinInt64, math.MinInt64+3), rapid.Int64Range(-3, 3))

func TestArithmeticIsExactOrRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := anAmount.Draw(t, "x"), anAmount.Draw(t, "y")
		sum := new(big.Int).Add(big.NewInt(x), big.NewInt(y))
		if got, err := models.Nano(x).Add(models.Nano(y)); sum.IsInt64() && (err != nil || int64(got) != sum.Int64()) ||
			!sum.IsInt64() && !errors.Is(err, models.ErrOverflow) {
			t.Fatalf("%d + %d = %d, %v; want %s", x, y, got, err, sum)
		}
		product := new(big.Int).Mul(big.NewInt(x), big.NewInt(y))
		fits := x >= 0 && y >= 0 && product.IsInt64()
		if got, err := models.Nano(x).Times(y); fits && (err != nil || int64(got) != product.Int64()) ||
			!fits && !errors.Is(err, models.ErrOverflow) {
			t.Fatalf("%d × %d = %d, %v; want %s", x, y, got, err, product)
		}
	})
}

func TestCurrencyMinorUnits(t *testing.T) {
	for _, row := range []struct {
		sentence string
		currency models.Currency
		minor    int64
		amount   models.Nano
	}{
		{"a dollar has a hundred cents", "usd", 1250, 12_500_000_000},
		{"a yen has nothing smaller", "jpy", 12, 12 * models.Unit},
		{"a dinar has a thousand fils", "kwd", 1250, 1_250_000_000},
	} {
		if got, err := row.currency.FromMinor(row.minor); err != nil || got != row.amount {
			t.Errorf("%s: %d minor units are %d, %v", row.sentence, row.minor, got, err)
		}
		if got, err := row.currency.Minor(row.amount); err != nil || got != row.minor {
			t.Errorf("%s: %d is %d minor units, %v", row.sentence, row.amount, got, err)
		}
		if got, err := row.currency.Minor(row.amount + 1); err == nil {
			t.Errorf("%s: a nano-unit more was taken for %d minor units", row.sentence, got)
		}
	}
	if models.USD.Code() != "USD" {
		t.Errorf("the code of usd is %q", models.USD.Code())
	}
	if _, err := models.USD.FromMinor(math.MaxInt64); !errors.Is(err, models.ErrOverflow) {
		t.Errorf("more cents than fit: %v", err)
	}
}

func TestCeilMinorIsTheLeastWholeMinorUnitNotBelow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]models.Currency{"usd", "jpy", "kwd"}).Draw(t, "currency")
		n := models.Nano(rapid.Int64Range(0, 1<<60).Draw(t, "amount"))
		got := c.CeilMinor(n)
		if _, err := c.Minor(got); err != nil || got < n || got-n >= c.MinorNano() {
			t.Fatalf("%d %s rounds up to %d", n, c, got)
		}
	})
}

func TestWalletTakesPromotionalCreditFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		promo := rapid.Int64Range(-10, 100).Draw(t, "promo")
		w := models.Wallet{Balance: 1000, Promo: models.Nano(promo)}
		amount := models.Nano(rapid.Int64Range(0, 200).Draw(t, "amount"))
		fromPromo, paid := w.Take(amount)
		if fromPromo+paid != amount || fromPromo < 0 || paid < 0 || paid > 0 && fromPromo != max(w.Promo, 0) {
			t.Fatalf("%d of a wallet with %d promo: %d promo and %d paid", amount, promo, fromPromo, paid)
		}
	})
}
