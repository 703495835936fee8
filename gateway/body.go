package gateway

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
)

// callerBody is the caller's body on its way to the upstream. The transport reads it in a goroutine of its own, which may
// go on when the upstream has answered already; net/http demands that nobody reads once the handler has returned. So every
// read happens under the mutex, and end sees to it that there is none left.
type callerBody struct {
	from          io.ReadCloser
	trailer, into http.Header // the caller's trailers, filled in when the body ends; the upstream's

	bytes atomic.Int64 // read so far
	over  atomic.Bool  // set before the last read is interrupted
	mu    sync.Mutex   // held while reading
	err   error        // io.EOF, or what the caller's body broke off with
}

var errBodyOver = errors.New("gateway: the call is over")

// newCallerBody takes over the request's body, or returns nil if there is none.
func newCallerBody(r *http.Request) *callerBody {
	if r.ContentLength == 0 || r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	return &callerBody{from: r.Body, trailer: r.Trailer, into: forwardedTrailer(r.Trailer)}
}

// Read implements io.Reader.
func (b *callerBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over.Load() {
		return 0, errBodyOver
	}
	n, err := b.from.Read(p)
	b.bytes.Add(int64(n))
	if err != nil && !b.over.Load() {
		b.err = err
	}
	if err == io.EOF {
		for name := range b.into {
			b.into[name] = b.trailer[name]
		}
	}
	return n, err
}

// Close implements io.Closer and leaves the body to its owner, the server.
func (b *callerBody) Close() error { return nil }

// end waits until nobody reads, and lets nobody begin. What the caller has not sent yet is not waited for: the upstream
// has answered or failed without it, and the caller may be waiting for that answer before sending more. The connection is
// then closed after the answer. A body that nobody has begun to read is left to the server's own rules.
func (b *callerBody) end(w http.ResponseWriter) {
	if b == nil || b.over.Swap(true) {
		return
	}
	if !b.mu.TryLock() {
		b.interrupt(w)
		b.mu.Lock()
	}
	defer b.mu.Unlock()
	if b.bytes.Load() > 0 && b.err == nil {
		b.interrupt(w)
	}
}

func (b *callerBody) interrupt(w http.ResponseWriter) {
	if http.NewResponseController(w).SetReadDeadline(longAgo) != nil {
		_ = b.from.Close() // not a server's connection
	}
}

// length is how many bytes have been read.
func (b *callerBody) length() int64 {
	if b == nil {
		return 0
	}
	return b.bytes.Load()
}

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
