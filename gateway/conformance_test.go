package gateway_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
	"github.com/faregate/faregate/models"
)

// This file holds what any reverse proxy owes to both sides and no other file of this folder is about.

// watchedBody is an answer's body that knows whether it was closed.
type watchedBody struct {
	io.Reader
	open *atomic.Int64
	once sync.Once
}

func (b *watchedBody) Close() error {
	b.once.Do(func() { b.open.Add(-1) })
	return nil
}

func TestEveryAnswersBodyIsClosed(t *testing.T) {
	var open atomic.Int64
	for _, row := range []struct {
		name       string
		answer     http.Response
		body       io.Reader
		credential bool
		break_     bool
	}{
		{name: "whole", answer: http.Response{StatusCode: 200, ContentLength: 2}, body: strings.NewReader("ok")},
		{name: "flowing", answer: http.Response{StatusCode: 200, ContentLength: -1}, body: strings.NewReader("ok")},
		{name: "none", answer: http.Response{StatusCode: 204}, body: strings.NewReader("")},
		{name: "broken off", answer: http.Response{StatusCode: 200, ContentLength: 5}, body: strings.NewReader("ok")},
		{name: "a flow that breaks off", answer: http.Response{StatusCode: 200, ContentLength: -1}, body: io.MultiReader(strings.NewReader("ok"), brokenReader{})},
		{name: "an unasked switch", answer: http.Response{StatusCode: 101}, body: strings.NewReader("")},
		{name: "a status below 100", answer: http.Response{StatusCode: 99}, body: strings.NewReader("")},
		{name: "our own standing", answer: http.Response{StatusCode: 401, Status: "401 No", ContentLength: 2}, body: strings.NewReader("no"), credential: true},
		{name: "books that cannot be written", answer: http.Response{StatusCode: 200, ContentLength: 2}, body: strings.NewReader("ok"), break_: true},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := gatewaytest.NewAt(t, "http://up.test")
			e.Fund(price)
			if row.credential {
				withCredential(e, "Authorization", upstreamSecret)
			}
			gateway.SetUpstream(e.Gateway, func(r *http.Request) (*http.Response, error) {
				if row.break_ {
					e.Books.Break()
				}
				open.Add(1)
				answer := row.answer
				answer.Header, answer.Body, answer.Request = http.Header{}, &watchedBody{Reader: row.body, open: &open}, r
				return &answer, nil
			})
			_, _ = e.TryCall("GET", random, "")
			e.Quiet()
			if n := open.Swap(0); n != 0 {
				t.Errorf("%d bodies are open", n)
			}
			e.Books.Mend()
		})
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestWhatTheCallerDidNotSendIsNotSent(t *testing.T) {
	var upstream notebook
	e := gatewaytest.New(t, upstream.ServeHTTP)
	e.Fund(10 * price)
	_, answer := e.Raw("GET " + random + " HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\n\r\n")
	wantStatus(t, rawReply(t, answer, "GET"), 200, "")
	got := upstream.page().Header
	got.Del("Faregate-Request-Id")
	if lines := gatewaytest.Lines(got); lines != "Via: 1.1 faregate\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: h\r\nX-Forwarded-Proto: https\r\n" {
		t.Errorf("the upstream saw\n%s", lines)
	}
	for _, row := range []struct{ fields, userAgent string }{{"User-Agent:\r\n", ""}, {"User-Agent: mine\r\n", "mine"}} {
		_, answer := e.Raw("GET " + random + " HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\n" + row.fields + "\r\n")
		wantStatus(t, rawReply(t, answer, "GET"), 200, "")
		if got := upstream.page().Header.Get("User-Agent"); got != row.userAgent {
			t.Errorf("%q arrived as %q", row.fields, got)
		}
	}
	e.Prove()
}

