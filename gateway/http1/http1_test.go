package http1_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/faregate/faregate/gateway/http1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// upstream is one that does with each connection what the function does, and counts them.
type upstream struct {
	address     string
	connections atomic.Int64
}

func newUpstream(t testing.TB, serve func(number int64, conn net.Conn)) *upstream {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	u := &upstream{address: listener.Addr().String()}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			number := u.connections.Add(1)
			running.Go(func() {
				defer conn.Close()
				serve(number, conn)
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		running.Wait()
	})
	return u
}

// always answers every request of a connection with the same text.
func always(text string) func(int64, net.Conn) {
	return func(_ int64, conn net.Conn) {
		for from := bufio.NewReader(conn); take(from) != nil; {
			_, _ = io.WriteString(conn, text)
		}
	}
}

// take reads a request and its body; nil if there is none.
func take(from *bufio.Reader) *http.Request {
	r, err := http.ReadRequest(from)
	if err != nil {
		return nil
	}
	_, _ = io.Copy(io.Discard, r.Body)
	return r
}

func newClient(t testing.TB) *http1.Client {
	t.Helper()
	c := &http1.Client{Dial: (&net.Dialer{}).DialContext, MaxIdle: 8, MaxIdlePerHost: 4, IdleTimeout: time.Minute, MaxHeader: 64 << 10}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// exchange is a request of a test's.
func exchange(address, method, body string) *http1.Exchange {
	return &http1.Exchange{
		Address: address, Host: address, Target: "/", Request: &http.Request{Method: method},
		Header: http.Header{}, Body: []byte(body), Sent: new(atomic.Bool),
		Informational: func(int, textproto.MIMEHeader) error { return nil },
	}
}

// outcome is what became of an exchange: the answer, or what it failed with, before or while its body was read.
type outcome struct {
	status int
	text   string
	header http.Header
	err    error
}

func do(c *http1.Client, x *http1.Exchange) (o outcome) {
	answer, err := c.Do(x)
	if err != nil {
		return outcome{err: err}
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return outcome{answer.StatusCode, string(text), answer.Header, err}
}

// pipes is a Dial to a function at the other end of a pipe.
func pipes(t testing.TB, serve func(net.Conn)) func(context.Context, string, string) (net.Conn, error) {
	t.Helper()
	var running sync.WaitGroup
	t.Cleanup(running.Wait)
	return func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		running.Go(func() {
			defer far.Close()
			serve(far)
		})
		return near, nil
	}
}

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

func TestWhatIsReadAndWhetherTheConnectionIsUsedAgain(t *testing.T) {
	for _, row := range []struct {
		name, method, answer string
		status               int // 0: an error before the header is there
		text                 string
		broken               bool // an error in the body
		connections          int64
	}{
		{"a declared length", "GET", ok, 200, "ok", false, 1},
		{"no body", "GET", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", false, 1},
		{"an empty body", "POST", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "", false, 1},
		{"not modified, with the length that it would have", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, "", false, 1},
		{"HEAD, with the length that GET would have", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, "", false, 1},
		{"chunks", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200, "ok", false, 1},
		{"chunks and a trailer", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n2\r\nok\r\n0\r\nX: y\r\n\r\n", 200, "ok", false, 1},
		{"informational answers first", "GET", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + ok, 200, "ok", false, 1},
		{"the connection is to close", "GET", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false, 2},
		{"HTTP/1.0", "GET", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false, 2},
		{"HTTP/1.0 that keeps it alive", "GET", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false, 1},
		{"more than was declared", "GET", ok + "!", 200, "ok", false, 2},
		{"a second answer that nobody asked for", "GET", ok + ok, 200, "ok", false, 2},
		{"a body to an answer without one", "GET", "HTTP/1.1 204 No Content\r\n\r\nok", 204, "", false, 2},
		{"a switch of protocols that nobody asked for", "GET", "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", 101, "", false, 2},
		{"no status line", "GET", "ok\r\n\r\n", 0, "", false, 2},
		{"two lengths", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok", 0, "", false, 2},
		{"a length that is none", "GET", "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok", 0, "", false, 2},
		{"a chunk whose length is none", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\nok\r\n0\r\n\r\n", 200, "", true, 2},
		{"a header without end", "GET", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 70<<10), 0, "", false, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			u, c := newUpstream(t, always(row.answer)), newClient(t)
			for range 2 {
				o := do(c, exchange(u.address, row.method, ""))
				if o.status != row.status || o.text != row.text || (o.err != nil) != (row.status == 0 || row.broken) {
					t.Errorf("got %d %q: %v", o.status, o.text, o.err)
				}
			}
			if n := u.connections.Load(); n != row.connections {
				t.Errorf("it took %d connections", n)
			}
		})
	}
}

// An answer that ends at any byte before its last is never taken for a whole one, and a connection that was used before and is
// closed at any byte of the second answer is told from one that had closed before.
func TestAnUpstreamThatClosesAtAnyByte(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		for cut := range len(ok) {
			u := newUpstream(t, func(number int64, conn net.Conn) {
				from := bufio.NewReader(conn)
				if take(from) != nil {
					_, _ = io.WriteString(conn, ok)
				}
				if number == 1 && take(from) != nil {
					_, _ = io.WriteString(conn, ok[:cut])
				}
			})
			c := newClient(t)
			if o := do(c, exchange(u.address, method, "")); o.err != nil {
				t.Fatal(o.err)
			}
			o := do(c, exchange(u.address, method, ""))
			if again := method == "GET" && cut == 0; again != (o.err == nil) || again != (u.connections.Load() == 2) {
				t.Errorf("%s, cut after %d bytes: %d %q %v, %d connections", method, cut, o.status, o.text, o.err, u.connections.Load())
			}
		}
	}
}

// An idle connection that the other side has closed, or has said something on that nobody asked for, is not used, whatever is
// sent: not even a POST is lost to it.
func TestAnIdleConnectionThatIsNoGoodAnyMore(t *testing.T) {
	for _, row := range []struct {
		name  string
		spoil func(net.Conn)
	}{
		{"closed", func(conn net.Conn) { _ = conn.Close() }},
		{"reset", func(conn net.Conn) { _ = conn.(*net.TCPConn).SetLinger(0); _ = conn.Close() }},
		{"half closed", func(conn net.Conn) { _ = conn.(*net.TCPConn).CloseWrite() }},
		{"spoken on", func(conn net.Conn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			idle, spoilt := make(chan struct{}), make(chan struct{})
			u := newUpstream(t, func(number int64, conn net.Conn) {
				from := bufio.NewReader(conn)
				take(from)
				_, _ = io.WriteString(conn, ok)
				if number == 1 {
					<-idle
					row.spoil(conn)
					close(spoilt)
					_, _ = io.Copy(io.Discard, conn)
				}
			})
			c := newClient(t)
			for range 2 {
				if o := do(c, exchange(u.address, "POST", "x")); o.err != nil || o.text != "ok" {
					t.Errorf("%q: %v", o.text, o.err)
				}
				if u.connections.Load() == 1 {
					close(idle)
					<-spoilt
				}
			}
			if n := u.connections.Load(); n != 2 {
				t.Errorf("%d connections", n)
			}
		})
	}
}

func TestAnAnswerThatComesBeforeTheRequestHasBeenRead(t *testing.T) {
	u := newUpstream(t, func(_ int64, conn net.Conn) {
		_, _ = conn.Read(make([]byte, 1))
		_, _ = io.WriteString(conn, "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno")
		_, _ = io.Copy(io.Discard, conn)
	})
	if o := do(newClient(t), exchange(u.address, "POST", strings.Repeat("x", 16<<10))); o.status != 413 || o.text != "no" {
		t.Errorf("%d %q: %v", o.status, o.text, o.err)
	}
}

func TestSentSaysWhetherAnythingMayHaveGoneOut(t *testing.T) {
	u, c := newUpstream(t, func(int64, net.Conn) {}), newClient(t)
	if x := exchange(u.address, "POST", ""); do(c, x).err == nil || !x.Sent.Load() {
		t.Error("an upstream that closed without an answer may have been at work")
	}
	c.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, io.ErrClosedPipe }
	if x := exchange(u.address, "POST", ""); do(c, x).err == nil || x.Sent.Load() {
		t.Error("without a connection nothing was sent")
	}
	c.Dial = func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		_ = far.Close()
		return near, nil
	}
	if x := exchange(u.address, "POST", ""); do(c, x).err == nil || x.Sent.Load() {
		t.Error("nothing could be written")
	}
}

func TestInformationalAnswersAreHandedOnAndMayEndTheExchange(t *testing.T) {
	u, c := newUpstream(t, always("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"+ok)), newClient(t)
	x := exchange(u.address, "GET", "")
	var seen []string
	x.Informational = func(status int, header textproto.MIMEHeader) error {
		seen = append(seen, http.StatusText(status)+" "+header.Get("Link"))
		return nil
	}
	if o := do(c, x); o.status != 200 || len(seen) != 1 || seen[0] != "Early Hints </a>" || o.header.Get("Link") != "" {
		t.Errorf("%d after %q with %v", o.status, seen, o.header)
	}
	x = exchange(u.address, "GET", "")
	x.Informational = func(int, textproto.MIMEHeader) error { return io.ErrNoProgress }
	if o := do(c, x); o.err != io.ErrNoProgress { //nolint:errorlint // the very value
		t.Errorf("ended with %v", o.err)
	}
	if n := u.connections.Load(); n != 1 {
		t.Errorf("it was asked again, over %d connections", n)
	}
}
