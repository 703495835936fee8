package gateway

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

// Whatever stands in the two places for a key: one of them is taken or the request refused, and neither reaches the
// upstream.
func FuzzCredential(f *testing.F) {
	key := models.NewKeySecret()
	for _, seed := range [][2]string{
		{"", ""}, {"Bearer " + key, ""}, {"", key}, {"bearer\t" + key, key}, {"Bearer  " + key + " ", " " + key}, {key, key},
		{"Bearer fg_live_other", key}, {"Basic YTpi", key}, {"Bearer", ""}, {"Bearer ", "x"}, {"Bearerx " + key, key}, {"Bearer theirs", key},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, authorization, apiKey string) {
		h := http.Header{}
		for name, value := range map[string]string{"Authorization": authorization, "X-Api-Key": apiKey} {
			if value != "" {
				h.Set(name, value)
			}
		}
		found, no := findCredential(h)
		if no != nil || found.text == "" {
			return
		}
		if !strings.Contains(authorization+"\n"+apiKey, found.text) {
			t.Fatalf("%q is in neither %q nor %q", found.text, authorization, apiKey)
		}
		c := &call{g: &Gateway{}, r: &http.Request{Header: h}, credential: found, route: &route{}}
		out := c.requestHeader()
		if _, ok := out["X-Api-Key"]; ok || strings.Contains(out.Get("Authorization"), found.text) {
			t.Fatalf("%q reaches the upstream in %v", found.text, out)
		}
		if _, err := models.HashKey(found.text); err == nil && len(found.text) != len(key) {
			t.Fatalf("%q passes for a key", found.text)
		}
	})
}