func TestLengthsStayAsTheyWere(t *testing.T) {
	e := gatewaytest.NewAt(t, gatewaytest.RawUpstream(t, func(conn net.Conn, r *http.Request) {
		switch {
		case r.URL.Path == "/304":
			_, _ = io.WriteString(conn, "HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\nETag: \"1\"\r\n\r\n")
		case r.URL.Path == "/205":
			_, _ = io.WriteString(conn, "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n")
		default:
			_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nX-Request-Length: %s\r\n\r\n", strings.Join(r.Header["Content-Length"], ","))
			if r.Method != "HEAD" {
				_, _ = io.Copy(conn, gatewaytest.Zeros(1234))
			}
		}
	}))
	e.Fund(10 * price)
	for _, row := range []struct {
		method, path, length string
		status, bytes        int
	}{
		{"GET", "/", "1234", 200, 1234},
		{"HEAD", "/", "1234", 200, 0},
		{"GET", "/304", "", 304, 0}, // the server leaves it out, as RFC 9110 section 15.4.5 would have it
		{"HEAD", "/304", "", 304, 0},
		{"GET", "/205", "0", 205, 0},
	} {
		_, answer := e.Raw(row.method + " /invoke/quotes/v1" + row.path + " HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\n\r\n")
		reply := rawReply(t, answer, row.method)
		if reply.StatusCode != row.status || reply.Header.Get("Content-Length") != row.length || len(reply.Text) != row.bytes {
			t.Errorf("%s %s: got %d with %d of %s bytes", row.method, row.path, reply.StatusCode, len(reply.Text), reply.Header.Get("Content-Length"))
		}
	}
	e.Prove()
}

func TestCompressedAnswersStayCompressed(t *testing.T) {
	var packed bytes.Buffer
	pack := gzip.NewWriter(&packed)
	_, _ = pack.Write([]byte(strings.Repeat("hello ", 1000)))
	_ = pack.Close()
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	})
	e.Fund(price)
	reply := e.Call("GET", random, "", "Accept-Encoding: gzip")
	if reply.Header.Get("Content-Encoding") != "gzip" || reply.Text != packed.String() {
		t.Errorf("%d bytes of %q came", len(reply.Text), reply.Header.Get("Content-Encoding"))
	}
	e.Prove()
}

// Connections to upstreams are kept: after whole answers, flowing ones, refusals of theirs and bodies that were not read.
func TestConnectionsToUpstreamsAreKept(t *testing.T) {
	var connections atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/flowing":
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, "data: 1\n\n")
		case "/500":
			w.WriteHeader(500)
		case "/304":
			w.WriteHeader(304)
		}
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	e := gatewaytest.NewAt(t, server.URL)
	e.Fund(100 * price)
	for range 3 {
		for _, path := range []string{"/", "/flowing", "/500", "/304"} {
			for _, method := range []string{"GET", "POST", "HEAD"} {
				_ = e.Call(method, "/invoke/quotes/v1"+path, "x")
			}
		}
	}
	if n := connections.Load(); n > 3 { // now and then the next call comes before the last connection is back
		t.Errorf("36 calls took %d connections", n)
	}
	e.Prove()
}

// A request is sent again only where nothing of it was taken, or where it has no body and may be repeated; it is charged
// once.
func TestRequestsThatAreSentAgain(t *testing.T) {
	for _, row := range []struct {
		name, method, body string
		header             []string
		status             int
		sent               int64 // how often the upstream is sent the second call
	}{
		{"GET", "GET", "", nil, 200, 2},
		{"HEAD", "HEAD", "", nil, 200, 2},
		{"OPTIONS", "OPTIONS", "", nil, 200, 2},
		{"DELETE is not ours to repeat", "DELETE", "", nil, 502, 1},
		{"POST", "POST", "x", nil, 502, 1},
		{"POST without a body", "POST", "", nil, 502, 1},
		{"POST that names itself idempotent", "POST", "", []string{"Idempotency-Key: 1"}, 200, 2},
		{"POST that names itself idempotent, with a body", "POST", "x", []string{"Idempotency-Key: 1"}, 502, 1},
		{"GET with a body", "GET", "x", nil, 502, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			var sent atomic.Int64
			at := manyConnections(t, func(number int64, conn net.Conn) {
				from := bufio.NewReader(conn)
				for request := 1; ; request++ {
					r, err := http.ReadRequest(from)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, r.Body)
					if request == 1 && r.URL.Path == "/first" {
						_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
						continue
					}
					if sent.Add(1) == 1 {
						return // without an answer
					}
					_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
				}
			})
			e := gatewaytest.NewAt(t, at)
			e.Fund(2 * price)
			wantStatus(t, e.Call("GET", "/invoke/quotes/v1/first", ""), 200, "")
			wantStatus(t, e.Call(row.method, "/invoke/quotes/v1/second", row.body, row.header...), row.status, "")
			if n := sent.Load(); n != row.sent {
				t.Errorf("it was sent %d times", n)
			}
			left := models.Nano(0)
			if row.status != 200 {
				left = price
			}
			if len(e.Calls()) != 2 || e.Balance() != left {
				t.Errorf("%d calls, balance %s", len(e.Calls()), e.Balance().Decimal(2))
			}
			e.Prove()
		})
	}
}

