package gateway_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

const asking = "GET " + random + " HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: echo/2\r\n\r\n"

const switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: Echo/2\r\nX-Thing: 1\r\nFaregate-Charged: 0\r\n\r\n"

// switches answers with text and then has the connection.
func switches(text string, then func(conn net.Conn)) func(net.Conn, *http.Request) {
	return func(conn net.Conn, _ *http.Request) {
		_, _ = io.WriteString(conn, text)
		then(conn)
	}
}

func echo(conn net.Conn) { _, _ = io.Copy(conn, conn) }

// wantSwitch reads a 101 and leaves what follows in the reader.
func wantSwitch(t *testing.T, answer *bufio.Reader) *http.Response {
	t.Helper()
	response, err := http.ReadResponse(answer, nil)
	if err != nil || response.StatusCode != 101 {
		t.Fatalf("got %+v: %v", response, err)
	}
	return response
}

func TestWebSocketsAreChargedPerCall(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"chat"}, CompressionMode: websocket.CompressionContextTakeover})
		if err != nil {
			t.Error(err)
			return
		}
		conn.SetReadLimit(1 << 20)
		for {
			kind, text, err := conn.Read(r.Context())
			if err != nil {
				_ = conn.Close(websocket.StatusNormalClosure, "")
				return
			}
			if err := conn.Write(r.Context(), kind, append([]byte("echo "), text...)); err != nil {
				return
			}
		}
	})
	e.Fund(price)
	conn, response, err := websocket.Dial(t.Context(), e.URL+random, &websocket.DialOptions{
		HTTPClient: e.Client, Subprotocols: []string{"chat"}, CompressionMode: websocket.CompressionContextTakeover,
		HTTPHeader: http.Header{"Authorization": {"Bearer " + e.World.Secret}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if h := response.Header; conn.Subprotocol() != "chat" || h.Get("Faregate-Charged") != "20000000" || h.Get("Faregate-Origin") != "upstream" {
		t.Errorf("the answer's header\n%s", gatewaytest.Lines(h))
	}
	if e.Balance() != 0 || e.Gateway.InFlight() != 1 {
		t.Errorf("balance %s, %d in flight", e.Balance().Decimal(2), e.Gateway.InFlight())
	}
	conn.SetReadLimit(1 << 20)
	for _, text := range []string{"one", strings.Repeat("long ", 100_000)} {
		if err := conn.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if _, got, err := conn.Read(t.Context()); err != nil || string(got) != "echo "+text {
			t.Fatalf("got %d bytes: %v", len(got), err)
		}
	}
	if err := conn.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Error(err)
	}
	wantCall(t, e, 101, price, models.EvidenceStatus)
	e.Prove()
	if _, _, err := websocket.Dial(t.Context(), e.URL+random, &websocket.DialOptions{HTTPClient: e.Client, HTTPHeader: http.Header{"X-Api-Key": {e.World.Secret}}}); err == nil || !strings.Contains(err.Error(), "402") {
		t.Errorf("without credit: %v", err)
	}
}

func TestAnyProtocolFlowsBothWays(t *testing.T) {
	e := gatewaytest.NewAt(t, gatewaytest.RawUpstream(t, switches(switching+"first", echo)))
	e.Fund(price)
	conn, answer := e.Raw(asking + "early ") // sent before the 101 has come
	h := wantSwitch(t, answer).Header
	if h.Get("Upgrade") != "echo/2" || h.Get("Connection") != "Upgrade" || h.Get("X-Thing") != "1" || h.Get("Faregate-Charged") != "20000000" || h.Get("Faregate-Request-Id") == "" {
		t.Errorf("the answer's header\n%s", gatewaytest.Lines(h))
	}
	_, _ = io.WriteString(conn, "late")
	_ = conn.(*net.TCPConn).CloseWrite()
	if text, err := io.ReadAll(answer); string(text) != "firstearly late" || err != nil {
		t.Errorf("got %q: %v", text, err)
	}
	wantCall(t, e, 101, price, models.EvidenceStatus)
	e.Prove()
}

func TestASwitchWaitsForItsCommit(t *testing.T) {
	e := gatewaytest.NewAt(t, gatewaytest.RawUpstream(t, switches(switching, echo)))
	e.Fund(2 * price)
	release := e.Books.Hold()
	defer release()
	conn, answer := e.Raw(asking)
	awaitPending(t, e)
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	if _, err := answer.Peek(1); err == nil {
		t.Error("something came before the commit")
	}
	_ = conn.SetReadDeadline(time.Time{})
	release()
	wantSwitch(t, bufio.NewReader(conn))
	_ = conn.Close()
	e.Quiet()

	e.Books.Break()
	_, answer = e.Raw(asking)
	wantStatus(t, rawReply(t, answer, "GET"), 503, "billing_unavailable")
	e.Books.Mend()
	e.Prove()
}

func TestWhichUpgradesArePassedOn(t *testing.T) {
	var upstream notebook
	e := gatewaytest.New(t, upstream.ServeHTTP)
	e.Fund(1000 * price)
	for _, row := range []struct {
		name, version, fields string
		passed                string // the protocol that the upstream is asked for; "" for none
	}{
		{"WebSocket", "1.1", "Connection: Upgrade\r\nUpgrade: websocket\r\n", "websocket"},
		{"another protocol with its version", "1.1", "Connection: x, upgrade\r\nX: gone\r\nUpgrade: foo/1.2\r\n", "foo/1.2"},
		{"Connection in two lines", "1.1", "Connection: keep-alive\r\nConnection: UPGRADE\r\nUpgrade: foo\r\n", "foo"},
		{"no Connection", "1.1", "Upgrade: websocket\r\n", ""},
		{"Connection names something else", "1.1", "Connection: upgrades\r\nUpgrade: websocket\r\n", ""},
		{"nothing is asked for", "1.1", "Connection: upgrade\r\n", ""},
		{"asked for twice", "1.1", "Connection: upgrade\r\nUpgrade: foo\r\nUpgrade: bar\r\n", ""},
		{"a choice of two", "1.1", "Connection: upgrade\r\nUpgrade: foo, bar\r\n", ""},
		{"no token", "1.1", "Connection: upgrade\r\nUpgrade: foo bar\r\n", ""},
		{"half a version", "1.1", "Connection: upgrade\r\nUpgrade: foo/\r\n", ""},
		{"HTTP/2, in which calls would go unseen", "1.1", "Connection: upgrade, http2-settings\r\nUpgrade: H2C\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n", ""},
		{"HTTP/2 with its settings named nowhere", "1.1", "Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n", ""},
		{"HTTP of any version", "1.1", "Connection: upgrade\r\nUpgrade: HTTP/3\r\n", ""},
		{"TLS", "1.1", "Connection: upgrade\r\nUpgrade: TLS/1.3\r\n", ""},
		{"HTTP/1.0", "1.0", "Connection: upgrade\r\nUpgrade: websocket\r\n", ""},
		{"with a body", "1.1", "Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, answer := e.Raw("GET " + random + " HTTP/" + row.version + "\r\nHost: h\r\nX-API-Key: {key}\r\n" + row.fields + "\r\nx")
			wantStatus(t, rawReply(t, answer, "GET"), 200, "") // the upstream does not switch, as it may
			h := upstream.page().Header
			if h.Get("Upgrade") != row.passed || (h.Get("Connection") == "Upgrade") != (row.passed != "") || h.Get("X") != "" || h.Get("Http2-Settings") != "" {
				t.Errorf("the upstream saw\n%s", gatewaytest.Lines(h))
			}
		})
	}
	e.UseHTTP2()
	wantStatus(t, e.Call("GET", random, ""), 200, "")
	if h := upstream.page().Header; h.Get("Upgrade") != "" || h.Get("Connection") != "" {
		t.Errorf("over HTTP/2 the upstream saw\n%s", gatewaytest.Lines(h))
	}
	e.Prove()
}

