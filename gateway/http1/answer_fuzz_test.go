package http1_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Two parts of the gateway that took the same bytes for different answers would be a way to smuggle one. So whatever an upstream
// says, it is read as http.Transport reads it.
func FuzzAnswersAreReadAsTheTransportReadsThem(f *testing.F) {
	for _, answer := range []string{
		ok,
		"HTTP/1.1 204 No Content\r\n\r\n",
		"HTTP/1.1 103 Early Hints\r\n\r\n" + ok,
		"HTTP/1.1 100 Continue\r\n\r\n" + ok,
		"HTTP/1.0 200 OK\r\n\r\nuntil it closes",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n2;e=f\r\nok\r\n0\r\nX: y\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\nok",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
		"HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\nok",
		"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok",
		"HTTP/1.1 200 OK\r\n folded: 1\r\n\r\n",
		"HTTP/1.1 101 Switching Protocols\r\n\r\n",
		"HTTP/1.1 099 What\r\n\r\n",
		"HTTP/2.0 200 OK\r\n\r\n",
		"HTTP/1.1 200\r\n\r\n",
	} {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			f.Add(method, answer)
		}
	}
	f.Fuzz(func(t *testing.T, method, answer string) {
		if !isMethod(method) || method == "CONNECT" {
			return
		}
		c := newClient(t)
		c.Dial = pipes(t, onceSaying(answer))
		ours := do(c, exchange("pipe", method, ""))
		theirs := byTransport(t, method, answer)
		if ours.status == http.StatusSwitchingProtocols && theirs.status == ours.status {
			return // the transport hands on a connection in place of a body
		}
		if (ours.err == nil) != (theirs.err == nil) || ours.status != theirs.status {
			t.Fatalf("%d, %v, but by the transport %d, %v", ours.status, ours.err, theirs.status, theirs.err)
		}
		if diff := cmp.Diff(theirs.header, ours.header) + cmp.Diff(theirs.text, ours.text); diff != "" {
			t.Error(diff)
		}
	})
}

// onceSaying answers one request with a text and closes.
func onceSaying(text string) func(net.Conn) {
	return func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 4<<10)) // a request is written in one piece
		_, _ = io.WriteString(conn, text)
	}
}

func byTransport(t *testing.T, method, answer string) (o outcome) {
	t.Helper()
	transport := &http.Transport{
		DialContext: pipes(t, onceSaying(answer)), DisableCompression: true, MaxResponseHeaderBytes: 64 << 10,
	}
	defer transport.CloseIdleConnections()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, "http://pipe/", nil)
	if err != nil {
		return outcome{err: err}
	}
	got, err := transport.RoundTrip(r)
	if err != nil {
		return outcome{err: err}
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	return outcome{got.StatusCode, string(text), got.Header, err}
}
