package gateway_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

func TestEveryStatusIsRelayedAndChargedByTheRule(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		var status int
		_, _ = fmt.Sscanf(r.URL.Path, "/base/%d", &status)
		w.Header().Set("Location", "https://elsewhere.test/")
		w.Header().Set("WWW-Authenticate", "Basic")
		w.WriteHeader(status)
	})
	e.Fund(1000 * price)
	free := []int{401, 402, 403, 407, 408, 429}
	for status := 200; status < 600; status++ {
		reply := e.Call("POST", fmt.Sprintf("/invoke/quotes/v1/%d", status), "x")
		charge := price
		if status >= 500 || slices.Contains(free, status) {
			charge = 0
		}
		if models.ChargeAnswered.Charges(status) != (charge > 0) {
			t.Errorf("%d: the rule of the plan is of another mind", status)
		}
		if reply.StatusCode != status || reply.Header.Get("Faregate-Charged") != fmt.Sprint(int64(charge)) ||
			reply.Header.Get("Faregate-Origin") != "upstream" || reply.Header.Get("Location") == "" {
			t.Fatalf("%d came as %d, charged %s", status, reply.StatusCode, reply.Header.Get("Faregate-Charged"))
		}
		if status%50 == 0 || slices.Contains(free, status) {
			wantCall(t, e, status, charge, models.EvidenceStatus)
			e.Fund(50 * price)
		}
	}
	e.Prove()
}