// manyConnections is an upstream that does with each connection what the function does. It returns the address.
func manyConnections(t *testing.T, serve func(number int64, conn net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for number := int64(1); ; number++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer conn.Close()
				serve(number, conn)
			})
		}
	})
	t.Cleanup(func() { _ = listener.Close(); running.Wait() })
	return "http://" + listener.Addr().String()
}

// A caller who goes away in the middle of the body takes the upstream's request along, and pays nothing: there is nothing
// that the upstream could have worked on.
func TestACallerWhoLeavesInTheMiddleOfTheBody(t *testing.T) {
	for _, row := range []struct{ name, framing string }{
		{"of a declared length", "Content-Length: 1000\r\n\r\npart"},
		{"in chunks", "Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			begun, broken := make(chan struct{}), make(chan error)
			e := gatewaytest.New(t, func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.ReadFull(r.Body, make([]byte, 4))
				close(begun)
				_, err := io.Copy(io.Discard, r.Body)
				broken <- err
			})
			e.Fund(price)
			conn, _ := e.Raw("POST " + random + " HTTP/1.1\r\nHost: h\r\nX-API-Key: {key}\r\n" + row.framing)
			<-begun
			_ = conn.Close()
			if err := <-broken; err == nil {
				t.Error("to the upstream the body has an end")
			}
			if e.Quiet(); e.Balance() != price {
				t.Errorf("balance %s", e.Balance().Decimal(2))
			}
			e.Prove()
		})
	}
}

// An upstream's mistake in one call is nobody else's: the gateway goes on, on every connection.
func TestAPanicInTheTransportEndsOneCallOnly(t *testing.T) {
	e := gatewaytest.NewAt(t, "http://up.test")
	e.Fund(2 * price)
	gateway.SetUpstream(e.Gateway, func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/broken" {
			panic("a mistake")
		}
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	})
	for range 20 {
		if reply, err := e.TryCall("GET", "/invoke/quotes/v1/broken", ""); err == nil {
			t.Fatalf("got %d", reply.StatusCode)
		}
	}
	wantStatus(t, e.Call("GET", random, ""), 200, "")
	e.Prove()
}

// The size of a stream's buffer follows what comes: many short events, then much at once, then little again, and nothing is
// lost in between, whatever has to be kept back.
func TestStreamsOfChangingPace(t *testing.T) {
	var want strings.Builder
	for i, size := range []int{1, 1, 2047, 2048, 2049, 4096, 40_000, 3, 70_000, 1, 1, 1} {
		want.WriteString(strings.Repeat(string(rune('a'+i)), size))
	}
	for _, declared := range []bool{false, true} {
		for _, version := range []string{"1.1", "1.0"} {
			t.Run(fmt.Sprintf("declared %t, to HTTP/%s", declared, version), func(t *testing.T) {
				e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
					if declared {
						w.Header().Set("Content-Length", fmt.Sprint(want.Len()))
					}
					rest := want.String()
					for rest != "" {
						end := 1
						for end < len(rest) && rest[end] == rest[0] {
							end++
						}
						_, _ = io.WriteString(w, rest[:end])
						w.(http.Flusher).Flush()
						rest = rest[end:]
					}
				})
				e.Fund(price)
				_, answer := e.Raw("GET " + random + " HTTP/" + version + "\r\nHost: h\r\nX-API-Key: {key}\r\nConnection: close\r\n\r\n")
				if reply := rawReply(t, answer, "GET"); reply.Text != want.String() {
					t.Errorf("%d of %d bytes came, or others", len(reply.Text), want.Len())
				}
				e.Prove()
			})
		}
	}
}

func TestACallerWhoLeavesBetweenInformationalAnswers(t *testing.T) {
	hinted := make(chan struct{})
	e := gatewaytest.New(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		close(hinted)
		<-r.Context().Done()
	})
	e.Publish(func(d *models.APIDraft) { d.Price = 0 })
	ctx, leave := context.WithCancel(context.Background())
	go func() { <-hinted; leave() }()
	if _, err := e.Send(e.Request(ctx, "GET", random, nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	e.Prove()
}
