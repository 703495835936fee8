package plain

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// exchange is a request and its answer. It is an http.ResponseWriter that is used as net/http's are: by the handler's
// goroutine, and by no other without its knowledge. The deadlines alone may be set by anybody until the handler returns.
type exchange struct {
	conn    *conn
	request *http.Request
	context requestContext
	body    body
	close   bool        // the connection ends with this answer
	dated   atomic.Bool // a deadline was set

	header   http.Header
	status   int // 0 until WriteHeader
	noType   bool
	noDate   bool
	trailers []string // announced
	declared int64    // length of the answer's body; -1 if it is not known
	framed   bool     // the header has been written to its end
	chunked  bool
	written  int64 // of the body, by the handler
	pending  []byte
	room     *[bufferSize]byte // that pending lies in
}

func newExchange(c *conn, h *head) *exchange {
	x := &exchange{
		conn: c, context: requestContext{Context: c.context}, body: body{conn: c, left: h.length}, close: h.close,
		header: make(http.Header, 12), declared: -1,
	}
	request := http.Request{
		Method: h.method, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h.header, Body: http.NoBody, ContentLength: h.length,
		Close: h.close, Host: h.host, RemoteAddr: c.remote, RequestURI: h.target, URL: h.url,
	}
	if h.length > 0 {
		request.Body = &x.body
	} else {
		x.body.ended.Store(true)
	}
	x.request = request.WithContext(&x.context)
	return x
}

// Header implements http.ResponseWriter.
func (x *exchange) Header() http.Header { return x.header }

// WriteHeader implements http.ResponseWriter. An informational status is sent at once, and the answer is still to come.
func (x *exchange) WriteHeader(status int) {
	switch {
	case status < 100 || status > 999:
		panic("plain: invalid status " + strconv.Itoa(status))
	case x.status != 0:
		x.conn.logf("plain: a second WriteHeader for %s", x.request.URL.Path)
		return
	case status < 200 && status != http.StatusSwitchingProtocols:
		x.writeStatus(status)
		x.writeFields()
		x.conn.write(crlf)
		_ = x.conn.flush()
		return
	}
	x.begin(status)
}

// Write implements http.ResponseWriter.
func (x *exchange) Write(p []byte) (int, error) {
	if x.status == 0 {
		x.begin(http.StatusOK)
	}
	if len(p) == 0 {
		return 0, nil
	}
	if !hasBody(x.status) {
		return 0, http.ErrBodyNotAllowed
	}
	if x.written += int64(len(p)); x.declared >= 0 && x.written > x.declared {
		return 0, http.ErrContentLength
	}
	if !x.framed && x.declared < 0 && x.hold(p) {
		return len(p), nil
	}
	x.frame(p, false)
	x.writeBody(p)
	if x.conn.failed != nil {
		x.context.cancel()
		return 0, x.conn.failed
	}
	return len(p), nil
}

// mostHeld is how many bytes of an answer without a length are held, in the hope that they are all of it.
const mostHeld = bufferSize / 2

// hold keeps a piece of the body until there is more of it, and says whether there was room.
func (x *exchange) hold(p []byte) bool {
	if len(x.pending)+len(p) > mostHeld {
		return false
	}
	if x.room == nil {
		x.room = buffers.Get().(*[bufferSize]byte)
		x.pending = x.room[:0]
	}
	x.pending = append(x.pending, p...)
	return true
}

// FlushError is what http.ResponseController calls.
func (x *exchange) FlushError() error {
	if x.status == 0 {
		x.begin(http.StatusOK)
	}
	x.frame(nil, false)
	err := x.conn.flush()
	if err != nil {
		x.context.cancel()
	}
	if x.body.ended.Load() && x.conn.from == x.conn.to {
		x.conn.freeIn() // an answer that flows may do so for long
	}
	return err
}

// Flush implements http.Flusher.
func (x *exchange) Flush() { _ = x.FlushError() }

// SetReadDeadline is what http.ResponseController calls.
func (x *exchange) SetReadDeadline(t time.Time) error {
	x.dated.Store(true)
	return x.conn.net.SetReadDeadline(t)
}

// SetWriteDeadline is what http.ResponseController calls.
func (x *exchange) SetWriteDeadline(t time.Time) error {
	x.dated.Store(true)
	return x.conn.net.SetWriteDeadline(t)
}

// EnableFullDuplex is what http.ResponseController calls. A handler may read the body while it writes here in any case.
func (x *exchange) EnableFullDuplex() error { return nil }

// finish completes the answer and says whether the connection can be used again.
func (x *exchange) finish() bool {
	if x.status == 0 {
		x.begin(http.StatusOK)
	}
	x.frame(nil, true)
	x.writeEnd()
	if x.declared >= 0 && x.written != x.declared && hasBody(x.status) && x.request.Method != http.MethodHead {
		x.close = true // the rest of what was promised will not come
	}
	if x.conn.flush() != nil || !x.body.discard() {
		return false
	}
	if x.dated.Load() && x.conn.net.SetDeadline(time.Time{}) != nil {
		return false
	}
	return !x.close
}