func TestResponseHeader(t *testing.T) {
	var reply http.Header
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		for name, values := range reply {
			w.Header()[name] = values
		}
		_, _ = io.WriteString(w, "<script>alert(1)</script>")
	})
	e.Fund(1000 * price)
	const none = "(none)"
	for _, row := range []struct {
		name     string
		upstream []string
		want     map[string]string // lines joined by " | ", or none
	}{
		{"an ordinary field", []string{"X-Thing: a", "X-Thing: b"}, map[string]string{"X-Thing": "a | b"}},
		{"hop-by-hop fields", []string{"Connection: X-Gone", "X-Gone: 1", "Keep-Alive: 5", "Proxy-Authenticate: Basic", "Upgrade: h2c"},
			map[string]string{"X-Gone": none, "Keep-Alive": none, "Proxy-Authenticate": none, "Upgrade": none, "Connection": none}},
		{"our own fields", []string{"Faregate-Charged: 0", "Faregate-Anything: 7", "Faregate-Request-Id: x", "Faregate-Origin: gateway"},
			map[string]string{"Faregate-Charged": "20000000", "Faregate-Price": "20000000", "Faregate-Anything": none, "Faregate-Origin": "upstream"}},
		{"what would change the whole origin", []string{"Clear-Site-Data: \"*\"", "Strict-Transport-Security: max-age=0", "Alt-Svc: h3=\":1\"",
			"Service-Worker-Allowed: /", "NEL: {}", "Report-To: {}", "Accept-CH: DPR"},
			map[string]string{"Clear-Site-Data": none, "Strict-Transport-Security": none, "Alt-Svc": none, "Service-Worker-Allowed": none,
				"Nel": none, "Report-To": none, "Accept-Ch": none}},
		{"foreign cookies", []string{"Set-Cookie: a=1; Path=/", "Set-Cookie: faregate_session=x", "Set-Cookie: __Host-faregate=x", "Set-Cookie: b=2"},
			map[string]string{"Set-Cookie": "a=1; Path=/ | b=2"}},
		{"cookies in disguise", []string{"Set-Cookie: =faregate_session=x", "Set-Cookie: faregate_session", "Set-Cookie:  Faregate_session =x", "Set-Cookie: __HOST-faregate=x; a=b"},
			map[string]string{"Set-Cookie": none}},
		{"nothing is guessed", nil, map[string]string{"X-Content-Type-Options": "nosniff", "Content-Type": none, "Content-Security-Policy": "sandbox"}},
		{"JSON", []string{"Content-Type: application/json"}, map[string]string{"Content-Security-Policy": none, "X-Content-Type-Options": "nosniff"}},
		{"HTML", []string{"Content-Type: Text/HTML; charset=utf-8"}, map[string]string{"Content-Security-Policy": "sandbox"}},
		{"XHTML", []string{"Content-Type: application/xhtml+xml"}, map[string]string{"Content-Security-Policy": "sandbox"}},
		{"SVG", []string{"Content-Type: image/svg+xml"}, map[string]string{"Content-Security-Policy": "sandbox"}},
		{"XML", []string{"Content-Type: text/xml;charset=x"}, map[string]string{"Content-Security-Policy": "sandbox"}},
		{"HTML with a policy of its own", []string{"Content-Type: text/html", "Content-Security-Policy: default-src 'none'"},
			map[string]string{"Content-Security-Policy": "default-src 'none' | sandbox"}},
		{"no caching rule", nil, map[string]string{"Cache-Control": "private"}},
		{"public", []string{"Cache-Control: public, max-age=60"}, map[string]string{"Cache-Control": "private, max-age=60"}},
		{"for shared caches", []string{"Cache-Control: s-maxage=60, max-age=5", "Cache-Control: must-revalidate"},
			map[string]string{"Cache-Control": "private, max-age=5, must-revalidate"}},
		{"private for some fields", []string{`Cache-Control: private="set-cookie, x", no-cache="y, z"`}, map[string]string{"Cache-Control": `private, no-cache="y, z"`}},
		{"not at all", []string{"Cache-Control: public, No-Store"}, map[string]string{"Cache-Control": "no-store"}},
		{"for caches in between", []string{"CDN-Cache-Control: public, max-age=60", "Cloudflare-CDN-Cache-Control: public", "Surrogate-Control: max-age=60"},
			map[string]string{"Cdn-Cache-Control": none, "Cloudflare-Cdn-Cache-Control": none, "Surrogate-Control": none}},
		{"what the answer depends on", []string{"Vary: Accept-Language"}, map[string]string{"Vary": "Accept-Language | Authorization, X-API-Key"}},
		{"who answered", []string{"Server: theirs/1", "Date: Sun, 22 Nov 2026 09:30:00 GMT"},
			map[string]string{"Server": "theirs/1", "Date": "Sun, 22 Nov 2026 09:30:00 GMT"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			reply = http.Header{"Content-Type": nil}
			for _, line := range row.upstream {
				name, value, _ := strings.Cut(line, ": ")
				reply.Add(name, value)
			}
			got := e.Call("GET", random, "").Header
			for name, want := range row.want {
				if line := strings.Join(got.Values(name), " | "); line != want && (want != none || got.Values(name) != nil) {
					t.Errorf("%s: %q, want %q", name, line, want)
				}
			}
			if id := e.LastCall().ID.String(); got.Get("Faregate-Request-Id") != id {
				t.Errorf("the request id is %q, the call's %q", got.Get("Faregate-Request-Id"), id)
			}
		})
	}
	e.Prove()
}

func TestOneCallsHeaderNeverShowsInAnothers(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/base/first" {
			w.Header().Set("X-Secret", "1")
			w.Header().Set("Vary", "X-Secret")
		}
	})
	e.Fund(10 * price)
	first, second := e.Call("GET", "/invoke/quotes/v1/first", ""), e.Call("GET", "/invoke/quotes/v1/second", "")
	if first.Header.Get("X-Secret") == "" || second.Header.Get("X-Secret") != "" || strings.Contains(gatewaytest.Lines(second.Header), "Secret") {
		t.Errorf("the second saw\n%s", gatewaytest.Lines(second.Header))
	}
	if first.Header.Get("Faregate-Request-Id") == second.Header.Get("Faregate-Request-Id") {
		t.Error("two calls have one id")
	}
	e.Prove()
}
