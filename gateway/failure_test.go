package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// says is a raw upstream's answer.
func says(text string) func(net.Conn, *http.Request) {
	return func(conn net.Conn, _ *http.Request) { _, _ = io.WriteString(conn, text) }
}

// stalls writes text and then waits until the gateway has had enough.
func stalls(text string) func(net.Conn, *http.Request) {
	return func(conn net.Conn, _ *http.Request) {
		_, _ = io.WriteString(conn, text)
		_, _ = io.Copy(io.Discard, conn)
	}
}

func TestAnUpstreamThatFailsCostsNothing(t *testing.T) {
	const partOfSix = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc"
	for _, row := range []struct {
		name     string
		answer   func(net.Conn, *http.Request)
		status   int
		code     string
		reason   string // of Proxy-Status
		evidence models.Evidence
	}{
		{"closes at once", says(""), 502, "upstream_error", "connection_terminated", models.EvidenceNoAnswer},
		{"resets at once", func(c net.Conn, _ *http.Request) { gatewaytest.Reset(c) }, 502, "upstream_error", "connection_terminated", models.EvidenceNoAnswer},
		{"closes in the header", says("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"), 502, "upstream_error", "connection_terminated", models.EvidenceNoAnswer},
		{"closes in the body", says(partOfSix), 502, "upstream_error", "http_response_incomplete", models.EvidenceCutShort},
		{"resets in the body", func(c net.Conn, r *http.Request) { says(partOfSix)(c, r); gatewaytest.Reset(c) }, 502, "upstream_error", "http_response_incomplete", models.EvidenceCutShort},
		{"speaks something else", says("SSH-2.0-OpenSSH\r\n\r\n"), 502, "upstream_error", "http_protocol_error", models.EvidenceNoAnswer},
		{"has a status below 100", says("HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n"), 502, "upstream_error", "http_protocol_error", models.EvidenceNoAnswer},
		{"switches protocols unasked", says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"), 502, "upstream_error", "http_protocol_error", models.EvidenceNoAnswer},
		{"has two lengths", says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), 502, "upstream_error", "http_protocol_error", models.EvidenceNoAnswer},
		{"has an endless header", says("HTTP/1.1 200 OK\r\n" + strings.Repeat("X: "+strings.Repeat("x", 1000)+"\r\n", 300) + "\r\n"), 502, "upstream_error", "http_protocol_error", models.EvidenceNoAnswer},
		{"never answers", stalls(""), 504, "upstream_timeout", "http_response_timeout", models.EvidenceNoAnswer},
		{"stalls in the header", stalls("HTTP/1.1 200 OK\r\n"), 504, "upstream_timeout", "http_response_timeout", models.EvidenceNoAnswer},
		{"stalls in a short body", stalls(partOfSix), 504, "upstream_timeout", "http_response_timeout", models.EvidenceCutShort},
	} {
		t.Run(row.name, func(t *testing.T) {
			var options []gatewaytest.Option
			if row.status == 504 {
				options = append(options, quick(100*time.Millisecond))
			}
			e := gatewaytest.NewAt(t, gatewaytest.RawUpstream(t, row.answer), options...)
			e.Fund(price)
			reply := e.Call("POST", random, "x")
			wantStatus(t, reply, row.status, row.code)
			if got := reply.Header.Get("Proxy-Status"); got != "faregate; error="+row.reason {
				t.Errorf("Proxy-Status: %s", got)
			}
			if reply.Header.Get("Faregate-Charged") != "0" || reply.Header.Get("Faregate-Origin") != "gateway" || e.Balance() != price {
				t.Errorf("charged %s, balance %s", reply.Header.Get("Faregate-Charged"), e.Balance().Decimal(2))
			}
			wantCall(t, e, row.status, 0, row.evidence)
			if got := e.LastCall().Origin; got != models.FromGateway {
				t.Errorf("stored as the answer of the %s", got)
			}
			e.Prove()
		})
	}
}

func TestAnUpstreamThatIsNotReachedMakesNoCall(t *testing.T) {
	closed := func() string {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		return listener.Addr().String()
	}()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	secure.StartTLS()
	defer secure.Close()
	for _, row := range []struct{ name, upstream, reason string }{
		{"nobody listens", "http://" + closed, "connection_refused"},
		{"the name does not exist", "http://does-not-exist.invalid", "dns_error"},
		{"the certificate is nobody's", secure.URL, "tls_certificate_error"},
		{"it speaks no TLS", "https" + strings.TrimPrefix(plain.URL, "http"), "tls_protocol_error"},
		{"it is in a private network", "http://10.0.0.1", "destination_ip_prohibited"},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := gatewaytest.NewAt(t, row.upstream)
			e.Fund(price)
			reply := e.Call("POST", random, "x")
			wantStatus(t, reply, 502, "upstream_error")
			if got := reply.Header.Get("Proxy-Status"); got != "faregate; error="+row.reason {
				t.Errorf("Proxy-Status: %s", got)
			}
			if calls := e.Calls(); len(calls) != 0 || e.Balance() != price {
				t.Errorf("stored %+v, balance %s", calls, e.Balance().Decimal(2))
			}
			e.Prove()
		})
	}
}

