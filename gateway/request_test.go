package gateway_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
)

func TestAnyMethodAndBodyPassThrough(t *testing.T) {
	var upstream notebook
	e := gatewaytest.New(t, upstream.ServeHTTP)
	e.Fund(1000 * price)
	for _, row := range []struct {
		method, body string
		chunked      bool
		length       int64 // as the upstream is told; -1 for chunks
	}{
		{method: "GET"},
		{method: "HEAD"},
		{method: "OPTIONS"},
		{method: "DELETE"},
		{method: "PURGE"},
		{method: "POST", length: 0},
		{method: "POST", body: "hello", length: 5},
		{method: "PUT", body: "hello", chunked: true, length: -1},
		{method: "PATCH", body: strings.Repeat("x", 100_000), length: 100_000},
		{method: "QUERY", body: "select *", length: 8},
		{method: "GET", body: "a body in a GET", length: 15},
		{method: "X-Odd!", body: "any token is a method", length: 21},
	} {
		t.Run(fmt.Sprintf("%s with %d bytes, chunked %t", row.method, len(row.body), row.chunked), func(t *testing.T) {
			request := e.Request(context.Background(), row.method, random, strings.NewReader(row.body))
			if row.chunked {
				request.ContentLength = -1
			}
			reply, err := e.Send(request)
			if err != nil {
				t.Fatal(err)
			}
			wantStatus(t, reply, 200, "")
			got := upstream.page()
			if got.Method != row.method || got.Body != row.body || got.Length != row.length || got.URI != "/base/random" {
				t.Errorf("the upstream saw %s %s with %d of %d bytes", got.Method, got.URI, len(got.Body), got.Length)
			}
			if call := e.LastCall(); call.RequestBytes != int64(len(row.body)) || call.Method != row.method {
				t.Errorf("stored %s with %d bytes", call.Method, call.RequestBytes)
			}
		})
	}
	e.Prove()
}

func TestFiftyMegabytesTakeNoMemory(t *testing.T) {
	const size = 50 << 20
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Length", fmt.Sprint(n))
		_, _ = io.Copy(w, gatewaytest.Zeros(n))
	})
	e.Fund(price)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	response, err := e.Client.Do(e.Request(context.Background(), "POST", random, gatewaytest.Zeros(size)))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if n, err := io.Copy(io.Discard, response.Body); n != size || err != nil {
		t.Fatalf("%d bytes came back: %v", n, err)
	}
	runtime.ReadMemStats(&after)
	if grown := (after.TotalAlloc - before.TotalAlloc) >> 20; grown > 5 {
		t.Errorf("%d MiB were allocated on the way", grown)
	}
	if call := e.LastCall(); call.RequestBytes != size || call.ResponseBytes != size {
		t.Errorf("stored %d and %d bytes", call.RequestBytes, call.ResponseBytes)
	}
	e.Prove()
}

