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
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

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
	entered, go1, ended := make(chan struct{}), make(chan struct{}), atomic.Bool{}
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/first" {
			close(entered)
			<-go1
			ended.Store(r.Context().Err() != nil)
		}
		_, _ = io.WriteString(w, r.URL.Path)
	})
	c := s.dial(t)
	send(t, c, "GET /first HTTP/1.1\r\nHost: a\r\n\r\n")
	<-entered
	send(t, c, "GET /second HTTP/1.1\r\nHost: a\r\n\r\n")
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
	if line := <-said; !strings.Contains(line, "for a reason") || !strings.Contains(line, "handler_test.go") {
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

// A handler that ends in an unusual way leaves nothing behind: its context ends, and whoever still reads the body stops.
func TestHandlersThatEndOtherwise(t *testing.T) {
	for name, end := range map[string]func(){
		"by a panic": func() { panic(http.ErrAbortHandler) },
		"by Goexit":  runtime.Goexit,
		"by itself":  func() {},
	} {
		t.Run(name, func(t *testing.T) {
			called, stopped := make(chan struct{}), make(chan error)
			s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
				context.AfterFunc(r.Context(), func() { close(called) })
				go func() {
					var err error
					for err == nil {
						_, err = r.Body.Read(make([]byte, 1))
					}
					stopped <- err
				}()
				end()
			})
			s.say(t, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\n"+strings.Repeat("x", 3000))
			<-called
			<-stopped
		})
	}
}

func TestABodyThatIsReadAfterItsHandler(t *testing.T) {
	bodies := make(chan io.Reader, 1)
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { bodies <- r.Body })
	s.say(t, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody")
	if _, err := (<-bodies).Read(make([]byte, 4)); !errors.Is(err, http.ErrBodyReadAfterClose) {
		t.Errorf("it says %v", err)
	}
}

// What is announced as the last answer is, and the other way round.
func TestABodyThatCannotBeReadEndsTheConnection(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0))
		_, _ = io.ReadAll(r.Body)
		_, _ = io.WriteString(w, "done")
	})
	c := s.dial(t)
	send(t, c, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo")
	lastAnswer(t, bufio.NewReader(c))
}
