package http1_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"testing"

	"github.com/faregate/faregate/gateway/http1"
)

// Wherever an exchange is, Stop ends it, and the connection is not used for another.
func TestStopEndsAnExchangeAtEveryStep(t *testing.T) {
	const header = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
	says := func(text string) func(net.Conn) {
		return func(conn net.Conn) {
			take(bufio.NewReader(conn))
			_, _ = io.WriteString(conn, text)
			_, _ = io.Copy(io.Discard, conn)
		}
	}
	for _, row := range []struct {
		name  string
		serve func(net.Conn)
		ready int // how many reads and writes of ours have begun when it is stopped
	}{
		{"while the request is written", func(net.Conn) {}, 1},
		{"before the answer", says(""), 2},
		{"in the answer's first line", says(header[:5]), 3},
		{"in its header", says(header[:30]), 3},
		{"before its body", says(header), 3},
		{"in its body", says(header + "o"), 3},
	} {
		t.Run(row.name, func(t *testing.T) {
			served := make(chan struct{})
			near, far := net.Pipe()
			go func() {
				defer close(served)
				row.serve(far)
			}()
			c, begun := newClient(t), make(chan struct{}, 16)
			c.Dial = func(context.Context, string, string) (net.Conn, error) { return &counted{near, begun}, nil }
			x := exchange("pipe", "POST", "x")
			ended := make(chan outcome)
			go func() { ended <- do(c, x) }()
			for range row.ready {
				<-begun
			}
			x.Stop()
			if o := <-ended; o.err == nil {
				t.Errorf("it ended with %d %q", o.status, o.text)
			}
			if !x.Stopped() {
				t.Error("it does not know that it was stopped")
			}
			if _, err := far.Write([]byte("x")); err == nil {
				t.Error("the connection is open")
			}
			_ = far.Close()
			<-served
		})
	}
}

// counted tells of each read and write that begins.
type counted struct {
	net.Conn
	begun chan<- struct{}
}

func (c *counted) Read(p []byte) (int, error)  { c.begun <- struct{}{}; return c.Conn.Read(p) }
func (c *counted) Write(p []byte) (int, error) { c.begun <- struct{}{}; return c.Conn.Write(p) }

func TestStopBeforeAndWhileConnecting(t *testing.T) {
	c := newClient(t)
	dials := make(chan struct{}, 1)
	c.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
		dials <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	}
	x := exchange("nowhere", "GET", "")
	ended := make(chan outcome)
	go func() { ended <- do(c, x) }()
	<-dials
	x.Stop()
	if o := <-ended; o.err == nil || x.Sent.Load() {
		t.Errorf("ended with %v", o.err)
	}

	x = exchange("nowhere", "GET", "")
	x.Stop()
	if o := do(c, x); o.err == nil || len(dials) > 0 {
		t.Errorf("ended with %v", o.err)
	}
}

// Whoever stops an exchange too late does no harm to the next one on the same connection.
func TestStopAfterTheEndTouchesNoOtherExchange(t *testing.T) {
	u, c := newUpstream(t, always(ok)), newClient(t)
	var last *http1.Exchange
	for range 100 {
		x := exchange(u.address, "POST", "x")
		done := make(chan struct{})
		go func(last *http1.Exchange) {
			defer close(done)
			if last != nil {
				last.Stop()
			}
		}(last)
		if o := do(c, x); o.err != nil {
			t.Fatal(o.err)
		}
		<-done
		last = x
	}
	if n := u.connections.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
}

// A body that is closed before its end takes the connection with it: what is still to come would be read as the next answer.
func TestABodyThatIsClosedEarly(t *testing.T) {
	u, c := newUpstream(t, always(ok)), newClient(t)
	for range 2 {
		answer, err := c.Do(exchange(u.address, "GET", ""))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := answer.Body.Read(make([]byte, 1)); err != nil {
			t.Error(err)
		}
		_ = answer.Body.Close()
	}
	if n := u.connections.Load(); n != 2 {
		t.Errorf("%d connections", n)
	}
}
