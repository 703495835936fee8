package web

import (
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/labstack/echo/v4"
)

func TestForwardedAddressesAreBelievedFromProxiesOnly(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}
	for _, tc := range []struct {
		why     string
		trusted []netip.Prefix
		remote  string
		header  string
		want    string
	}{
		{"no proxy is trusted", nil, "192.0.2.1:99", "203.0.113.5", "192.0.2.1"},
		{"not even one on this machine", nil, "127.0.0.1:99", "203.0.113.5", "127.0.0.1"},
		{"a stranger sends the header", proxies, "192.0.2.1:99", "203.0.113.5", "192.0.2.1"},
		{"a trusted proxy sends it", proxies, "10.1.2.3:99", "203.0.113.5", "203.0.113.5"},
		{"over IPv6", proxies, "[2001:db8::1]:99", "203.0.113.5", "203.0.113.5"},
		{"the caller made up a part", proxies, "10.1.2.3:99", "8.8.8.8, 203.0.113.5", "203.0.113.5"},
		{"two proxies in a row", proxies, "10.1.2.3:99", "203.0.113.5, 10.9.9.9", "203.0.113.5"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tc.remote
		r.Header.Set("X-Forwarded-For", tc.header)
		if got := (&Portal{echo: &echo.Echo{IPExtractor: addresses(tc.trusted)}}).ClientAddr(r); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.why, got, tc.want)
		}
	}
}
