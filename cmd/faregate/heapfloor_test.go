package main

import "testing"

func TestHowFarTheHeapMayGrow(t *testing.T) {
	for _, row := range []struct {
		name    string
		kept    int64
		percent int
	}{
		{"of nothing yet, as if it were the runtime's least heap", 0, 1500},
		{"of little, up to the floor", 8 << 20, 700},
		{"of half the floor, to its double", 32 << 20, 100},
		{"of the floor, to its double", 64 << 20, 100},
		{"of more than the floor, to its double", 65 << 20, 100},
		{"of very much, to its double", 1 << 40, 100},
	} {
		if got := growth(row.kept); got != row.percent {
			t.Errorf("%s: %d %%", row.name, got)
		}
	}
}
