package gateway

import (
	"testing"
	"time"
)

func TestStrangersAreCountedByWhatOneLineHas(t *testing.T) {
	for _, row := range []struct {
		sentence, first, second string
		together                bool
	}{
		{"two IPv4 addresses are two", "192.0.2.1", "192.0.2.2", false},
		{"an IPv4 address is the same written as IPv6", "192.0.2.1", "::ffff:192.0.2.1", true},
		{"all addresses of a /64 are one", "2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true},
		{"two /64 are two", "2001:db8::1", "2001:db8:0:1::1", false},
		{"a zone makes no other address", "fe80::1%eth0", "fe80::1%eth1", true},
		{"callers without an address are one", "", "", true},
	} {
		s := newStrangers(1)
		now := time.Unix(1_800_000_000, 0)
		if s.tooMany(row.first, now) {
			t.Errorf("%s: the first is one too many", row.sentence)
		}
		if s.tooMany(row.second, now) != row.together {
			t.Errorf("%s: %t", row.sentence, !row.together)
		}
	}
}
