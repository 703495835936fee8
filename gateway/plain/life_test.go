package plain_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/faregate/faregate/gateway/plain"
)

const get = "GET /short HTTP/1.1\r\nHost: a\r\n\r\n"

// read reads one answer to a GET.
func read(t *testing.T, r *bufio.Reader) (status int, body string) {
	t.Helper()
	got, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	all, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got.StatusCode, string(all)
}

func send(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

// ends fails the test if the server does not close the connection.
func ends(t *testing.T, r io.Reader) {
	t.Helper()
	if left, err := io.ReadAll(r); errors.Is(err, os.ErrDeadlineExceeded) || len(left) > 0 {
		t.Errorf("the connection goes on, with %q", left)
	}
}

// A connection that says nothing in time ends, wherever it stands.
func TestTimeouts(t *testing.T) {
	short := func(s *http.Server) { s.ReadHeaderTimeout, s.IdleTimeout = 50*time.Millisecond, 50*time.Millisecond }
	for name, text := range map[string]string{
		"before the first byte":           "",
		"in the request line":             "GET /sho",
		"in the header":                   "GET /short HTTP/1.1\r\nHost: a\r\nX-",
		"after an answer":                 get,
		"in the header after an answer":   get + "GET /short HTTP/1.1\r\nHos",
		"in a body that nobody waits for": "POST /short HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo",
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "short") }, short)
			c := s.dial(t)
			send(t, c, text)
			r := bufio.NewReader(c)
			if strings.Contains(text, "\r\n\r\n") {
				read(t, r)
			}
			ends(t, r)
		})
	}
}

// lastAnswer reads an answer that says that it is the last.
func lastAnswer(t *testing.T, r *bufio.Reader) {
	t.Helper()
	got, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if body, err := io.ReadAll(got.Body); string(body) != "done" || err != nil || !got.Close {
		t.Errorf("the answer is %q %v, close %v", body, err, got.Close)
	}
	ends(t, r)
}

// What has begun is answered, what was about to begin too, and nothing else.
func TestShutdown(t *testing.T) {
	entered, finish := make(chan struct{}), make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			close(entered)
			<-finish
		}
		_, _ = io.WriteString(w, "done")
	})
	idle, fresh, underWay, busy := s.dial(t), s.dial(t), s.dial(t), s.dial(t)
	idleReader, busyReader := bufio.NewReader(idle), bufio.NewReader(busy)
	send(t, idle, get)
	read(t, idleReader)
	send(t, busy, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
	<-entered

	soon, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if err := s.calls.Shutdown(soon); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with a request at work: %v", err)
	}
	send(t, underWay, get)
	lastAnswer(t, bufio.NewReader(underWay))
	ends(t, idleReader)
	ends(t, fresh)
	close(finish)
	lastAnswer(t, busyReader)
	if err := s.calls.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	if late, err := net.Dial("unix", s.addr); err == nil {
		_ = late.SetDeadline(time.Now().Add(20 * time.Second))
		ends(t, late)
		_ = late.Close()
	}
}

// The connection's states are told as net/http tells them, so that whoever listens knows when an answer has gone out.
func TestConnectionStates(t *testing.T) {
	type key struct{}
	var mu sync.Mutex
	var states []string
	done := make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Context().Value(key{}) != "ours" {
			t.Error("the context is not the connection's")
		}
		behave(w, r)
	}, func(s *http.Server) {
		s.ConnContext = func(ctx context.Context, _ net.Conn) context.Context { return context.WithValue(ctx, key{}, "ours") }
		s.ConnState = func(_ net.Conn, state http.ConnState) {
			mu.Lock()
			defer mu.Unlock()
			if states = append(states, state.String()); state == http.StateClosed {
				close(done)
			}
		}
	})
	c := s.dial(t)
	r := bufio.NewReader(c)
	for range 2 {
		send(t, c, get)
		read(t, r)
	}
	_ = c.Close()
	<-done
	if got, want := strings.Join(states, " "), "new active idle active idle closed"; got != want {
		t.Errorf("states %s, want %s", got, want)
	}
}

// Where a connection is no socket that can be looked at, net/http serves it.
func TestWithoutASocket(t *testing.T) {
	ours, theirs := net.Pipe()
	rest := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, plain.ServedHere(w))
	})}
	calls := &plain.Server{Rest: rest, Takes: func(string) bool { return true }, Now: now}
	l := &oneConnection{conn: ours, closed: make(chan struct{})}
	done := make(chan struct{})
	go func() { defer close(done); _ = rest.Serve(calls.Listen(l)) }()
	send(t, theirs, get)
	if _, body := read(t, bufio.NewReader(theirs)); body != "false" {
		t.Errorf("served here: %s", body)
	}
	_ = rest.Close()
	<-done
}