// Whatever passes never leaves the published folder, however often an upstream decodes it before it resolves the dots.
func FuzzTarget(f *testing.F) {
	for _, seed := range []string{
		"", "/", "/a/b", "//a", "/a%2Fb", "/.", "/..", "/%2e%2e/x", "/..%2fx", "/%252e%252e/x", "/%25252e./x", `/..\x`, "/..%5cx",
		"/..;/x", "/%2e%2e%3bx/y", "/\xc3\xbc/..%2f", "/%%32%65", "/%", "/a%2", "/%00", "/...", "/a?b",
	} {
		f.Add(seed)
	}
	var bases []*url.URL
	for _, text := range []string{"http://upstream.test/base/folder", "http://upstream.test", "http://upstream.test/", "http://upstream.test/a%2Fb/?c"} {
		base, err := url.Parse(text)
		if err != nil {
			f.Fatal(err)
		}
		bases = append(bases, base)
	}
	base := bases[0]
	f.Fuzz(func(t *testing.T, rest string) {
		u, err := url.ParseRequestURI("/invoke/quotes/v1" + rest)
		if err != nil {
			return
		}
		parsed, ok := parseTarget(escapedPath(u))
		if !ok || parsed.api != "quotes" || parsed.version != "v1" {
			return // it ran on into another segment
		}
		if climbs(parsed.rest) {
			return
		}
		c := &call{r: &http.Request{URL: u}, target: parsed, route: &route{upstream: base, basePath: base.EscapedPath()}}
		sent := c.upstreamURL().EscapedPath()
		if sent != base.Path+parsed.rest {
			t.Fatalf("%q is sent as %q", parsed.rest, sent)
		}
		for _, c.route.upstream = range bases {
			c.route.basePath = c.route.upstream.EscapedPath()
			if got, want := c.requestTarget(), c.upstreamURL().RequestURI(); got != want {
				t.Fatalf("%q below %q: the request line has %q, the transport would have %q", rest, c.route.upstream, got, want)
			}
		}
		for decoded, n := sent, 0; n < 3; n++ {
			for _, reading := range []string{decoded, strings.ReplaceAll(decoded, `\`, "/")} {
				if resolved := path.Clean(reading); resolved != base.Path && !strings.HasPrefix(resolved, base.Path+"/") {
					t.Fatalf("%q, decoded %d times, leads to %q", sent, n, resolved)
				}
			}
			decoded = billing.Unescape(decoded)
		}
	})
}

// Nothing that belongs to one connection or to us is forwarded, whatever else the header holds.
func FuzzHeaders(f *testing.F) {
	for _, seed := range []string{
		"Connection: close, X-A\nX-A: 1", "connection: Faregate-X\nFaregate-X: 1", "Te: trailers, deflate", "Upgrade: x\nKeep-Alive: 1",
		"X_Forwarded_For: 6.6.6.6\nFaregate_Request_Id: 1\nTransfer_Encoding: chunked", "x-forwarded_for: 6.6.6.6\nX_Secret: 1",
		"Connection: ,,\nCookie: faregate=1;a=b; ;=c", "Cookie: =faregate=1", "Set-Cookie: faregate_session=1\nSet-Cookie: a=b",
		"Cache-Control: public, s-maxage=1, x=\"a, public\"", "Cdn-Cache-Control: public", "Vary: *", "Connection: Cache-Control",
		"x-http-method-override: DELETE", "X-HTTP-Method: PUT\nX-METHOD-OVERRIDE: PUT", "x-original-url: /dear\nX-Rewrite-URL: /dear",
		"X_HTTP-Method_Override: DELETE\nfaregate_x: 1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, lines string) {
		h := http.Header{}
		for line := range strings.SplitSeq(lines, "\n") {
			if name, value, ok := strings.Cut(line, ":"); ok {
				h.Add(strings.TrimSpace(name), strings.TrimSpace(value))
			}
		}
		forbidden := slices.DeleteFunc(slices.Clone(connectionFields), func(name string) bool { return name == "Te" })
		before := fmt.Sprint(h)

		c := &call{g: &Gateway{}, r: &http.Request{Header: h, RemoteAddr: "192.0.2.1:1"}, name: "req_1", route: &route{credential: credentialField{name: "X-Secret", line: []string{"s"}}}}
		out := c.requestHeader()
		if fmt.Sprint(h) != before {
			t.Fatal("the caller's own header was changed")
		}
		if te := out.Get("Te"); te != "" && te != "trailers" || out.Get("Faregate-Request-Id") != "req_1" || out.Get("X-Forwarded-For") != "192.0.2.1" {
			t.Fatalf("forwarded %v", out)
		}
		for name := range out {
			read := http.CanonicalHeaderKey(strings.ReplaceAll(name, "_", "-")) // by CGI and its like
			if _, ours := out[read]; read != name && (ours && mine(read) || strings.HasPrefix(read, ownPrefix)) {
				t.Fatalf("%s is forwarded, and read as %s", name, read)
			}
			if slices.Contains(forbidden, read) || slices.Contains(otherOperations, read) || strings.HasPrefix(read, ownPrefix) && read != "Faregate-Request-Id" {
				t.Fatalf("%s is forwarded", name)
			}
		}
		for pair := range strings.SplitSeq(out.Get("Cookie"), ";") {
			if name, _, _ := strings.Cut(pair, "="); ownCookie(name) {
				t.Fatalf("the upstream sees the cookie %q", pair)
			}
		}

		w := &recorder{header: http.Header{}}
		c.w = w
		c.copyResponseHeader(h)
		for name := range w.header {
			if slices.Contains(connectionFields, name) || slices.Contains(originFields, name) ||
				strings.HasPrefix(name, ownPrefix) && name != "Faregate-Origin" && name != "Faregate-Price" {
				t.Fatalf("%s comes back", name)
			}
		}
		if control := w.header["Cache-Control"]; len(control) != 1 || control[0] != "no-store" && !strings.HasPrefix(control[0], "private") {
			t.Fatalf("Cache-Control is %q", control)
		}
	})
}

// mine says whether a field of a request to an upstream is written by the gateway.
func mine(name string) bool {
	return strings.HasPrefix(name, "X-Forwarded-") || name == "X-Secret"
}

// Whatever a caller asks to switch to: what is passed on is one protocol, in which no calls can be made, and asked for by
// both fields; no other field of the connection goes along.
func FuzzUpgrade(f *testing.F) {
	for _, seed := range [][2]string{
		{"Upgrade", "websocket"}, {"keep-alive, upgrade", "foo/1"}, {"upgrade", "h2c"}, {"upgrade", " H2C "}, {"upgrade", "HTTP/2.0"},
		{"upgrade", "a, b"}, {"upgrade", "a/b/c"}, {"upgrade", "/"}, {"upgrade", ""}, {"", "websocket"}, {",upgrade,,", "\x0bh2c"}, {"upgrade, x-a", "foo"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, connection, upgrade string) {
		r := &http.Request{
			ProtoMajor: 1, ProtoMinor: 1, RemoteAddr: "192.0.2.1:1",
			Header: http.Header{"Connection": {connection}, "Upgrade": {upgrade}, "Http2-Settings": {"x"}, "X-A": {"1"}},
		}
		c := &call{g: &Gateway{}, r: r, route: &route{}}
		out := &http.Request{Header: c.requestHeader()}
		c.forwardUpgrade(out)
		sent := out.Header["Upgrade"]
		if (len(sent) > 0) != (c.upgrade != "") || (len(sent) > 0) != (out.Header.Get("Connection") == "Upgrade") || len(out.Header["Http2-Settings"]) > 0 {
			t.Fatalf("forwarded %v for %q", out.Header, c.upgrade)
		}
		if len(sent) == 0 {
			return
		}
		name, _, _ := strings.Cut(strings.ToLower(sent[0]), "/")
		if !names(r.Header["Connection"], "upgrade") || strings.ContainsAny(sent[0], " ,\t\r\n") || name == "" || slices.Contains([]string{"http", "h2c", "h2", "tls"}, name) {
			t.Fatalf("%q and %q are passed on as %q", connection, upgrade, sent[0])
		}
	})
}

type recorder struct{ header http.Header }

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) Write(p []byte) (int, error) { return len(p), nil }
func (r *recorder) WriteHeader(int)             {}

// Refusing HTML outright never gets a page, and asking for nothing else always does.
func FuzzPrefersHTML(f *testing.F) {
	for _, seed := range []string{"", "*/*", "text/html", "application/json;q=0.5", "text/html;q=0.1;q=1", ";;,,=", "a/b;q=0.12345", "text/html ; Q=1.000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		if prefersHTML([]string{accept}) && !strings.Contains(strings.ToLower(accept), "text/html") {
			t.Fatalf("%q does not mention HTML", accept)
		}
		if prefersHTML([]string{accept, "application/json"}) {
			t.Fatalf("%q outweighs JSON of full weight", accept)
		}
		if !strings.Contains(strings.ToLower(accept), "json") && !prefersHTML([]string{accept, "text/html"}) {
			t.Fatalf("%q hides a wish for HTML", accept)
		}
		if q := weight(accept); q < 0 || q > 1000 {
			t.Fatalf("weight %d", q)
		}
	})
}

// The fields that RFC 9110 section 7.6.1 and practice keep on one connection, those by which an upstream would speak for the
// portal's whole origin, and those by which a caller would ask for another operation than the request line names: written
// down once more, so that the code is held against something.
var (
	connectionFields = []string{
		"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
	}
	originFields = []string{
		"Clear-Site-Data", "Strict-Transport-Security", "Alt-Svc", "Service-Worker-Allowed", "Nel", "Report-To", "Public-Key-Pins",
		"Expect-Ct", "Accept-Ch", "Set-Login", "Surrogate-Control",
	}
	otherOperations = []string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override", "X-Original-Url", "X-Rewrite-Url"}
)
