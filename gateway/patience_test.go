package gateway_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/faregate/faregate/gateway"
	"github.com/faregate/faregate/gateway/gatewaytest"
)

// inABubble runs one call under a clock that costs no time, with an upstream at the other end of a pipe, and returns the
// answer and how long it took. A nil answer is one that was cut.
func inABubble(t *testing.T, request *http.Request, upstream func(conn net.Conn)) (w *httptest.ResponseRecorder, took time.Duration) {
	near, far := net.Pipe()
	var running sync.WaitGroup
	t.Cleanup(running.Wait) // after the gateway has closed its side
	m := gatewaytest.NewMemory(t, "http://pipe.test", price)
	gateway.SetDial(m.Gateway, func(context.Context, string, string) (net.Conn, error) { return near, nil })
	running.Go(func() {
		defer far.Close()
		upstream(far)
		_, _ = io.Copy(io.Discard, far) // until the gateway is done with it
	})
	request.Header.Set("X-API-Key", m.Secret)
	start := time.Now()
	defer func() {
		took = time.Since(start)
		if cut := recover(); cut == http.ErrAbortHandler { //nolint:errorlint // the very value
			w = nil
		} else if cut != nil {
			panic(cut)
		}
	}()
	w = httptest.NewRecorder()
	m.Gateway.ServeHTTP(w, request)
	return w, 0
}

// drip writes text a byte a second.
func drip(to io.Writer, text string) {
	for i := range len(text) {
		time.Sleep(time.Second)
		if _, err := io.WriteString(to, text[i:i+1]); err != nil {
			return
		}
	}
}

func TestHowLongAnUpstreamIsWaitedFor(t *testing.T) {
	read := func(conn net.Conn) *http.Request {
		request, err := http.ReadRequest(bufio.NewReader(conn))
		if err == nil {
			_, _ = io.Copy(io.Discard, request.Body)
		}
		return request
	}
	for _, row := range []struct {
		name     string
		body     func() io.Reader
		upstream func(net.Conn)
		status   int // 0 for an answer that was cut
		took     time.Duration
	}{
		{"it says nothing", nil, func(c net.Conn) { read(c) }, 504, 60 * time.Second},
		{"it answers in the last second", nil, func(c net.Conn) {
			read(c)
			time.Sleep(59 * time.Second)
			says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")(c, nil)
		}, 200, 59 * time.Second},
		{"its header comes a byte a second, and too late", nil, func(c net.Conn) {
			read(c)
			drip(c, "HTTP/1.1 200 OK\r\nX-Padding: "+strings.Repeat("x", 60))
		}, 504, 60 * time.Second},
		{"its short body comes a byte a second, and too late", nil, func(c net.Conn) {
			read(c)
			says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")(c, nil)
			drip(c, strings.Repeat("x", 100))
		}, 504, 60 * time.Second},
		{"its short body comes a byte a second, and in time", nil, func(c net.Conn) {
			read(c)
			says("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n")(c, nil)
			drip(c, strings.Repeat("x", 50))
		}, 200, 50 * time.Second},
		{"its long body comes a byte a second in the end", nil, func(c net.Conn) {
			read(c)
			says("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"+strings.Repeat("x", 99_000))(c, nil)
			drip(c, strings.Repeat("x", 1000))
		}, 200, 1000 * time.Second},
		{"its events come a minute apart", nil, func(c net.Conn) {
			read(c)
			says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")(c, nil)
			for range 10 {
				time.Sleep(2 * time.Minute)
				_, _ = io.WriteString(c, "1\r\nx\r\n")
			}
			_, _ = io.WriteString(c, "0\r\n\r\n")
		}, 200, 20 * time.Minute},
		{"it does not take the body", func() io.Reader { return gatewaytest.Zeros(1 << 20) }, func(c net.Conn) {
			_, _ = c.Read(make([]byte, 4096))
			time.Sleep(10 * time.Minute)
		}, 504, 60 * time.Second},
		{"it takes a piece of the body now and then", func() io.Reader { return gatewaytest.Zeros(64 << 10) }, func(c net.Conn) {
			from := bufio.NewReaderSize(c, 16)
			request, err := http.ReadRequest(from)
			for err == nil {
				time.Sleep(25 * time.Second)
				_, err = io.CopyN(io.Discard, request.Body, 32<<10)
			}
			says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")(c, nil)
		}, 200, 75 * time.Second},
		{"the caller takes an hour for the body", func() io.Reader {
			slow, write := io.Pipe()
			go func() {
				_, _ = io.WriteString(write, "first")
				time.Sleep(time.Hour)
				_, _ = io.WriteString(write, "last")
				_ = write.Close()
			}()
			return slow
		}, func(c net.Conn) {
			read(c)
			says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")(c, nil)
		}, 200, time.Hour},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var body io.Reader
				if row.body != nil {
					body = row.body()
				}
				request := httptest.NewRequest("POST", random, body)
				w, took := inABubble(t, request, row.upstream)
				if status := 0; w != nil {
					status = w.Code
					if status != row.status {
						t.Errorf("got %d %s", status, w.Body)
					}
				} else if row.status != 0 {
					t.Error("the answer was cut")
				}
				if took != row.took {
					t.Errorf("after %s, want %s", took, row.took)
				}
				synctest.Wait()
			})
		})
	}
}
