package plain

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
)

// body is that of a request. It may be read by another goroutine than the handler's, until the handler returns.
type body struct {
	conn  *conn
	ended atomic.Bool // all of it has been read

	mu     sync.Mutex
	left   int64
	closed bool
	err    error // why there will be no more, though some is left
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, http.ErrBodyReadAfterClose
	}
	return b.read(p)
}

// read reads on. The mutex is held.
func (b *body) read(p []byte) (n int, err error) {
	switch {
	case b.left == 0:
		return 0, io.EOF
	case b.err != nil:
		return 0, b.err
	case len(p) == 0:
		return 0, nil
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	c := b.conn
	if n = copy(p, c.unused()); n > 0 {
		c.from += n
	} else if n, err = c.net.Read(p); n == 0 {
		if err == io.EOF { //nolint:errorlint // as io.ReadFull does
			err = io.ErrUnexpectedEOF
		}
		b.err = err
		return 0, err
	}
	if b.left -= int64(n); b.left == 0 {
		b.ended.Store(true)
		return n, io.EOF
	}
	return n, nil
}

// Close implements io.Closer.
func (b *body) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	return nil
}

// discard reads what the handler has left, and says whether the next request begins behind it. What the caller has still to
// send is waited for no longer than for a header.
func (b *body) discard() bool {
	if b.ended.Load() {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	c := b.conn
	c.state.enter(phaseReading, c.server.beats.Load())
	rest := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(rest)
	for b.left > 0 {
		if n, _ := b.read(rest[:]); n == 0 {
			return false
		}
	}
	return true
}