func TestAFlowingAnswerThatBreaksOffIsCutAndCostsNothing(t *testing.T) {
	for _, row := range []struct {
		name   string
		answer func(net.Conn, *http.Request)
	}{
		{"shorter than declared", says("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + strings.Repeat("x", 70_000))},
		{"shorter than declared by the last byte", says("HTTP/1.1 200 OK\r\nContent-Length: 70001\r\n\r\n" + strings.Repeat("x", 70_000))},
		{"chunks without an end", says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")},
		{"a chunk that is none", says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n")},
		{"a reset", func(c net.Conn, r *http.Request) {
			says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")(c, r)
			gatewaytest.Reset(c)
		}},
	} {
		for _, http2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, HTTP/2 %t", row.name, http2), func(t *testing.T) {
				e := gatewaytest.NewAt(t, gatewaytest.RawUpstream(t, row.answer))
				if http2 {
					e.UseHTTP2()
				}
				e.Fund(price)
				reply, err := e.TryCall("GET", random, "")
				if err == nil {
					t.Errorf("the answer has an end: %d with %d bytes", reply.StatusCode, len(reply.Text))
				}
				wantCall(t, e, 200, 0, models.EvidenceCutShort)
				if e.Balance() != price {
					t.Errorf("balance %s", e.Balance().Decimal(2))
				}
				e.Prove()
			})
		}
	}
}

func TestAnAnswerLongerThanDeclaredEndsWhereItShould(t *testing.T) {
	e := gatewaytest.NewAt(t, gatewaytest.RawUpstream(t, says("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\n\r\n")))
	e.Fund(2 * price)
	for range 2 {
		if reply := e.Call("GET", random, ""); reply.StatusCode != 200 || reply.Text != "abc" {
			t.Errorf("got %d %q", reply.StatusCode, reply.Text)
		}
	}
	wantCall(t, e, 200, price, models.EvidenceStatus)
	e.Prove()
}

func TestAnAnswerWithoutAnyLengthEndsWithTheConnection(t *testing.T) {
	e := gatewaytest.NewAt(t, gatewaytest.RawUpstream(t, says("HTTP/1.0 200 OK\r\n\r\nall there is")))
	e.Fund(price)
	if reply := e.Call("GET", random, ""); reply.Text != "all there is" || reply.Trailer.Get("Faregate-Charged") != "20000000" {
		t.Errorf("got %q, trailers %v", reply.Text, reply.Trailer)
	}
	e.Prove()
}

func TestWhereUpstreamsMayBe(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	address, _ := url.Parse(server.URL)
	port, _ := strconv.ParseUint(address.Port(), 10, 16)
	at := func(host string) string { return net.JoinHostPort(host, address.Port()) }
	loopback := gateway.Upstreams{Loopback: true}
	for _, row := range []struct {
		name, address string
		upstreams     gateway.Upstreams
		allowed       bool
	}{
		{"this machine", at("127.0.0.1"), gateway.Upstreams{}, false},
		{"this machine by name", at("localhost"), gateway.Upstreams{}, false},
		{"this machine, another of its addresses", at("127.8.8.8"), gateway.Upstreams{}, false},
		{"this machine over IPv6", at("::1"), gateway.Upstreams{}, false},
		{"this machine as IPv4 in IPv6", at("::ffff:127.0.0.1"), gateway.Upstreams{}, false},
		{"this machine as IPv4 in IPv6, in hexadecimal", at("::ffff:7f00:1"), gateway.Upstreams{}, false},
		{"this machine behind NAT64", at("64:ff9b::7f00:1"), gateway.Upstreams{}, false},
		{"any address", at("0.0.0.0"), gateway.Upstreams{}, false},
		{"any IPv6 address", at("::"), gateway.Upstreams{}, false},
		{"any address, where this machine is allowed", at("0.0.0.0"), loopback, false},
		{"10/8", "10.1.2.3:80", gateway.Upstreams{}, false},
		{"172.16/12", "172.16.0.1:80", gateway.Upstreams{}, false},
		{"192.168/16", "192.168.1.1:80", gateway.Upstreams{}, false},
		{"a cloud's metadata", "169.254.169.254:80", gateway.Upstreams{}, false},
		{"a cloud's metadata as IPv4 in IPv6", "[::ffff:169.254.169.254]:80", gateway.Upstreams{}, false},
		{"a carrier's network", "100.64.0.1:80", gateway.Upstreams{}, false},
		{"a unique local address", "[fd00::1]:80", gateway.Upstreams{}, false},
		{"a link-local address", "[fe80::1]:80", gateway.Upstreams{}, false},
		{"multicast", "224.0.0.1:80", gateway.Upstreams{}, false},
		{"this machine, allowed", at("127.0.0.1"), loopback, true},
		{"this machine as IPv4 in IPv6, allowed", at("::ffff:127.0.0.1"), loopback, true},
		{"a private network where only this machine is allowed", "10.1.2.3:80", loopback, false},
		{"a network that an administrator opened", at("127.0.0.1"), gateway.Upstreams{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/24")}}, true},
		{"beside the network that an administrator opened", at("127.0.1.1"), gateway.Upstreams{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/24")}}, false},
		{"our own port", at("127.0.0.1"), gateway.Upstreams{Loopback: true, OwnPorts: []uint16{uint16(port)}}, false},
		{"our own port as IPv4 in IPv6", at("::ffff:127.0.0.1"), gateway.Upstreams{Loopback: true, OwnPorts: []uint16{uint16(port)}}, false},
		{"a fixed name", "sample.faregate.internal:80", gateway.Upstreams{Fixed: map[string]string{"sample.faregate.internal:80": at("127.0.0.1")}}, true},
		{"a fixed name on our own port", "sample.faregate.internal:80", gateway.Upstreams{OwnPorts: []uint16{uint16(port)}, Fixed: map[string]string{"sample.faregate.internal:80": at("127.0.0.1")}}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			conn, err := row.upstreams.DialContext(ctx, "tcp", row.address)
			if conn != nil {
				_ = conn.Close()
			}
			if (err == nil) != row.allowed {
				t.Errorf("dialling %s: %v", row.address, err)
			}
			if !row.allowed && !errors.Is(err, gateway.ErrForbiddenAddress) {
				t.Errorf("refused for another reason: %v", err)
			}
		})
	}
}

// An administrator who opens the network that this machine is in does not open this program to its own calls.
func TestOurOwnPortIsClosedAtEveryAddressOfThisMachine(t *testing.T) {
	local, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range local {
		prefix, err := netip.ParsePrefix(a.String())
		if err != nil || prefix.Addr().IsLinkLocalUnicast() {
			continue // the latter needs a zone
		}
		listener, err := net.Listen("tcp", net.JoinHostPort(prefix.Addr().String(), "0"))
		if err != nil {
			continue // an address that is not in use yet
		}
		at := listener.Addr().(*net.TCPAddr).AddrPort()
		host := netip.PrefixFrom(prefix.Addr(), prefix.Addr().BitLen())
		for _, row := range []struct {
			name     string
			ownPorts []uint16
			allowed  bool
		}{
			{"our port", []uint16{1, at.Port()}, false},
			{"the port of another program", []uint16{1}, true},
		} {
			t.Run(row.name+" at "+at.Addr().String(), func(t *testing.T) {
				upstreams := gateway.Upstreams{Allowed: []netip.Prefix{host}, OwnPorts: row.ownPorts}
				conn, err := upstreams.DialContext(t.Context(), "tcp", at.String())
				if conn != nil {
					_ = conn.Close()
				}
				if (err == nil) != row.allowed || !row.allowed && !errors.Is(err, gateway.ErrForbiddenAddress) {
					t.Errorf("dialling: %v", err)
				}
			})
		}
		_ = listener.Close()
	}
}

func TestCheckSaysInASentenceWhatIsWrong(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	at := server.URL
	upstreams := gateway.Upstreams{Loopback: true}
	if err := upstreams.Check(context.Background(), at); err != nil {
		t.Errorf("a good address: %v", err)
	}
	server.Close()
	for address, want := range map[string]string{
		at:                              "Nothing answers at " + strings.TrimPrefix(at, "http://") + " at the moment.",
		"http://does-not-exist.invalid": "The name does-not-exist.invalid could not be looked up.",
		"https://10.0.0.1":              "10.0.0.1 is in a private or reserved network. An administrator can open it with --allow-upstreams.",
		"gopher://x":                    "Enter a whole address that begins with https:// or http://.",
	} {
		if err := upstreams.Check(context.Background(), address); err == nil || err.Error() != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}
