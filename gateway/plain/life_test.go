package plain_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
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

func TestACallerWhoLeavesEndsTheContext(t *testing.T) {
	for name, text := range map[string]string{
		"without a body":           "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
		"with a body that is read": "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody",
	} {
		t.Run(name, func(t *testing.T) {
			entered, left := make(chan struct{}), make(chan error, 1)
			s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				close(entered)
				<-r.Context().Done()
				left <- context.Cause(r.Context())
			})
			c := s.dial(t)
			send(t, c, text)
			<-entered
			_ = c.Close()
			if err := <-left; !errors.Is(err, context.Canceled) {
				t.Errorf("the context ended with %v", err)
			}
		})
	}
}

// A caller whose next request has come already is there.
func TestACallerWhoIsAheadStays(t *testing.T) {
	go1, ended := make(chan struct{}), atomic.Bool{}
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/first" {
			<-go1
			ended.Store(r.Context().Err() != nil)
		}
		_, _ = io.WriteString(w, r.URL.Path)
	})
	c := s.dial(t)
	send(t, c, "GET /first HTTP/1.1\r\nHost: a\r\n\r\n"+"GET /second HTTP/1.1\r\nHost: a\r\n\r\n")
	for start := s.calls.Beats(); s.calls.Beats() < start+3; {
		time.Sleep(time.Millisecond)
	}
	close(go1)
	r := bufio.NewReader(c)
	for _, want := range []string{"/first", "/second"} {
		if _, body := read(t, r); body != want {
			t.Errorf("answer %q, want %q", body, want)
		}
	}
	if ended.Load() {
		t.Error("the context of a request ended though its caller was there")
	}
}

// The context of a request works for those derived from it as any other, and ends with its handler.
func TestTheContextOfARequest(t *testing.T) {
	var derived <-chan struct{}
	var after, stopped atomic.Int32
	called := make(chan struct{})
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		child, cancel := context.WithCancel(r.Context())
		t.Cleanup(cancel)
		derived = child.Done()
		context.AfterFunc(r.Context(), func() { after.Add(1); close(called) })
		stop := context.AfterFunc(r.Context(), func() { stopped.Add(1) })
		if !stop() || stop() {
			t.Error("stop says once that the function will not be called")
		}
		if r.Context().Err() != nil || r.Context().Value(http.ServerContextKey) == nil || r.Context().Value(http.LocalAddrContextKey) == nil {
			t.Error("a context that has ended, or without its values")
		}
		select {
		case <-r.Context().Done():
			t.Error("done before its time")
		default:
		}
	})
	s.say(t, get)
	<-derived
	<-called
	if after.Load() != 1 || stopped.Load() != 0 {
		t.Errorf("called %d times, and %d times after stop", after.Load(), stopped.Load())
	}
}

// A handler that bounds how long it waits for a body is answered by the bound, and the connection ends.
func TestDeadlinesOfAHandler(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "POST" {
			_ = http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0))
			_, err := io.ReadAll(r.Body)
			_, _ = fmt.Fprint(w, errors.Is(err, os.ErrDeadlineExceeded))
			return
		}
		_ = http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0))
		_ = http.NewResponseController(w).SetWriteDeadline(time.Unix(1<<40, 0))
	})
	c := s.dial(t)
	r := bufio.NewReader(c)
	for range 2 { // a deadline is that of one request
		send(t, c, get)
		if status, _ := read(t, r); status != 200 {
			t.Fatalf("status %d", status)
		}
	}
	send(t, c, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo")
	if _, body := read(t, r); body != "true" {
		t.Errorf("the body could be read: %s", body)
	}
	ends(t, r)
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

func TestShutdown(t *testing.T) {
	entered, finish := make(chan struct{}), make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			close(entered)
			<-finish
		}
		_, _ = io.WriteString(w, "done")
	})
	idle, fresh, busy := s.dial(t), s.dial(t), s.dial(t)
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
	ends(t, idleReader)
	ends(t, fresh)
	close(finish)
	got, err := http.ReadResponse(busyReader, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(got.Body)
	if string(body) != "done" || err != nil || !got.Close {
		t.Errorf("the request at work ended with %q %v, close %v", body, err, got.Close)
	}
	_ = got.Body.Close()
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

// What a handler has not flushed when it gives up is never sent: whoever cuts an answer does not want it completed.
func TestAHandlerThatGivesUp(t *testing.T) {
	said := make(lines, 10)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "sent")
		_ = http.NewResponseController(w).Flush()
		_, _ = io.WriteString(w, "kept")
		if r.URL.Path == "/fails" {
			panic("for a reason")
		}
		panic(http.ErrAbortHandler)
	}, func(s *http.Server) { s.ErrorLog = log.New(said, "", 0) })
	if got := s.say(t, get); !strings.HasSuffix(got, "\r\n4\r\nsent\r\n") || len(said) > 0 {
		t.Errorf("sent %q, and logged %d lines", got, len(said))
	}
	s.say(t, "GET /fails HTTP/1.1\r\nHost: a\r\n\r\n")
	if line := <-said; !strings.Contains(line, "for a reason") || !strings.Contains(line, "life_test.go") {
		t.Errorf("logged %q", line)
	}
}

// lines is a log.
type lines chan string

func (l lines) Write(p []byte) (int, error) { l <- string(p); return len(p), nil }

// An answer is told to a handler that nobody takes it.
func TestWritingToACallerWhoHasLeft(t *testing.T) {
	failed := make(chan error, 1)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var err error
		for err == nil {
			_, err = w.Write(make([]byte, 64<<10))
		}
		<-r.Context().Done()
		failed <- err
	})
	c := s.dial(t)
	send(t, c, get)
	_, _ = c.Read(make([]byte, 1))
	_ = c.Close()
	if <-failed == nil {
		t.Error("no error")
	}
}

// Many callers at once, of every kind, with a real client.
func TestManyCallers(t *testing.T) {
	s := serve(t, behave)
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", s.addr)
		},
		MaxIdleConnsPerHost: 16,
	}}
	defer client.CloseIdleConnections()
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for n := range 50 {
				text := fmt.Sprintf("body %d of %d", n, i)
				var body io.Reader = strings.NewReader(text)
				if n%5 == 0 {
					body = io.MultiReader(body) // whose length nobody knows, so it comes in chunks
				}
				path := [...]string{"/echo", "/portal/echo", "/long", "/flushed", "/trailers"}[n%5]
				r, err := http.NewRequestWithContext(t.Context(), "POST", "http://a"+path, body)
				if err != nil {
					t.Error(err)
					return
				}
				got, err := client.Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				read, err := io.ReadAll(got.Body)
				_ = got.Body.Close()
				if err != nil || path == "/echo" && string(read) != text+" <nil>" {
					t.Errorf("%s answers %q, %v", path, read, err)
				}
			}
		})
	}
	all.Wait()
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
