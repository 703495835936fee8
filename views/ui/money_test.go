package ui

import (
	"math"
	"testing"
	"time"
)

func TestMoneyIsWrittenExactlyAndNeverRoundedUp(t *testing.T) {
	for _, tc := range []struct {
		nano                        int64
		currency                    string
		exact, short, signed, value string
	}{
		{0, "USD", "$0.00", "$0.00", "$0.00", "0"},
		{20_000_000, "USD", "$0.02", "$0.02", "+$0.02", "0.02"},
		{-12_500_000, "USD", "−$0.0125", "−$0.0125", "−$0.0125", "-0.0125"},
		{125, "USD", "$0.000000125", "$0.000000125", "+$0.000000125", "0.000000125"},
		{12_490_000_030, "USD", "$12.49000003", "$12.4900", "+$12.49000003", "12.49000003"},
		{999_999_999, "USD", "$0.999999999", "$0.9999", "+$0.999999999", "0.999999999"},
		{1_234_567_500_000_000, "EUR", "€1,234,567.50", "€1,234,567.50", "+€1,234,567.50", "1234567.5"},
		{5_000_000_000, "CHF", "CHF\u00a05.00", "CHF\u00a05.00", "+CHF\u00a05.00", "5"},
		{500_000_000_000, "JPY", "¥500", "¥500", "+¥500", "500"},
		{math.MinInt64, "USD", "−$9,223,372,036.854775808", "−$9,223,372,036.8547", "−$9,223,372,036.854775808", "-9223372036.854775808"},
	} {
		a := Amount{tc.nano, tc.currency}
		if a.Exact() != tc.exact || a.String() != tc.short || a.Signed() != tc.signed || a.Value() != tc.value {
			t.Errorf("%d %s: got %q %q %q %q", tc.nano, tc.currency, a.Exact(), a.String(), a.Signed(), a.Value())
		}
	}
}

func TestAmountsAsTyped(t *testing.T) {
	for _, tc := range []struct {
		amount Amount
		want   string
	}{
		{Amount{10_000_000_000, "USD"}, "10.00"},
		{Amount{1_250_500_000_000, "USD"}, "1250.50"},
		{Amount{5_000_000_000, "CHF"}, "5.00"},
		{Amount{500_000_000_000, "JPY"}, "500"},
	} {
		if got := tc.amount.Input(); got != tc.want {
			t.Errorf("Input(%v) = %q, want %q", tc.amount, got, tc.want)
		}
	}
}

func TestCountsAndTheirNouns(t *testing.T) {
	for got, want := range map[string]string{
		Plural(1, "call"): "1 call", Plural(0, "call"): "0 calls", Plural(12480, "call"): "12,480 calls",
		Plural(2, "entry", "entries"): "2 entries", Count(-1500): "−1,500",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestRelativeTimes(t *testing.T) {
	c := Clock{Now: time.Date(2026, 11, 22, 14, 3, 7, 0, time.UTC)}
	for _, tc := range []struct {
		ago  time.Duration
		want string
	}{
		{0, "just now"}, {time.Minute, "1 minute ago"}, {59 * time.Minute, "59 minutes ago"}, {25 * time.Hour, "1 day ago"},
		{-3 * time.Hour, "in 3 hours"}, {30 * 24 * time.Hour, "on 23 Oct 2026"},
	} {
		if got := c.Relative(c.Now.Add(-tc.ago)); got != tc.want {
			t.Errorf("%v ago: got %q, want %q", tc.ago, got, tc.want)
		}
	}
}