func TestPathsAndQueriesArriveAsTheyWereSent(t *testing.T) {
	var upstream notebook
	e := gatewaytest.New(t, upstream.ServeHTTP)
	e.Fund(1000 * price)
	for _, row := range []struct{ name, sent, arrived string }{
		{"the version's root", "", "/base"},
		{"the version's root with a slash", "/", "/base/"},
		{"a trailing slash", "/a/b/", "/base/a/b/"},
		{"double slashes", "//a//b", "/base//a//b"},
		{"an escaped slash", "/a%2Fb", "/base/a%2Fb"},
		{"an escaped slash in small letters", "/a%2fb", "/base/a%2fb"},
		{"an escaped percent sign", "/100%25", "/base/100%25"},
		{"escaped where it need not be", "/%61bc", "/base/%61bc"},
		{"unicode, escaped", "/%C3%BC", "/base/%C3%BC"},
		{"unicode as bytes", "/\xc3\xbc", "/base/%C3%BC"},
		{"an escaped slash beside unicode as bytes", "/a%2Fb/\xc3\xbc", "/base/a%2Fb/%C3%BC"},
		{"an escaped slash beside a quote", `/a%2Fb"`, "/base/a%2Fb%22"},
		{"what a path may hold", "/a;b=c,d/(e)!f'g*h$i&j+k:l@m~n=o", "/base/a;b=c,d/(e)!f'g*h$i&j+k:l@m~n=o"},
		{"dots that lead nowhere", "/a.b/..c/d../...", "/base/a.b/..c/d../..."},
		{"an escaped query mark", "/a%3Fb?c", "/base/a%3Fb?c"},
		{"an empty query", "/a?", "/base/a?"},
		{"a query with everything", "/a?a=1;b=%20&c=%zz&=&&x=a+b?/\"", "/base/a?a=1;b=%20&c=%zz&=&&x=a+b?/\""},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, answer := e.Raw("GET /invoke/quotes/v1" + row.sent + " HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\n\r\n")
			wantStatus(t, rawReply(t, answer, "GET"), 200, "")
			if got := upstream.page().URI; got != row.arrived {
				t.Errorf("%q arrived as %q, want %q", row.sent, got, row.arrived)
			}
		})
	}
	t.Run("an absolute address in the request line", func(t *testing.T) {
		_, answer := e.Raw("GET http://other.test/invoke/quotes/v1/a HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\n\r\n")
		wantStatus(t, rawReply(t, answer, "GET"), 200, "")
		if got := upstream.page(); got.URI != "/base/a" || strings.HasPrefix(got.Host, "other") {
			t.Errorf("arrived as %q at %q", got.URI, got.Host)
		}
	})
	e.Prove()
}

func TestDotSegmentsAreRefusedInEveryEscaping(t *testing.T) {
	var upstream notebook
	e := gatewaytest.New(t, upstream.ServeHTTP)
	e.Fund(price)
	for _, path := range []string{
		"/.", "/..", "/../secret", "/a/../../secret", "/./a", "/a/.", "/%2e", "/%2e%2e/secret", "/.%2E/secret", "/%2e./secret",
		"/..%2fsecret", "/a%2f..%2f..%2fsecret", "/%2e%2e%2fsecret", "/..%5csecret", `/..\secret`, `/a\..\..\secret`,
		"/%252e%252e/secret", "/%252e%252e%252fsecret", "/..%252fsecret", "/..;/secret", "/..;x=y/secret", "/%2e%2e%3b/secret",
		"/..%2f\xc3\xbc",
	} {
		t.Run(path, func(t *testing.T) {
			_, answer := e.Raw("GET /invoke/quotes/v1" + path + " HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\n\r\n")
			wantStatus(t, rawReply(t, answer, "GET"), 400, "bad_request")
		})
	}
	if upstream.count() != 0 {
		t.Errorf("%d of them reached the upstream", upstream.count())
	}
	e.Prove()
}

