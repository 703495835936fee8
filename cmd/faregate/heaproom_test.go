package main

import "testing"

func TestHowFarTheHeapMayGrow(t *testing.T) {
	for _, row := range []struct {
		name    string
		kept    int64
		percent int
	}{
		{"of nothing yet, as if it were the runtime's least heap", 0, 1600},
		{"of little, by the room", 8 << 20, 800},
		{"of half the room, by the room", 32 << 20, 200},
		{"of the room, to its double", 64 << 20, 100},
		{"of more than the room, to its double", 65 << 20, 100},
		{"of very much, to its double", 1 << 40, 100},
	} {
		if got := growth(row.kept); got != row.percent {
			t.Errorf("%s: %d %%", row.name, got)
		}
	}
}
