package gateway_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// sink is a ResponseWriter that costs nothing.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(status int)      { s.status = status }
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }

func benchmark(b *testing.B, m *gatewaytest.Memory, status int) {
	b.Helper()
	request := httptest.NewRequestWithContext(b.Context(), "GET", random+"?a=1", nil)
	request.Header.Set("Authorization", "Bearer "+m.Secret)
	request.Header.Set("User-Agent", "bench")
	request.Header.Set("Accept", "*/*")
	w := &sink{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		m.Gateway.ServeHTTP(w, request)
		if w.status != status {
			b.Fatalf("status %d", w.status)
		}
	}
}

// A charged call's own work, from the matched route to the settled hold; see gateway.Matched.OwnWork. Garbage is collected as
// seldom as in the program, whose heap has a floor of 64 MiB (cmd/faregate/heapfloor.go) where a test's has 4.
func BenchmarkOwnWork(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(1500))
	m := gatewaytest.NewMemory(b, "http://upstream.test", 1<<60)
	request := httptest.NewRequestWithContext(b.Context(), "POST", random, strings.NewReader("{}"))
	request.Header = http.Header{
		"Authorization": {"Bearer " + m.Secret}, "User-Agent": {"bench"}, "Accept": {"*/*"}, "Content-Type": {"application/json"}, "Content-Length": {"2"},
	}
	w := &sink{header: http.Header{}}
	call, wallet := gateway.Match(m.Gateway, w, request), models.Wallet{TeamID: "team_1", Balance: 1 << 60, Seq: 1}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		call.OwnWork(http.Header{"Content-Type": jsonType, "Content-Length": two, "Date": date}, &wallet)
	}
}

var jsonType, two, date = []string{"application/json"}, []string{"2"}, []string{"Sun, 22 Nov 2026 09:30:00 GMT"}

// A charged call with a whole answer: our own work, the settler's channel and goroutine included; no connection, no
// database.
func BenchmarkChargedCall(b *testing.B) {
	m := gatewaytest.NewMemory(b, "http://upstream.test", 1<<62)
	gateway.SetUpstream(m.Gateway, func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: 200, ProtoMajor: 1, ProtoMinor: 1, Request: r, ContentLength: 2, Body: io.NopCloser(strings.NewReader("ok")),
			Header: http.Header{"Content-Type": {"text/plain"}, "Content-Length": {"2"}, "Date": {"Sun, 22 Nov 2026 09:30:00 GMT"}},
		}, nil
	})
	benchmark(b, m, 200)
}

// The same over a connection to a real upstream.
func BenchmarkChargedCallOverLoopback(b *testing.B) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
	defer upstream.Close()
	benchmark(b, gatewaytest.NewMemory(b, upstream.URL, 1<<62), 200)
}

func BenchmarkRefusal402(b *testing.B) {
	benchmark(b, gatewaytest.NewMemory(b, "http://upstream.test", 0), 402)
}

func BenchmarkRefusal401(b *testing.B) {
	m := gatewaytest.NewMemory(b, "http://upstream.test", 0)
	m.Secret = "fg_live_mistyped"
	benchmark(b, m, 401)
}