// oneConnection is a listener that has one connection.
type oneConnection struct {
	conn   net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *oneConnection) Accept() (net.Conn, error) {
	if c := l.conn; c != nil {
		l.conn = nil
		return c, nil
	}
	<-l.closed
	return nil, net.ErrClosed
}
func (l *oneConnection) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *oneConnection) Addr() net.Addr { return &net.TCPAddr{} }

// A connection that was closed as idle is not handed over: its caller has been told that it ended, and may have called again.
func TestWhatWasClosedIsNotHandedOver(t *testing.T) {
	var ran atomic.Bool
	asked, closed := make(chan struct{}), make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		ran.Store(r.URL.Path == "/foreign")
		_, _ = io.WriteString(w, "done")
	})
	s.calls.Takes = func(target string) bool {
		if target == "/foreign" {
			close(asked)
			<-closed
		}
		return target != "/foreign"
	}
	c := s.dial(t)
	r := bufio.NewReader(c)
	send(t, c, get)
	read(t, r)
	send(t, c, "POST /foreign HTTP/1.1\r\nHost: a\r\n\r\n")
	<-asked
	soon, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	_ = s.calls.Shutdown(soon)
	ends(t, r)
	close(closed)
	if err := s.calls.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	if _ = s.rest.Shutdown(context.Background()); ran.Load() {
		t.Error("its request was served")
	}
}

// Lines that end in LF alone end a header for net/http, which is not kept waiting for what would end it here.
func TestAHeaderThatEndsOtherwiseIsAnsweredAtOnce(t *testing.T) {
	s := serve(t, behave)
	for _, text := range []string{
		"GET /short HTTP/1.1\r\nHost: a\n\n", "GET /short HTTP/1.1\r\nHost: a\r\n\n", "GET /short HTTP/1.1\r\nHost: a\n\r\n",
	} {
		c := s.dial(t)
		send(t, c, text)
		if status, body := read(t, bufio.NewReader(c)); status != 200 || body != "short" {
			t.Errorf("%q is answered by %d %q", text, status, body)
		}
	}
}

// A caller who sends a byte from time to time has no more time than one who sends none.
func TestADripEnds(t *testing.T) {
	s := serve(t, behave, func(s *http.Server) { s.ReadHeaderTimeout = 200 * time.Millisecond })
	c := s.dial(t)
	send(t, c, "GET /short HTTP/1.1\r\nX-A: ")
	for sent := 0; ; sent++ {
		if _, err := c.Write([]byte("b")); err != nil {
			return
		}
		if sent > 3000 {
			t.Fatal("the connection goes on")
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// An idle connection has its own time, and a header its own.
func TestTimeoutsAreKeptApart(t *testing.T) {
	for name, row := range map[string]struct {
		header, idle time.Duration
		text         string
	}{
		"a header is not given the time of an idle connection": {50 * time.Millisecond, time.Hour, get + "GET /sh"},
		"an idle connection is not given that of a header":     {time.Hour, 50 * time.Millisecond, get},
		"a new connection is given that of a header":           {50 * time.Millisecond, time.Hour, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, behave, func(s *http.Server) { s.ReadHeaderTimeout, s.IdleTimeout = row.header, row.idle })
			c := s.dial(t)
			send(t, c, row.text)
			r := bufio.NewReader(c)
			if row.text != "" {
				read(t, r)
			}
			ends(t, r)
		})
	}
}

func TestTheDate(t *testing.T) {
	got, err := http.ReadResponse(bufio.NewReader(strings.NewReader(serve(t, behave).say(t, get))), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if date := got.Header.Get("Date"); date != "Sun, 22 Nov 2026 09:30:00 GMT" {
		t.Errorf("it is %q", date)
	}
}

// An idle connection is not closed on a request that has come meanwhile: nobody could tell its caller whether it was served.
func TestAnIdleConnectionIsNotClosedOnARequest(t *testing.T) {
	for name, text := range map[string]string{"nothing has come": "", "a byte has come": "G"} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			caller, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer caller.Close()
			conn, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			send(t, caller, text)
			if open, want := plain.OutlivesIdleTime(conn), text != ""; open != want {
				t.Errorf("open %v, want %v", open, want)
			}
		})
	}
}