func TestAnUpgradeOverTLSDoesWithoutHTTP2(t *testing.T) {
	e := overTLS(t, func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 1 {
			t.Errorf("the upstream was asked in %s", r.Proto)
		}
		conn, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, switching)
		_, _ = io.Copy(conn, buffered)
	})
	e.Fund(price)
	conn, answer := e.Raw(asking)
	wantSwitch(t, answer)
	_, _ = io.WriteString(conn, "hello")
	_ = conn.(*net.TCPConn).CloseWrite()
	if text, err := io.ReadAll(answer); string(text) != "hello" || err != nil {
		t.Errorf("got %q: %v", text, err)
	}
	e.Prove()
}

func TestSwitchesThatAreNoAnswerToTheRequest(t *testing.T) {
	for _, row := range []struct{ name, answer string }{
		{"another protocol", "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"},
		{"another version", "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo/3\r\n\r\n"},
		{"no protocol", "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n\r\n"},
		{"two protocols", "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo/2\r\nUpgrade: x\r\n\r\n"},
		{"no Connection", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo/2\r\n\r\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := gatewaytest.NewAt(t, gatewaytest.RawUpstream(t, says(row.answer)))
			e.Fund(price)
			_, answer := e.Raw(asking)
			reply := rawReply(t, answer, "GET")
			wantStatus(t, reply, 502, "upstream_error")
			if got := reply.Header.Get("Proxy-Status"); got != "faregate; error=http_protocol_error" || e.Balance() != price {
				t.Errorf("Proxy-Status: %s, balance %s", got, e.Balance().Decimal(2))
			}
			wantCall(t, e, 502, 0, models.EvidenceNoAnswer)
			e.Prove()
		})
	}
}

