package http1

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/textproto"
	"sync"
	"sync/atomic"
)

// Exchange is one request and its answer. The fields that are exported are set before Do; it belongs to the goroutine that
// calls Do and reads the answer, except for Stop and Stopped. It is used once.
type Exchange struct {
	Address string        // of the upstream, with its port
	Request *http.Request // that is answered; of it only the method goes out, the rest is below
	Target  string        // of the request line
	Host    string
	Header  http.Header // Host, User-Agent where it is nil, and what frames the body are not taken from here
	Body    []byte      // all of it; nil for none
	// Sent is set while the request may have been sent: from before its first byte is written, and not if none was.
	Sent *atomic.Bool
	// Informational is given the informational answers that come before the answer. An error of its ends the exchange.
	Informational func(status int, header textproto.MIMEHeader) error

	client  *Client
	written int64 // of the request, by the last try
	keep    bool  // the connection can be used again once the answer has been read

	mu      sync.Mutex
	conn    *conn              // nil before and after
	dial    context.CancelFunc // nil but while dialling
	stopped bool
}

// Stop ends the exchange: whoever waits for it, in Do or reading the answer's body, gets an error soon. It may be called by any
// goroutine, at any time and again; after the end it does nothing.
func (x *Exchange) Stop() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.stopped = true
	if x.dial != nil {
		x.dial()
	}
	if x.conn != nil {
		_ = x.conn.SetDeadline(longAgo)
	}
}

// Stopped says whether Stop was called.
func (x *Exchange) Stopped() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.stopped
}

// dialing lets Stop end a dial.
func (x *Exchange) dialing(cancel context.CancelFunc) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.stopped {
		return errStopped
	}
	x.dial = cancel
	return nil
}

// begin makes a connection the exchange's own.
func (x *Exchange) begin(conn *conn) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.dial = nil
	if x.stopped {
		_ = conn.Close()
		return errStopped
	}
	x.conn, conn.heard = conn, false
	return nil
}

// finish gives the connection up: to the next exchange if it can be used again, which nobody has to fear who calls Stop late.
func (x *Exchange) finish(keep bool) {
	x.mu.Lock()
	conn, stopped := x.conn, x.stopped
	x.conn = nil
	x.mu.Unlock()
	switch {
	case conn == nil:
	case keep && !stopped && conn.read.Buffered() == 0:
		x.put(conn)
	default:
		_ = conn.Close()
	}
}

// roundTrip writes the request and reads the answer's header.
func (x *Exchange) roundTrip() (*http.Response, error) {
	text := texts.Get().(*[]byte)
	*text = append(x.appendHead((*text)[:0]), x.Body...)
	x.Sent.Store(true)
	n, unwritten := x.conn.Write(*text)
	texts.Put(text)
	if x.written = int64(n); unwritten != nil && n == 0 {
		x.Sent.Store(false)
		return nil, unwritten
	}
	// An upstream that stops reading may have answered all the same, that the body is too large for instance.
	answer, err := x.readAnswer()
	switch {
	case err == nil:
	case unwritten != nil:
		return nil, unwritten
	default:
		return nil, err
	}
	x.keep = unwritten == nil && !answer.Close && answer.StatusCode >= 200
	if answer.Body == http.NoBody {
		x.finish(x.keep)
	} else {
		answer.Body = body{x, answer.Body}
	}
	return answer, nil
}

// readAnswer reads answers until one is not informational. A 101 is none that is asked for here, and the last.
func (x *Exchange) readAnswer() (*http.Response, error) {
	for {
		x.conn.left = x.client.MaxHeader
		answer, err := http.ReadResponse(x.conn.read, x.Request)
		if err != nil {
			if x.conn.left <= 0 {
				err = errHeaderTooLarge
			}
			return nil, err
		}
		if s := answer.StatusCode; s < 100 || s > 199 || s == http.StatusSwitchingProtocols {
			x.conn.left = unbounded
			return answer, nil
		}
		if err := x.Informational(answer.StatusCode, textproto.MIMEHeader(answer.Header)); err != nil {
			return nil, err
		}
	}
}

// repeatable says whether the request may be made once more after a failure: if nothing of it was written, or if it came to no
// answer at all and does no harm twice. A key of idempotency says of any method that it does none.
func (x *Exchange) repeatable() bool {
	if x.Stopped() {
		return false
	}
	return x.written == 0 || !x.conn.heard && len(x.Body) == 0 && (harmless(x.Request.Method) || x.keyed())
}

// harmless says whether a request of this method may be repeated (RFC 9110 section 9.2.1).
func harmless(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

func (x *Exchange) keyed() bool {
	return len(x.Header["Idempotency-Key"]) > 0 || len(x.Header["X-Idempotency-Key"]) > 0
}

// body is that of an answer. Its end gives the connection up.
type body struct {
	exchange *Exchange
	from     io.ReadCloser
}

// Read implements io.Reader.
func (b body) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if err != nil {
		b.exchange.finish(b.exchange.keep && errors.Is(err, io.EOF))
	}
	return n, err
}

// Close implements io.Closer. What has not been read by now is not waited for: the connection closes.
func (b body) Close() error {
	b.exchange.finish(false)
	return nil
}
