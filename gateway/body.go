package gateway

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/faregate/faregate/models/problem"
)

// callerBody is the caller's body on its way to the upstream. The transport reads it in a goroutine of its own, which may
// go on when the upstream has answered already; net/http demands that nobody reads once the handler has returned. So every
// read happens under the mutex, and end sees to it that there is none left.
type callerBody struct {
	call          *call
	from          io.ReadCloser
	limit         int64       // in bytes; 0 for none
	before        func()      // called before the first read, if not nil
	trailer, into http.Header // the caller's trailers, filled in when the body ends; the upstream's

	bytes atomic.Int64 // read so far
	over  atomic.Bool  // set before the last read is interrupted
	mu    sync.Mutex   // held while reading
	err   error        // io.EOF, or what the caller's body broke off with
}

var errBodyOver = errors.New("gateway: the call is over")

// errBodyTooLarge says that a body without a declared length went beyond the version's limit.
var errBodyTooLarge = errors.New("gateway: the body is larger than the version's limit")

// fits refuses a call whose body is known to be too large. It comes before the decision: no money would help.
func (c *call) fits() *refusal {
	if limit := c.route.Upstream.MaxBody; limit > 0 && c.r.ContentLength > limit {
		return c.tooLarge()
	}
	return nil
}

func (c *call) tooLarge() *refusal {
	return &refusal{problem.BodyTooLarge, fmt.Sprintf("The body of a request may have at most %d bytes here. Nothing was charged.", c.route.Upstream.MaxBody)}
}

// badBody refuses a call whose body did not come to its end.
func (c *call) badBody() *refusal {
	if c.body.tooLarge() {
		return c.tooLarge()
	}
	return &refusal{problem.BadRequest, "The request's body broke off, or its chunks are not well formed. Nothing was charged."}
}

// newCallerBody takes over the request's body, or returns nil if there is none.
func (c *call) newCallerBody() *callerBody {
	if c.r.ContentLength == 0 || c.r.Body == nil || c.r.Body == http.NoBody {
		return nil
	}
	from := c.r.Body
	if c.direct.begun != nil {
		from = c.direct.begun
	}
	return &callerBody{
		call: c, from: from, limit: c.route.Upstream.MaxBody,
		trailer: c.r.Trailer, into: forwardedTrailer(c.r.Trailer, c.route.credential.name),
	}
}

// Read implements io.Reader.
func (b *callerBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over.Load() {
		return 0, errBodyOver
	}
	if b.before != nil {
		b.before()
		b.before = nil
	}
	b.call.patience.pause() // the upstream's time does not pass while the caller is waited for
	n, err := b.call.receive(b.from, p)
	b.call.patience.wait()
	if errors.Is(err, errBodyOver) {
		return 0, err
	}
	if total := b.bytes.Add(int64(n)); b.limit > 0 && total > b.limit {
		n, err = 0, errBodyTooLarge
	}
	if err != nil && !b.over.Load() {
		b.err = err
	}
	if errors.Is(err, io.EOF) {
		for name := range b.into {
			b.into[name] = b.trailer[name]
		}
	}
	return n, err
}

// receive reads from the caller, unless we have given up on the upstream. A cut interrupts it.
func (c *call) receive(from io.Reader, p []byte) (int, error) {
	c.awaiting.Store(true)
	defer c.awaiting.Store(false)
	if c.halted.Load() { // whoever sets it after this finds us reading
		return 0, errBodyOver
	}
	return from.Read(p)
}

// Close implements io.Closer and leaves the body to its owner, the server.
func (b *callerBody) Close() error { return nil }

// end waits until nobody reads, and lets nobody begin. What the caller has not sent yet is not waited for: the upstream
// has answered or failed without it, and the caller may be waiting for that answer before sending more. The connection is
// then closed after the answer. A body that nobody has begun to read is left to the server's own rules, unless the caller
// was waiting to be asked for it and never was.
func (b *callerBody) end(w http.ResponseWriter) {
	if b == nil || b.over.Swap(true) {
		return
	}
	if !b.mu.TryLock() {
		b.interrupt(w)
		b.mu.Lock()
	}
	defer b.mu.Unlock()
	if b.err == nil && (b.bytes.Load() > 0 || b.before != nil) {
		b.interrupt(w)
	}
}

func (b *callerBody) interrupt(w http.ResponseWriter) {
	if http.NewResponseController(w).SetReadDeadline(longAgo) != nil {
		_ = b.from.Close() // not a server's connection
	}
}

// requestBytes is how many bytes of the caller's body have been read.
func (c *call) requestBytes() int64 {
	if c.body == nil {
		return int64(len(c.direct.exchange.Body))
	}
	return c.body.bytes.Load()
}

// tooLarge says whether the body went beyond the limit. It may be asked after end.
func (b *callerBody) tooLarge() bool { return errors.Is(b.broken(), errBodyTooLarge) }

// broken is what the caller's body failed with, or nil. It may be asked after end.
func (b *callerBody) broken() error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if errors.Is(b.err, io.EOF) {
		return nil
	}
	return b.err
}
