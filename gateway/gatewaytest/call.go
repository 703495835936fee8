package gatewaytest

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Reply is an answer with its body read.
type Reply struct {
	*http.Response
	Text string
}

// Request makes a request with the consumer's key. Header fields are given as "Name: value"; a field replaces the one that
// is there, and "Name:" alone removes it.
func (e *Env) Request(ctx context.Context, method, path string, body io.Reader, header ...string) *http.Request {
	e.T.Helper()
	request, err := http.NewRequestWithContext(ctx, method, e.URL+path, body)
	if err != nil {
		e.T.Fatalf("%s %s: %v", method, path, err)
	}
	request.Header.Set("Authorization", "Bearer "+e.World.Secret)
	for _, line := range header {
		name, _, _ := strings.Cut(line, ":")
		request.Header.Del(name)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ":")
		if value = strings.TrimSpace(value); value != "" {
			request.Header.Add(name, value)
		}
	}
	return request
}

// Call makes a request and reads the answer.
func (e *Env) Call(method, path, body string, header ...string) Reply {
	e.T.Helper()
	reply, err := e.TryCall(method, path, body, header...)
	if err != nil {
		e.T.Fatalf("%s %s: %v", method, path, err)
	}
	return reply
}

// TryCall is Call for answers that may break off.
func (e *Env) TryCall(method, path, body string, header ...string) (Reply, error) {
	return e.Send(e.Request(context.Background(), method, path, strings.NewReader(body), header...))
}

// Send makes a request of any kind and reads the answer.
func (e *Env) Send(request *http.Request) (Reply, error) {
	response, err := e.Client.Do(request)
	if err != nil {
		return Reply{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return Reply{response, string(text)}, err
}

// Open makes a GET and returns the answer as soon as its header has come. Its body is closed with the test at the latest.
func (e *Env) Open(ctx context.Context, path string, header ...string) *http.Response {
	e.T.Helper()
	response, err := e.Client.Do(e.Request(ctx, http.MethodGet, path, nil, header...))
	if err != nil {
		e.T.Fatalf("GET %s: %v", path, err)
	}
	e.T.Cleanup(func() { _ = response.Body.Close() })
	return response
}

// Raw sends text as it stands over a connection of its own, with {key} replaced by the consumer's key, and returns the
// connection and a reader of what comes back.
func (e *Env) Raw(text string) (net.Conn, *bufio.Reader) {
	e.T.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(e.URL, "http://"))
	if err != nil {
		e.T.Fatalf("connect: %v", err)
	}
	e.T.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, strings.ReplaceAll(text, "{key}", e.World.Secret)); err != nil {
		e.T.Fatalf("send: %v", err)
	}
	return conn, bufio.NewReader(conn)
}

// RawUpstream is an upstream that answers each connection's first request with whatever bytes the function writes, then
// closes it. It returns the address.
func RawUpstream(t testing.TB, answer func(conn net.Conn, request *http.Request)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer conn.Close()
				request, err := http.ReadRequest(bufio.NewReader(conn))
				if err != nil {
					return
				}
				// What is left unread would turn the close into a reset.
				_, _ = io.Copy(io.Discard, request.Body)
				answer(conn, request)
			})
		}
	})
	t.Cleanup(func() { _ = listener.Close(); running.Wait() })
	return "http://" + listener.Addr().String()
}

// Reset has a connection end with a reset instead of a proper close.
func Reset(conn net.Conn) {
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

// Serve calls the gateway's handler directly, without a connection.
func (e *Env) Serve(request *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	e.busy.wrap(e.Gateway).ServeHTTP(w, request)
	return w
}

// Zeros is a body of the given length that takes no memory.
func Zeros(length int64) io.Reader { return io.LimitReader(zeros{}, length) }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// Lines are a header's fields, one a line and sorted, for comparing.
func Lines(h http.Header) string {
	var out bytes.Buffer
	_ = h.Write(&out)
	return out.String()
}