func TestRequestHeader(t *testing.T) {
	var upstream notebook
	e := gatewaytest.New(t, upstream.ServeHTTP)
	e.Fund(1000 * price)
	key := e.World.Secret
	for _, row := range []struct {
		name     string
		header   []string
		forward  []string // lines that the upstream must see
		withhold []string // what it must not see anywhere
	}{
		{"an ordinary field", []string{"X-Thing: a", "X-Thing: b"}, []string{"X-Thing: a", "X-Thing: b"}, nil},
		{"what the caller accepts", []string{"Accept-Encoding: br"}, []string{"Accept-Encoding: br"}, []string{"gzip"}},
		{"nothing is accepted on the caller's behalf", []string{"Accept-Encoding:"}, nil, []string{"Accept-Encoding"}},
		{"a user agent", []string{"User-Agent: mine/1"}, []string{"User-Agent: mine/1"}, nil},
		{"hop-by-hop fields", []string{"Keep-Alive: 5", "Proxy-Connection: x", "Proxy-Authorization: Basic x", "Upgrade: websocket", "Te: gzip"},
			nil, []string{"Keep-Alive", "Proxy-", "Upgrade", "Te:"}},
		{"fields that Connection names", []string{"Connection: X-Gone, x-too", "X-Gone: 1", "X-Too: 1", "X-Stays: 1"},
			[]string{"X-Stays: 1"}, []string{"X-Gone", "X-Too", "Connection"}},
		{"trailers are welcome", []string{"Te: gzip, trailers"}, []string{"Te: trailers"}, []string{"gzip"}},
		{"our own fields", []string{"Faregate-Charged: 0", "Faregate-Team: x"}, []string{"Faregate-Request-Id: req_"}, []string{"Faregate-Charged", "Faregate-Team"}},
		{"who called", []string{"X-Forwarded-For: 6.6.6.6", "X-Real-Ip: 6.6.6.6", "Forwarded: for=6.6.6.6", "X-Forwarded-Proto: gopher", "X-Forwarded-Port: 1"},
			[]string{"X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: " + strings.TrimPrefix(e.URL, "http://")},
			[]string{"6.6.6.6", "gopher", "X-Real-Ip", "X-Forwarded-Port"}},
		{"another method than the one that is priced", []string{"X-HTTP-Method-Override: DELETE", "x-http-method: PUT", "X-METHOD-OVERRIDE: PATCH"},
			nil, []string{"Method", "DELETE", "PUT", "PATCH"}},
		{"another path than the one that is priced", []string{"X-Original-URL: /dear", "X-Rewrite-Url: /dear"}, nil, []string{"Url", "dear"}},
		{"underscores, which CGI takes for hyphens", []string{"X_HTTP_Method_Override: DELETE", "X_Forwarded_For: 6.6.6.6", "Faregate_Team: x", "X_Thing: a"},
			[]string{"X_thing: a"}, []string{"DELETE", "6.6.6.6", "team"}},
		{"who called, for an upstream that takes underscores for hyphens",
			[]string{"X_Forwarded_For: 6.6.6.6", "X-Forwarded_Proto: gopher", "X_real_ip: 6.6.6.6", "Faregate_Request_Id: req_x", "X_Api_Key: k", "Transfer_Encoding: chunked", "X_Mine: 1"},
			[]string{"X-Forwarded-For: 127.0.0.1", "X_mine: 1"}, []string{"6.6.6.6", "gopher", "req_x", "X_api_key", "Transfer_encoding"}},
		{"whom it came through", []string{"Via: 1.0 other"}, []string{"Via: 1.0 other", "Via: 1.1 faregate"}, nil},
		{"the portal's cookies", []string{"Cookie: a=1; faregate_session=s; b=2; __Host-faregate=x; __secure-Faregate_y=z"},
			[]string{"Cookie: a=1; b=2"}, []string{"faregate_", "__"}},
		{"nothing but the portal's cookies", []string{"Cookie: faregate_session=s"}, nil, []string{"Cookie"}},
		{"the key in Authorization", nil, nil, []string{"Authorization", key}},
		{"the key in X-API-Key", []string{"Authorization:", "X-API-Key: " + key}, nil, []string{"Api-Key", key}},
		{"the key in both places", []string{"X-API-Key: " + key}, nil, []string{"Authorization", "Api-Key", key}},
		{"the key in small letters' scheme and with a tab", []string{"Authorization: bearer\t" + key, "X-API-Key: " + key}, nil, []string{"Authorization", key}},
		{"the key where no scheme is", []string{"Authorization: " + key, "X-API-Key: " + key}, nil, []string{"Authorization", key}},
		{"the upstream's own credential beside the key", []string{"Authorization: Bearer theirs", "X-API-Key: " + key},
			[]string{"Authorization: Bearer theirs"}, []string{key}},
		{"the upstream's password beside the key", []string{"Authorization: Basic YTpi", "X-API-Key: " + key},
			[]string{"Authorization: Basic YTpi"}, []string{key}},
	} {
		t.Run(row.name, func(t *testing.T) {
			wantStatus(t, e.Call("POST", random, "x", row.header...), 200, "")
			got := gatewaytest.Lines(upstream.page().Header)
			for _, line := range row.forward {
				if !strings.Contains(got, line) {
					t.Errorf("%q is missing", line)
				}
			}
			for _, text := range row.withhold {
				if strings.Contains(got, text) {
					t.Errorf("%q came through", text)
				}
			}
			if t.Failed() {
				t.Logf("the upstream saw\n%s", got)
			}
		})
	}
	t.Run("the host is the upstream's own", func(t *testing.T) {
		request := e.Request(context.Background(), "GET", random, nil)
		request.Host = "portal.example.test"
		if _, err := e.Send(request); err != nil {
			t.Fatal(err)
		}
		if got := upstream.page(); got.Host == request.Host || got.Header.Get("X-Forwarded-Host") != request.Host {
			t.Errorf("host %q, forwarded host %q", got.Host, got.Header.Get("X-Forwarded-Host"))
		}
	})
	e.Prove()
}