func TestHowATunnelEnds(t *testing.T) {
	for _, row := range []struct {
		name     string
		upstream func(net.Conn)
		end      func(e *gatewaytest.Env, caller net.Conn)
		rest     string // that the caller still hears
	}{
		{"the upstream says goodbye", func(c net.Conn) { _, _ = io.WriteString(c, "goodbye") }, func(_ *gatewaytest.Env, c net.Conn) { _, _ = io.Copy(io.Discard, c); _ = c.Close() }, ""},
		{"the upstream resets", gatewaytest.Reset, func(*gatewaytest.Env, net.Conn) {}, ""},
		{"the caller closes", echo, func(_ *gatewaytest.Env, c net.Conn) { _ = c.Close() }, ""},
		{"the caller resets", echo, func(_ *gatewaytest.Env, c net.Conn) { gatewaytest.Reset(c) }, ""},
		{"the caller closes, and the upstream does not notice", func(c net.Conn) { _, _ = c.Read(make([]byte, 1)); neverNotices(c) }, func(_ *gatewaytest.Env, c net.Conn) { _ = c.Close() }, ""},
		{"the gateway is cut", echo, func(e *gatewaytest.Env, _ net.Conn) { e.Gateway.Cut() }, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := gatewaytest.NewAt(t, gatewaytest.RawUpstream(t, switches(switching, row.upstream)), quick(100*time.Millisecond))
			e.Fund(price)
			conn, answer := e.Raw(asking)
			wantSwitch(t, answer)
			row.end(e, conn)
			e.Quiet()
			if e.Gateway.InFlight() != 0 {
				t.Error("it goes on")
			}
			wantCall(t, e, 101, price, models.EvidenceStatus)
			e.Prove()
		})
	}
}

// neverNotices waits until a connection is closed from the other side for good, having been told once already.
func neverNotices(conn net.Conn) {
	for {
		if _, err := conn.Write([]byte{0}); err != nil {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// What a tunnel says of itself while it runs: it is in flight, but holds nobody's place before it is settled.
func TestATunnelDoesNotHoldUpThoseWhoWaitForSettlements(t *testing.T) {
	e := gatewaytest.NewAt(t, gatewaytest.RawUpstream(t, switches(switching, echo)))
	e.Fund(price)
	conn, answer := e.Raw(asking)
	id := wantSwitch(t, answer).Header.Get("Faregate-Request-Id")
	_, _ = io.WriteString(conn, "x")
	if _, err := answer.ReadByte(); err != nil { // it runs
		t.Fatal(err)
	}
	if e.Gateway.InFlight() != 1 || e.Gateway.OldestInFlight().String() == id {
		t.Errorf("%d in flight, the oldest is %s", e.Gateway.InFlight(), e.Gateway.OldestInFlight())
	}
	_ = conn.Close()
	e.Prove()
}

func TestMuchFlowsThroughATunnelBothWays(t *testing.T) {
	const size = 20 << 20
	e := gatewaytest.NewAt(t, gatewaytest.RawUpstream(t, switches(switching, echo)))
	e.Fund(price)
	conn, answer := e.Raw(asking)
	wantSwitch(t, answer)
	var up sync.WaitGroup
	up.Go(func() {
		_, _ = io.Copy(conn, gatewaytest.Zeros(size))
		_ = conn.(*net.TCPConn).CloseWrite()
	})
	if n, err := io.Copy(io.Discard, answer); n != size || err != nil {
		t.Errorf("%d bytes came back: %v", n, err)
	}
	up.Wait()
	e.Prove()
}

func TestAnUpgradeThatTheUpstreamDeclinesIsAnOrdinaryCall(t *testing.T) {
	e := gatewaytest.New(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Upgrade", "websocket")
		w.WriteHeader(http.StatusUpgradeRequired)
		_, _ = fmt.Fprint(w, "ask properly")
	})
	e.Fund(price)
	reply, err := e.Send(e.Request(context.Background(), "GET", random, nil, "Connection: upgrade", "Upgrade: websocket"))
	if err != nil || reply.StatusCode != 426 || reply.Text != "ask properly" {
		t.Errorf("got %d %q: %v", reply.StatusCode, reply.Text, err)
	}
	wantCall(t, e, 426, price, models.EvidenceStatus)
	e.Prove()
}
