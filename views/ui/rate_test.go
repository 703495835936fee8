package ui

import "testing"

func TestSizesInWords(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 bytes", 1: "1 byte", 1023: "1,023 bytes", 1024: "1.0 KiB", 1536: "1.5 KiB", 1<<20 - 1: "1,023.9 KiB", 1 << 20: "1.0 MiB",
		5 << 30: "5.0 GiB", 1 << 40: "1.0 TiB", 3000 << 40: "3,000.0 TiB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}

func TestRatesInWords(t *testing.T) {
	for tenths, want := range map[int64]string{0: "0", 5: "0.5", 10: "1", 125: "12.5", 1_234_500: "123,450"} {
		if got := perSecond(tenths); got != want {
			t.Errorf("%d is %q, want %q", tenths, got, want)
		}
	}
}