// The upstream is told who called: whoever holds the connection, or whom the extractor finds behind a trusted proxy. What
// the caller claims never gets through by itself.
func TestUpstreamsAreToldWhoCalled(t *testing.T) {
	proxied := func(trusted string) func(*http.Request) string {
		return func(r *http.Request) string {
			if peer, _, _ := net.SplitHostPort(r.RemoteAddr); peer != trusted {
				return peer
			}
			return r.Header.Get("X-Forwarded-For")
		}
	}
	for _, row := range []struct {
		name    string
		address func(*http.Request) string
		want    []string
	}{
		{"nobody says how to find out, so it is the peer", nil, []string{"127.0.0.1"}},
		{"the peer is a trusted proxy", proxied("127.0.0.1"), []string{"203.0.113.5"}},
		{"the peer is not trusted", proxied("10.0.0.1"), []string{"127.0.0.1"}},
		{"nobody knows", func(*http.Request) string { return "" }, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			var upstream notebook
			e := gatewaytest.New(t, upstream.ServeHTTP, func(c *gateway.Config) { c.ClientAddr = row.address })
			e.Fund(price)
			wantStatus(t, e.Call("GET", random, "", "X-Forwarded-For: 203.0.113.5", "X-Real-Ip: 203.0.113.9"), 200, "")
			got := upstream.page().Header
			if !slices.Equal(got["X-Forwarded-For"], row.want) || got["X-Real-Ip"] != nil {
				t.Errorf("the upstream is told %q, want %q", got["X-Forwarded-For"], row.want)
			}
		})
	}
}

func TestTheCallersAddressBehindATrustedProxy(t *testing.T) {
	var upstream notebook
	e := gatewaytest.New(t, upstream.ServeHTTP, func(c *gateway.Config) { c.PublicURL = "http://plain.test" })
	e.Fund(1000 * price)
	for _, row := range []struct{ name, remote, forwarded string }{
		{"an address and a port", "203.0.113.7:1234", "203.0.113.7"},
		{"an address alone", "203.0.113.7", "203.0.113.7"},
		{"IPv6", "[2001:db8::1]:1234", "2001:db8::1"},
		{"nothing that is an address", "@", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			request := e.Request(context.Background(), "GET", random, nil)
			request.RemoteAddr = row.remote
			if w := e.Serve(request); w.Code != 200 {
				t.Fatalf("got %d", w.Code)
			}
			got := upstream.page().Header
			if got.Get("X-Forwarded-For") != row.forwarded || got.Get("X-Forwarded-Proto") != "http" {
				t.Errorf("forwarded for %q by %q", got.Get("X-Forwarded-For"), got.Get("X-Forwarded-Proto"))
			}
		})
	}
}

func TestRequestTrailers(t *testing.T) {
	var upstream notebook
	e := gatewaytest.New(t, upstream.ServeHTTP)
	e.Fund(price)
	_, answer := e.Raw("POST " + random + " HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\nTransfer-Encoding: chunked\r\n" +
		"Trailer: X-Sum, X-Api-Key, Faregate-Charged, Authorization\r\n\r\n5\r\nhello\r\n0\r\n" +
		"X-Sum: 1\r\nX-Api-Key: {key}\r\nFaregate-Charged: 0\r\nAuthorization: Bearer {key}\r\n\r\n")
	wantStatus(t, rawReply(t, answer, "POST"), 200, "")
	if got := gatewaytest.Lines(upstream.page().Trailer); got != "X-Sum: 1\r\n" {
		t.Errorf("the upstream saw the trailers %q", got)
	}
	e.Prove()
}
